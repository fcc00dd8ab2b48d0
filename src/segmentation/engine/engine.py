"""An engine as it is chosen, before it is connected to."""

from collections.abc import Sequence
from typing import Protocol

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.errors import UserError


class Engine(Protocol):
    """What computes on transaction lines, and where they are read from.

    Attributes
    ----------
    name : str
        Of the option in ``conf/engine``.
    reads_any_file : bool
        Whether files of any format are read by `segmentation.data.files`; else by `read_files`.
    has_tables : bool
        Whether it has tables of its own, which `data.table` names.
    """

    name: str
    reads_any_file: bool
    has_tables: bool

    def connect(self) -> BaseBackend:
        """Connect to it, with a clock that is UTC.

        Raises
        ------
        UserError
            It cannot be reached, or what it needs is not installed.
        """

    def read_files(
        self,
        connection: BaseBackend,
        paths: Sequence[str],
        delimiter: str | None,
        encoding: str | None,
        header: Sequence[str] | None,
    ) -> ir.Table:
        """Read files that have the same columns, where they are, by each query.

        Parameters
        ----------
        connection : ibis backend
            Of `connect`.
        paths : sequence of str
            Files, folders, globs or URLs.
        delimiter, encoding : str or None
            Of text files; None: a comma, and UTF-8.
        header : sequence of str or None
            Names of the columns of text files that do not begin with them.

        Raises
        ------
        UserError
            It reads no files, or none of this format.
        """


def require_module(module: str, engine: str, extra: str) -> None:
    """Refuse an engine whose library is not installed.

    Raises
    ------
    UserError
        With the command that installs it.
    """
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise UserError(
            f"{engine} needs {module}, which is not installed; install it with "
            f"uv sync --extra {extra}, or pip install 'segmentation[{extra}]'"
        )
