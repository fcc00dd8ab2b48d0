"""How the runs of a sweep ended: said by each of them, printed by the process that launched them.

Jobs may run in processes of their own, whose lines would cross the one that is redrawn.
"""

import os
import sys
import threading
import time
from uuid import uuid4

from segmentation.console.progress import left_in_words, line
from segmentation.jobs.shared_customers import Sweep
from segmentation.settings.sweep_folder import FOLDER_VARIABLE

NOTES = "notes"
"""Folder in that of the sweep."""
ENDED, WARNED = "ended", "warned"
LISTED_UP_TO_RUNS = 20
"""Runs of a sweep that have a line each; of more the terminal shows how many have ended."""


def tell(sweep: Sweep, text: str, kind: str = ENDED) -> None:
    """Say how a run of a sweep ended, or what is to be known of it.

    Parameters
    ----------
    sweep : Sweep
        That it belongs to.
    text : str
    kind : {'ended', 'warned'}
    """
    if sweep.folder is None or str(sweep.folder) != os.environ.get(FOLDER_VARIABLE):
        # On another host, which the launching process does not see.
        print(text, file=sys.stderr)
        return
    folder = sweep.folder / NOTES
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / uuid4().hex
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(folder / f"{time.time_ns()}-{unfinished.name}.{kind}")


class RunsUnderWay:
    """What the launching process knows of the runs that it has launched.

    Parameters
    ----------
    sweep : Sweep
    """

    def __init__(self, sweep: Sweep) -> None:
        assert sweep.folder is not None
        self._folder = sweep.folder / NOTES
        self._n_runs = sweep.n_runs
        self._began = time.monotonic()
        self._read: set[str] = set()
        self._lock = threading.Lock()
        self._ended = 0

    @property
    def doing(self) -> str:
        """What is being done."""
        return f"running {self._n_runs} configuration{'s' * (self._n_runs != 1)}"

    def status(self) -> str:
        """Print what the runs have said since, and say how many have ended and what is left."""
        # The line asks from a thread of its own.
        with self._lock:
            for file in sorted(self._folder.glob("*.*")):
                if file.name not in self._read:
                    self._read.add(file.name)
                    self._note(file.read_text(encoding="utf-8"), ended=file.suffix == f".{ENDED}")
        passed = time.monotonic() - self._began
        left = left_in_words(self._ended, self._n_runs, passed)
        return f"{self._ended} of {self._n_runs} done{left}"

    def _note(self, text: str, *, ended: bool) -> None:
        self._ended += ended
        if self._n_runs <= LISTED_UP_TO_RUNS:
            line.note(f"{self._ended} of {self._n_runs}  {text}" if ended else text)
