"""What is held between two looks: runs for seconds, what never changes for long."""

import pytest

from segmentation.explore import held
from segmentation.tracking.recorded_run import read_run
from segmentation.tracking.recording import artifact_folder, create_run
from segmentation.tracking.store import open_store


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass for what is held from now on."""
    import streamlit as st
    from streamlit.runtime.caching import cache_utils

    passed = [0.0]
    st.cache_resource.clear()
    monkeypatch.setattr(cache_utils, "TTLCACHE_TIMER", lambda: passed[0])
    yield passed
    st.cache_resource.clear()


def finished_run(store, name):
    run_id = create_run(store, name, {"kind": "segmentation"})
    store.client.set_terminated(run_id, "FINISHED")
    return run_id


def names(store):
    return [run.name for run in held.finished_runs(store, None)]


def test_new_runs_are_seen_after_seconds(store, clock):
    finished_run(store, "first")
    assert names(store) == ["first"]
    finished_run(store, "second")
    assert names(store) == ["first"]
    clock[0] += 11
    assert names(store) == ["first", "second"]


def test_stores_are_told_apart_by_their_experiment(workplace, clock):
    one, other = (open_store("sqlite:///mlflow.db", name) for name in ("one", "other"))
    finished_run(one, "of one")
    finished_run(other, "of other")
    assert (names(one), names(other)) == (["of one"], ["of other"])


def test_the_profile_of_each_run_is_read_once(store, clock):
    runs = []
    for name in ("first", "second"):
        run_id = finished_run(store, name)
        with artifact_folder(store, run_id) as folder:
            (folder / "profile.csv").write_text(f"segment,name\n0,{name}\n")
        runs.append(read_run(store, run_id))
    first, second = (held.profile_of(run) for run in runs)
    assert (first["name"].item(), second["name"].item()) == ("first", "second")
    clock[0] += 1e6
    assert held.profile_of(read_run(store, runs[0].run_id)) is first
