"""A database where the lines are already: they stay there."""

import weakref
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

import ibis
from ibis.backends import BaseBackend

from segmentation.engine.dialects import dialect_of
from segmentation.engine.engine import Engine, require_module
from segmentation.engine.errors import reason
from segmentation.errors import UserError
from segmentation.masking import masked

DRIVERS = {"postgres": "psycopg", "postgresql": "psycopg"}
"""Kind of database to what it needs beside Ibis, where an extra of ours installs it."""


@dataclass(frozen=True)
class Database(Engine):
    """A database that Ibis connects to: one row per customer leaves it.

    Attributes
    ----------
    url : str
        As ``postgresql://user@host/database``; it may hold a password and is shown nowhere.
    """

    url: str = field(repr=False)
    name: ClassVar[str] = "database"

    def connect(self) -> BaseBackend:
        """Connect to the database; the connection is closed when nothing refers to it any more.

        Raises
        ------
        UserError
            It cannot be reached, or its driver is not installed.
        """
        shown, kind = masked(self.url), urlsplit(self.url).scheme
        if kind in DRIVERS:
            require_module(DRIVERS[kind], f"engine.url={shown}", "postgres")
        try:
            connection = ibis.connect(self.url)
        except Exception as error:  # every driver has errors of its own
            raise UserError(
                f"engine.url={shown} cannot be connected to: {self._without_secret(error)}; "
                "set it as postgresql://user@host:5432/database, with the password in PGPASSWORD"
            ) from error
        dialect_of(connection).prepare(connection)
        if (raw := getattr(connection, "con", None)) is not None and hasattr(raw, "close"):
            weakref.finalize(connection, raw.close)
        return connection

    def _without_secret(self, error: Exception) -> str:
        """What the driver says, which might repeat the URL."""
        secret = urlsplit(self.url).password
        said = reason(error) if str(error).strip() else type(error).__name__
        return said.replace(self.url, "…").replace(secret, "…") if secret else said
