"""Apache Spark: lines beyond one machine, and the tables of its catalogue."""

import os
import re
import signal
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.engine.dialect import Dialect, new_name
from segmentation.engine.engine import Engine, Write, require_module
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.spark_output import SparkOutput, address
from segmentation.errors import UserError

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
Handlers = dict[signal.Signals, Any]
PARTITIONS_OF_ONE_MACHINE = 16
QUIET = {"spark.ui.showConsoleProgress": "false"}
"""Settings of a session of our own, which is not for looking at."""


@dataclass(frozen=True)
class Spark(Engine):
    """Reads where Spark reads, and computes on its workers.

    Attributes
    ----------
    master : str or None
        Such as ``spark://host:7077`` or ``local[2]``. ``None``: the session that is active in this
        process, else what Spark is configured to, which is all cores of this machine by default.
    remote : str or None
        A Spark Connect server, as ``sc://host:15002``.
    """

    master: str | None = None
    remote: str | None = None
    name: ClassVar[str] = "spark"
    writes_on_workers: ClassVar[bool] = True

    def connect(self) -> BaseBackend:
        """Join the session that is active, or start one; its clock is set to UTC.

        Raises
        ------
        UserError
            Spark is not installed, or cannot be reached; or another session is active.
        """
        if self.master and self.remote:
            raise UserError(
                f"engine.master={self.master} and engine.remote={self.remote} cannot go together; "
                "give one of them"
            )
        require_module("pyspark", "engine=spark", "spark")
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        handlers: Handlers = {
            number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            session = self._session()
        except (RuntimeError, OSError, *engine_errors()) as error:  # type: ignore[misc]
            raise UserError(
                f"engine=spark cannot be used: {reason(error)}; set engine.master=local[*], "
                "engine.master=spark://host:7077 or engine.remote=sc://host:15002"
            ) from error
        finally:
            _put_back(handlers)
        return ibis.pyspark.connect(session)

    def _session(self) -> Any:
        from pyspark.sql import SparkSession

        active = SparkSession.getActiveSession()
        if active is not None:
            _require_same(active, self.master)
            return active
        builder = SparkSession.builder.appName("segmentation")
        if self.remote:
            return builder.remote(self.remote).getOrCreate()
        if self.master:
            builder = builder.master(self.master)
        if (self.master or "").startswith("local"):
            # one machine: with the usual 200, small tasks cost more than the work in them
            builder = builder.config("spark.sql.shuffle.partitions", PARTITIONS_OF_ONE_MACHINE)
        session = builder.config(map=QUIET).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session

    def read_files(self, paths: Sequence[str], written: Mapping[str, Any]) -> ir.Table:
        """Read parquet or text files, which every worker must see under the same path."""
        places = [address(path) for path in paths]
        kinds = {_kind(path) for path in paths}
        if len(kinds) > 1:
            raise UserError(
                f"data.path={','.join(paths)} are files of several formats; "
                "with engine=spark set data.path= to those of one"
            )
        connection = self.connect()
        reader = connection._session.read
        if kinds == {"parquet"}:
            frame = reader.option("mergeSchema", True).parquet(*places)
        else:
            frame = _with_header(
                reader.options(**_options_of(paths[0], written)).csv(places), written
            )
        name = new_name()
        frame.createOrReplaceTempView(name)
        return connection.table(name)

    def output_of(self, typed: str, table: str | None, overwrite: bool) -> Write:
        """What the workers write: a folder of parquet files, or a table of the catalogue."""
        place = address(typed) if table is None else table
        output = SparkOutput(self.connect()._session, typed, place, table is not None, overwrite)
        output.require()
        return output.write


def _options_of(path: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """How Spark reads text files: as columns of text, without losing a line in silence."""
    usual = "\t" if path.lower().endswith((".tsv", ".tsv.gz")) else ","
    return {
        "header": written["header"] is None,
        "sep": written["delimiter"] or usual,
        "encoding": written["encoding"] or "UTF-8",
        # a quote in a value is doubled, as spreadsheets write it
        "escape": '"',
        "multiLine": True,
        # a line with too many fields, or a file with other columns, is an error
        "mode": "FAILFAST",
        "enforceSchema": False,
    }


def _with_header(frame: Any, written: Mapping[str, Any]) -> Any:
    return frame if written["header"] is None else frame.toDF(*written["header"])


def _kind(path: str) -> str:
    """Format of files: by their ending, that of what is in the folder, or parquet."""
    inside = sorted(Path(path).rglob("*.*")) if "://" not in path and Path(path).is_dir() else []
    name = (str(inside[0]) if inside else path).lower()
    if name.endswith(TEXT):
        return "csv"
    if name.endswith(PARQUET) or not Path(name).suffix:
        return "parquet"
    raise UserError(
        f"data.path={path} has a format that engine=spark does not read; set data.path= to a "
        "parquet or csv file, or leave engine=spark out"
    )


def _require_same(active: Any, master: str | None) -> None:
    """Refuse a master that the active session does not have: Spark would not look at it."""
    context = getattr(active, "_sc", None)
    if master and context is not None and context.master != master:
        raise UserError(
            f"engine.master={master}, but a session of {context.master} is active in this "
            "process; leave engine.master= out to join it"
        )


def _put_back(handlers: Handlers) -> None:
    """Restore the handlers of signals: Spark's own would lose the exit codes of the scripts."""
    for number, handler in handlers.items():
        # only the main thread may
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def _conv(digits: str, base: int, to: int) -> str:  # type: ignore[empty-body]
    """A number in another base."""


def _xxhash64(text: str) -> int:  # type: ignore[empty-body]
    """Hash of 64 bits."""


def _regexp_extract(text: str, pattern: str, group: int) -> str:  # type: ignore[empty-body]
    """Blank where nothing fits."""


def _nullif(text: str, other: str) -> str:  # type: ignore[empty-body]
    """Null where both are equal."""


_extract = ibis.udf.scalar.builtin(_regexp_extract, name="regexp_extract")
_null_if = ibis.udf.scalar.builtin(_nullif, name="nullif")
_in_base = ibis.udf.scalar.builtin(_conv, name="conv")
_hash = ibis.udf.scalar.builtin(_xxhash64, name="xxhash64", signature=(("string",), "int64"))


class SparkDialect(Dialect):
    """Functions that Spark has of its own."""

    backend, sql = "pyspark", "spark"

    def number_of(self, digest: ir.StringColumn, places: Sequence[int]) -> ir.IntegerColumn:
        """Number that the digits at some places of a digest write, the highest first."""
        digits = ibis.literal("").join([digest.substr(place, 1) for place in places])
        return _in_base(digits, 16, 10).cast("int64")

    def row_hash(self, table: ir.Table, columns: Sequence[str]) -> ir.IntegerColumn:
        """Hash of some values of a row, see `functions.row_hash`."""
        values = [table[name].cast("string").fill_null("\x1e") for name in columns]
        return _hash(ibis.literal("\x1f").join(values))

    def found(self, text: ir.StringColumn, pattern: str) -> ir.StringColumn:
        """What of a text fits a pattern; null where nothing does."""
        return _null_if(_extract(text, pattern, 0), "")

    def replaced(self, text: ir.StringColumn, pattern: str, by: str) -> ir.StringColumn:
        r"""Replace what fits a pattern: Java writes ``$1`` where others write ``\1``."""
        return text.re_replace(pattern, re.sub(r"\\(\d)", r"$\1", by.replace("$", r"\$")))

    def kept(self, connection: BaseBackend, table: ir.Table) -> ir.Table:
        """Keep a table for the connection, see `tables.kept`."""
        connection._run_pre_execute_hooks(table)
        name = new_name()
        connection._session.sql(connection.compile(table)).persist().createOrReplaceTempView(name)
        return connection.table(name)

    def read_folder(self, connection: BaseBackend, place: str) -> ir.Table:
        """Read a folder of parquet files, see `tables.read_folder`."""
        return connection.read_parquet(address(place))
