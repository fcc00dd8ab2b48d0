"""A sweep: the parent run around the jobs of one launch (Hydra callback)."""

import contextlib
import traceback
from collections.abc import Iterator
from typing import Any

from hydra.experimental.callback import Callback
from omegaconf import DictConfig

from segmentation.console.progress import line
from segmentation.console.queries import QuerySteps
from segmentation.errors import UserError, exit_quietly_on_signals, exit_with
from segmentation.jobs import import_skops_first
from segmentation.settings.announced import reading


class SweepCallback(Callback):
    """Open a parent run before the jobs of a sweep; compare, choose and register after them.

    Hydra makes it before anything else, so what takes seconds to import is imported only once it
    is said what is being done. Hydra turns an exception in a callback into a warning, so whatever
    must not be lost leaves by ``SystemExit``, and the parent is closed when the process ends,
    however it ends.
    """

    def __getstate__(self) -> dict[str, Any]:
        """Nothing: workers get a callback, and have nothing to do with what the launch knows."""
        return {}

    def on_multirun_start(self, config: DictConfig, **_: Any) -> None:
        """Open the parent run and pass its id to the jobs."""
        line.begin(reading(config), QuerySteps().status)
        exit_quietly_on_signals()
        with _errors_end_the_sweep():
            import_skops_first()
            from segmentation.jobs.open_sweep import open_sweep
            from segmentation.jobs.run_notes import RunsUnderWay

            self.opened = open_sweep(config)
            self.under_way = RunsUnderWay(self.opened.sweep)
            line.begin(self.under_way.doing, self.under_way.status)

    def on_multirun_end(self, config: DictConfig, **_: Any) -> None:  # noqa: ARG002
        """Compare the runs, register the champion and close the parent."""
        with _errors_end_the_sweep():
            from segmentation.jobs.finish_sweep import finish_sweep

            self.under_way.status()
            line.begin("comparing the runs")
            opened = self.opened
            exit_code = finish_sweep(opened.store, opened.sweep, opened.settings, opened.folder)
            line.end()
        if exit_code:
            raise SystemExit(exit_code)


@contextlib.contextmanager
def _errors_end_the_sweep() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        line.end()
        exit_with(error)
    except Exception as error:
        line.end()
        from segmentation.tracking.full_disks import disk_refusal

        if (refusal := disk_refusal(error)) is not None:
            exit_with(refusal)
        traceback.print_exc()
        raise SystemExit(1) from error
