"""The page as a user meets it: what it opens with, and mistakes in a sentence."""

import pytest

from tests.helpers.explored import labelled, view


def test_it_opens_with_the_registered_run_of_the_newest_sweep(page):
    opened = page("history=history.parquet")
    assert not opened.exception
    assert not opened.error
    run = labelled(opened.selectbox, "Run")
    assert sum("registered" in option for option in run.options) == 1
    assert "registered" in run.options[run.index]
    assert opened.header[0].value.startswith("Segments of kmeans k=")
    assert labelled(opened.selectbox, "Customers as of").options == [
        "2024-07-19, training",
        "2024-07-19, scored by customer-segments version 1",
        "2024-05-01, scored by customer-segments version 1",
    ]


@pytest.mark.slow
def test_another_run_has_its_own_segments(page):
    opened = page()
    run = labelled(opened.selectbox, "Run")
    name = next(option for option in run.options if "registered" not in option)
    run.set_value(run.options and _id_of(opened, name)).run()
    assert not opened.exception
    assert opened.header[0].value == f"Segments of {name}"
    k = int(name.split("k=")[1].split()[0])
    assert len(labelled(opened.multiselect, "Segments").options) == k


def _id_of(opened, name):
    from segmentation.tracking.reading import finished_runs, read_store, sweeps

    store = read_store("sqlite:///mlflow.db", "customer-segments")
    runs = finished_runs(store, sweeps(store)[0].run_id)
    return next(run.run_id for run in runs if run.name == name)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["tracking.uri=sqlite:///other.db"], "does not exist, so no model is in it; train one"),
        (["tracking.experiment=other"], "no experiment 'other'"),
        (["history=other.parquet"], "history=other.parquet is not there"),
        (["histry=a.parquet"], "--help lists the options"),
        (["tracking.uri=http://127.0.0.1:1"], "does not answer"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_remedy(page, typed, said, tmp_path):
    opened = page(*typed)
    assert not opened.exception
    (error,) = opened.error
    assert said in error.value.replace("\\", "")
    assert not (tmp_path / "other.db").exists()


def test_a_store_without_runs_says_what_to_run(page, workplace, store):
    opened = page("tracking.experiment=test", folder=workplace)
    (error,) = opened.error
    assert "no finished run" in error.value
    assert "train.py -m k=2,3,4" in error.value


def test_what_is_in_a_message_is_not_read_as_markdown(page):
    (error,) = page("tracking.experiment='$a$ **b** [c](d)'").error
    assert r"\$a\$ \*\*b\*\* \[c\](d)" in error.value


def test_a_run_that_kept_no_customers_shows_its_profile(page, explored, tmp_path, monkeypatch):
    from segmentation.tracking.recorded_run import RecordedRun

    def kept(run):
        return frozenset({"profile.csv"})

    monkeypatch.setattr(RecordedRun, "files", property(kept))
    opened = page()
    assert not opened.exception
    (error,) = opened.error
    assert "tracking.log\\_customers=true" in error.value
    assert list(opened.dataframe[0].value["segment"]) == [0, 1, 2]
    assert "kept no customers" in view(opened, "Move k").error[0].value
