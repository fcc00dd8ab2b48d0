"""How a job ends, in MLflow and on the terminal: alone, and as a run of a sweep."""

import pytest

from segmentation.errors import UserError
from segmentation.jobs.shared_customers import Sweep
from segmentation.jobs.tracked_job import tracked_job
from segmentation.model.fitting import TooManySegmentsError
from segmentation.tracking.recording import create_run
from tests.helpers.commands import recorded_runs

ALONE = Sweep(None, None, 1)


@pytest.fixture
def sweep(store, tmp_path):
    return Sweep(create_run(store, "sweep", {"kind": "sweep"}), tmp_path / "shared", 2)


def end_with(error, store, of, *, opened=True):
    with tracked_job(store, of, "a run") as start:
        if opened:
            start({"kind": "segmentation"})
        if error is not None:
            raise error


def last(store):
    return next(run for run in recorded_runs() if run.info.run_name == "a run")


def names():
    return [run.info.run_name for run in recorded_runs()]


def test_a_job_that_ends_well_is_finished(store):
    end_with(None, store, ALONE)
    assert last(store).info.status == "FINISHED"


def test_a_job_that_never_opens_a_run_leaves_none(store, sweep):
    end_with(None, store, sweep, opened=False)
    with pytest.raises(ValueError, match="boom"):
        end_with(ValueError("boom"), store, ALONE, opened=False)
    assert names() == ["sweep"]


def test_a_fault_is_kept_with_its_traceback_and_raised(store):
    with pytest.raises(ValueError, match="boom"):
        end_with(ValueError("boom"), store, ALONE)
    run = last(store)
    assert run.info.status == "FAILED"
    assert run.data.tags["error"] == "ValueError: boom"
    files = [file.path for file in store.client.list_artifacts(run.info.run_id)]
    assert files == ["traceback.txt"]


def test_a_mistake_alone_leaves_no_run(store):
    with pytest.raises(UserError, match="k=0"):
        end_with(UserError("k=0"), store, ALONE)
    assert last(store).info.lifecycle_stage == "deleted"


@pytest.mark.parametrize("opened", [True, False])
def test_in_a_sweep_an_error_is_a_failed_run_that_is_told(store, sweep, opened, capsys):
    end_with(UserError("k=0"), store, sweep, opened=opened)
    run = last(store)
    assert run.info.status == "FAILED"
    assert run.info.lifecycle_stage == "active"
    assert run.data.tags["mlflow.parentRunId"] == sweep.parent_id
    assert run.data.tags["kind"] == "segmentation"
    assert "a run: failed: k=0" in capsys.readouterr().err


def test_too_many_segments_are_counted_with_the_sweep_and_refused_alone(store, sweep, capsys):
    error = TooManySegmentsError("k=30 is more than the 12 different customers")
    end_with(error, store, sweep, opened=False)
    assert names() == ["sweep"]
    tags = store.client.get_run(sweep.parent_id).data.tags
    assert any(str(error) in value for value in tags.values())
    assert "a run: skipped: k=30" in capsys.readouterr().err
    with pytest.raises(TooManySegmentsError):
        end_with(error, store, ALONE, opened=False)


def test_an_interrupted_job_is_killed_and_the_interruption_goes_on(store, sweep):
    with pytest.raises(KeyboardInterrupt):
        end_with(KeyboardInterrupt(), store, sweep)
    assert last(store).info.status == "KILLED"
