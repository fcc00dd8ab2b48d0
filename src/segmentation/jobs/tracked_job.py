"""The run of a job in MLflow: opened when it is asked for, closed however the job ends."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from segmentation.console.terminal import say
from segmentation.errors import UserError
from segmentation.jobs.run_notes import ENDED, tell
from segmentation.jobs.shared_customers import (
    Sweep,
)
from segmentation.model.fitting import TooManySegmentsError
from segmentation.tracking.full_disks import disks_in_one_line
from segmentation.tracking.kinds import SEGMENTATION
from segmentation.tracking.recorded_runs import skip_run
from segmentation.tracking.recording import (
    create_run,
    forget_run,
    record_failure,
)
from segmentation.tracking.store import Store


@contextmanager
def tracked_job(
    store: Store, sweep: Sweep, name: str
) -> Iterator[Callable[[Mapping[str, str]], str]]:
    """Record how a job ends: FINISHED, FAILED with its error, or KILLED.

    In a sweep an error becomes a FAILED run and the siblings go on; one that the customers are too
    few for is left out, and counted with the sweep. Alone it is raised again, and
    leaves no run behind when it is a user's mistake or came before the run was opened.

    Yields
    ------
    callable
        Opens the run with some tags and returns its id.
    """
    opened: list[str] = []

    def start(tags: Mapping[str, str]) -> str:
        opened.append(create_run(store, name, tags, sweep.parent_id))
        return opened[0]

    alone = sweep.parent_id is None
    try:
        with disks_in_one_line(store.uri):
            yield start
    except TooManySegmentsError as reason:
        if alone:
            raise
        skip_run(store, str(sweep.parent_id), name, str(reason))
        told(sweep, f"{name}: skipped: {reason}")
    except Exception as error:
        if opened or not alone:
            record_failure(store, opened[0] if opened else start({"kind": SEGMENTATION}), error)
        if not alone:
            told(sweep, f"{name}: failed: {error}")
            return
        if opened and isinstance(error, UserError):
            forget_run(store, opened[0])
        raise
    except BaseException:
        _close(store, opened, "KILLED")
        raise
    else:
        _close(store, opened, "FINISHED")


def _close(store: Store, run_ids: list[str], status: str) -> None:
    for run_id in run_ids:
        store.client.set_terminated(run_id, status)


def told(sweep: Sweep, text: str, kind: str = ENDED) -> None:
    """Say of a run what a sweep shows while it goes on; of a run alone it is the result."""
    if sweep.parent_id is None:
        say(text)
    else:
        tell(sweep, text, kind)
