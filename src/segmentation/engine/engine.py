"""An engine as it is chosen, before it is connected to."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, ClassVar

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.errors import UserError


class Engine(ABC):
    """What computes on transaction lines, and where they are read from.

    Attributes
    ----------
    name : str
        Of the option in ``conf/engine``.
    reads_any_file : bool
        Whether `segmentation.data.files` reads files of any format into it; else `read_files` does.
    has_tables : bool
        Whether it has tables of its own, which ``data.table`` names.
    """

    name: ClassVar[str]
    reads_any_file: ClassVar[bool] = False
    has_tables: ClassVar[bool] = True

    @abstractmethod
    def connect(self) -> BaseBackend:
        """Connect to it, with a clock that is UTC.

        Raises
        ------
        UserError
            It cannot be reached, or what it needs is not installed.
        """

    def read_files(self, paths: Sequence[str], written: Mapping[str, Any]) -> ir.Table:  # noqa: ARG002
        """Read files that have the same columns, where they are, by each query.

        Parameters
        ----------
        paths : sequence of str
            Files, folders, globs or URLs.
        written : mapping
            ``delimiter``, ``encoding`` and ``header`` of text files, see `data.formats.Notation`.

        Raises
        ------
        UserError
            It reads no files, or none of this format.
        """
        raise UserError(
            f"engine={self.name} reads no files, and data.path={paths[0]} is one; "
            f"set data.table= or data.query=, or leave engine={self.name} out"
        )


def require_module(module: str, engine: str, extra: str) -> None:
    """Refuse an engine whose library is not installed.

    Raises
    ------
    UserError
        With the command that installs it.
    """
    if find_spec(module) is None:
        raise UserError(
            f"{engine} needs {module}, which is not installed; install it with "
            f"uv sync --extra {extra}, or pip install 'segmentation[{extra}]'"
        )
