"""Which process something belongs to, and whether it still runs."""

import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

CLOCK_SECONDS = 1.0
"""Clocks of the kernel and of the process differ by less."""


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
    def is_gone(self) -> bool:
        """Whether it surely runs no more; of another host that is not known."""
        if self.host != _host():
            return False
        import psutil

        try:
            started_at = psutil.Process(self.number).create_time()
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:
            return False
        # The number was given to another process since.
        return bool(started_at > self.noted_at + CLOCK_SECONDS)


@cache
def _host() -> str:
    with suppress(OSError):
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').readlink()}"
    return socket.gethostname()
