"""An engine as it is chosen, before it is connected to."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, ClassVar

import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from segmentation.errors import UserError

Write = Callable[
    [ir.Table, Callable[[pa.RecordBatch], pa.Table], Callable[[pa.Table], Any]], list[Any]
]
"""Rows, what is computed of some of them and what is counted of that, in; all counts out."""


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
    writes_on_workers : bool
        Whether `output_of` gives what its workers write; else this process writes all outputs.
    """

    name: ClassVar[str]
    reads_any_file: ClassVar[bool] = False
    has_tables: ClassVar[bool] = True
    writes_on_workers: ClassVar[bool] = False

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

    def output_of(self, typed: str, table: str | None, overwrite: bool) -> Write:
        """What its workers write: a folder of parquet files, or a table.

        Parameters
        ----------
        typed : str
            The output as it was typed.
        table : str or None
            Name of the table; None where it is a folder.
        overwrite : bool
            Whether one that is already there may be replaced.

        Returns
        -------
        callable
            See `spark_output.SparkOutput.write`.

        Raises
        ------
        UserError
            The output is there already, or cannot be.
        """
        raise NotImplementedError


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
