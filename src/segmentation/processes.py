"""Which process something belongs to, and whether it still runs."""

import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

CLOCK_SECONDS = 1.0
"""Clocks of the kernel and of the process differ by less."""
LOOK_EVERY_SECONDS = 1.0
"""So often a process looks whether the one it belongs to is still there."""


@dataclass(frozen=True)
class Process:
    """A process of some host.

    Attributes
    ----------
    host : str
        Name of the host; on Linux with its space of process numbers, of which containers have
        their own.
    number : int
        Of the process there.
    noted_at : float
        When it was noted that it runs, seconds since 1970.
    """

    host: str
    number: int
    noted_at: float

    def __str__(self) -> str:
        return f"{self.host} {self.number} {self.noted_at:.3f}"

    @classmethod
    def this(cls) -> Self:
        """The current one."""
        return cls(_host(), os.getpid(), time.time())

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The process that `str` gave; ``None`` for another text."""
        with suppress(ValueError):
            host, number, noted_at = text.split(" ")
            return cls(host, int(number), float(noted_at))
        return None

    @property
    def is_this(self) -> bool:
        """Whether it is the current one."""
        return (self.host, self.number) == (_host(), os.getpid())

    @property
    def is_gone(self) -> bool:
        """Whether it surely runs no more; of another host that is not known."""
        if self.host != _host():
            return False
        import psutil

        try:
            process = psutil.Process(self.number)
            started_at, status = process.create_time(), process.status()
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:
            return False
        # It has ended and nobody asked how, or the number was given to another process since.
        return status == psutil.STATUS_ZOMBIE or started_at > self.noted_at + CLOCK_SECONDS


def end_with(other: Process) -> None:
    """Let this process end, with exit code 1, when another one is gone.

    Parameters
    ----------
    other : Process
        Of this host; one of another is never known to be gone.
    """

    def wait() -> None:
        while not other.is_gone:
            time.sleep(LOOK_EVERY_SECONDS)
        # An exception would end this thread alone.
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


@cache
def _host() -> str:
    with suppress(OSError):
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').readlink()}"
    return socket.gethostname()
