"""How a sweep begins and ends: what it makes for its runs goes with it, and nothing else."""

import pytest

from segmentation.jobs.open_sweep import close_sweep
from segmentation.tracking.recording import create_run
from tests.helpers.commands import run_command


@pytest.mark.parametrize("folder", ["mine", pytest.param("mine/made", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_of_a_refused_sweep_the_folders_go_that_it_made(workplace, shop_csv, folder):
    (workplace / "mine").mkdir()
    before = sorted(path.name for path in workplace.iterdir())
    where = f"hydra.sweep.dir={folder}"
    done = run_command(workplace, "-m", "k=2,3", f"data.path={shop_csv}", "as_of=1990-01-01", where)
    assert done.returncode == 2, done.stderr
    assert sorted(path.name for path in workplace.iterdir()) == before
    assert list((workplace / "mine").iterdir()) == []


def test_closing_an_interrupted_sweep_leaves_nothing_running(store):
    parent = create_run(store, "sweep", {"kind": "sweep"})
    child = create_run(store, "child", {}, parent)
    close_sweep(store, parent)
    assert store.client.get_run(parent).info.status == "KILLED"
    assert store.client.get_run(child).info.status == "KILLED"


def test_closing_a_sweep_that_never_began_removes_it(store):
    parent = create_run(store, "sweep", {"kind": "sweep"})
    close_sweep(store, parent)
    assert store.client.get_run(parent).info.lifecycle_stage == "deleted"


def test_closing_a_finished_sweep_changes_nothing(store):
    parent = create_run(store, "sweep", {"kind": "sweep"})
    store.client.set_terminated(parent, "FAILED")
    close_sweep(store, parent)
    assert store.client.get_run(parent).info.status == "FAILED"
