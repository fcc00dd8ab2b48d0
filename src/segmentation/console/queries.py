"""How far the engine is with what it reads and measures."""

import sys
import time
from collections.abc import Callable

from segmentation.console.progress import in_words

ENGINE = "segmentation.engine.duckdb_engine"
"""Where a query that runs is known; importing it takes longer than many a query."""
TOLD_FROM = 0.02
"""Share of a query from which on it is told how long the rest takes."""


def running_query() -> float | None:
    """Share of the query that runs, in [0, 1]; ``None`` where none does, or nobody knows."""
    # While another thread imports the module, it is there and has nothing in it yet.
    asked = getattr(sys.modules.get(ENGINE), "running_query", None)
    share: float | None = None if asked is None else asked()
    return share


class QuerySteps:
    """Queries one after the other, of which nobody knows how many there will be.

    Parameters
    ----------
    share : callable
        As `running_query`.
    clock : callable
        Seconds.
    """

    def __init__(
        self,
        share: Callable[[], float | None] = running_query,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._share, self._clock = share, clock
        self._step, self._last, self._began = 0, 1.0, 0.0

    def status(self) -> str:
        """Say at which query the engine is, and how long the rest of it takes."""
        share = self._share()
        if share is None:
            return ""
        if share < self._last:
            self._step, self._began = self._step + 1, self._clock()
        self._last = share
        passed = self._clock() - self._began
        told = passed > 0 and share >= TOLD_FROM
        left = f", about {in_words(passed / share * (1 - share))} left" if told else ""
        return f"step {self._step}, {share:.0%} done{left}"
