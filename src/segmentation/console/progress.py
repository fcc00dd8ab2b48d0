"""What is being done, on standard error: a line that is redrawn, in a log one now and then."""

import atexit
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from segmentation.console.width import fit, wrapped
from segmentation.masking import masked

FIRST_REMINDER = 30.0
"""Seconds until a log is told that something still goes on; every next pause is twice as long."""
LOOKS = 0.25
"""Seconds between two looks at how far it is."""
Status = Callable[[], str]
"""Says how far something is, in a few words; empty where nobody knows."""


class ProgressLine:
    """One line on what is being done, and how far it is.

    On a terminal it is redrawn below what is printed, with the time since it began. Elsewhere it
    is printed once, and again at growing intervals, so that a log stays short.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        fit(self._console)
        self._drawn: Progress | None = None
        self._over = threading.Event()
        self._doing = ""

    def begin(self, doing: str, status: Status = str) -> None:
        """Say what begins, in place of what was done before.

        Parameters
        ----------
        doing : str
            As ``reading orders.csv``.
        status : callable, optional
            How far it is; asked again and again, from another thread.
        """
        doing = masked(doing)
        with self._lock:
            if doing == self._doing:
                return
            self.end()
            self._doing, self._over = doing, threading.Event()
            if self._console.is_terminal:
                self._draw()
            else:
                self.note(f"{doing} …")
            told = (self._over, doing, status)
            threading.Thread(target=self._watch, args=told, daemon=True).start()

    def end(self) -> None:
        """Take the line away."""
        with self._lock:
            self._over.set()
            self._doing = ""
            if self._drawn is not None:
                self._drawn.stop()
            self._drawn = None

    def note(self, text: str) -> None:
        """Print a line that stays."""
        with self.making_room():
            text = wrapped(masked(text), self._console.width, following="    ")
            self._console.print(text, soft_wrap=True)

    @contextmanager
    def making_room(self) -> Iterator[None]:
        """Take the line away for as long as something is printed."""
        with self._lock:
            drawn = self._drawn
            if drawn is not None:
                drawn.stop()
            try:
                yield
            finally:
                if drawn is not None and drawn is self._drawn:
                    drawn.start()

    def _draw(self) -> None:
        # Of plain characters, which every terminal has.
        columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
        self._drawn = Progress(
            *columns, console=self._console, transient=True, redirect_stdout=False
        )
        self._drawn.add_task(self._doing)
        self._drawn.start()

    def _watch(self, over: threading.Event, doing: str, status: Status) -> None:
        began = time.monotonic()
        reminder = began + FIRST_REMINDER
        while not over.wait(LOOKS):
            said = status()
            with self._lock:
                if over.is_set():
                    return
                if self._drawn is not None:
                    text = f"{doing}: {said}" if said else doing
                    self._drawn.update(self._drawn.task_ids[0], description=text)
                elif time.monotonic() >= reminder:
                    passed = reminder - began
                    self.note(f"{doing} …: {said or f'{in_words(passed)} so far'}")
                    reminder += 2 * passed


def in_words(seconds: float) -> str:
    """Say how long something takes, about as exactly as it is known: ``40 s``, ``3 min``."""
    if seconds < 100:
        return f"{max(10, 10 * round(seconds / 10)) if seconds >= 10 else max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.0f} h"


def left_in_words(done: int, total: int, seconds: float) -> str:
    """Say how long the rest takes, if it takes as long as what is done; empty before the first."""
    if not 0 < done < total:
        return ""
    return f", about {in_words(seconds / done * (total - done))} left"


line = ProgressLine()
"""Of this process."""
atexit.register(line.end)
