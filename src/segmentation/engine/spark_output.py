"""Rows that Spark's workers compute and write: none of them passes through this process."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from segmentation.engine.dialect import new_name
from segmentation.engine.errors import engine_errors, reason
from segmentation.errors import UserError

Computed = Callable[[pa.RecordBatch], pa.Table]
Counted = Callable[[pa.Table], Any]
FILES = (".csv", ".parquet")
MISSING = "No module named 'segmentation"


@dataclass(frozen=True)
class SparkOutput:
    """A folder of parquet files, or a table of the catalogue.

    Attributes
    ----------
    session : SparkSession
    typed : str
        The output as it was typed.
    place : str
        Address of the folder, or name of the table.
    is_table : bool
    overwrite : bool
        Whether one that is already there may be replaced.
    """

    session: Any
    typed: str
    place: str
    is_table: bool
    overwrite: bool

    def require(self) -> None:
        """Refuse an output that is there, or cannot be.

        Raises
        ------
        UserError
        """
        if not self.is_table and self.place.endswith(FILES):
            raise UserError(
                f"output={self.typed} is one file, and the workers of engine=spark write many; set "
                "output=segments/ to a folder of parquet files, or output=table:shop.segments"
            )
        if not self.overwrite and self._is_there():
            raise UserError(f"output={self.typed} exists; set overwrite=true or another name")
        schema, _, _ = self.place.rpartition(".")
        if self.is_table and schema and not self.session.catalog.databaseExists(schema):
            raise UserError(
                f"output={self.typed} is in a schema that does not exist; make it, or set another"
            )

    def write(self, rows: ir.Table, compute: Computed, count: Counted) -> list[Any]:
        """Compute new rows of all rows on the workers, count them there, and write them.

        Parameters
        ----------
        rows : ibis Table
        compute : callable
            Some rows in, as many out; it goes to every worker.
        count : callable
            What `compute` gave in, something out that adds up; it goes to every worker.

        Returns
        -------
        list
            What was counted of each part.

        Raises
        ------
        UserError
            A worker lacks the project, or the output cannot be written.
        """
        connection = rows.get_backend()
        connection._run_pre_execute_hooks(rows)
        with (
            _needed_on_workers(),
            self._kept(connection.compile(rows), compute, _columns(rows, compute)) as computed,
        ):
            counts = computed.mapInArrow(partial(_counted, count=count), "counts binary").collect()
            with self._writing():
                (self._write_table if self.is_table else self._write_folder)(computed)
        return [pickle.loads(row["counts"]) for row in counts]

    @contextmanager
    def _kept(self, query: str, compute: Computed, columns: Any) -> Iterator[Any]:
        """Rows that are computed once: they are counted before what is there is touched."""
        frame = self.session.sql(query).mapInArrow(partial(_computed, compute=compute), columns)
        name = new_name()
        frame.persist().createOrReplaceTempView(name)
        try:
            yield self.session.table(name)
        finally:
            frame.unpersist()
            self.session.catalog.dropTempView(name)

    def _is_there(self) -> bool:
        if self.is_table:
            return bool(self.session.catalog.tableExists(self.place))
        try:
            return bool(self.session.read.schema("segment bigint").parquet(self.place).columns)
        except engine_errors() as error:
            if "PATH_NOT_FOUND" in str(error):
                return False
            raise

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, *engine_errors()) as error:  # type: ignore[misc]
            raise UserError(
                f"output={self.typed} cannot be written ({reason(error)}); "
                "set output= to a folder or a table that all workers may write"
            ) from error

    def _write_table(self, frame: Any) -> None:
        """Write a table under another name until it is complete."""
        *places, name = self.place.split(".")
        final, unfinished, old = ([*places, each] for each in (name, new_name(), new_name()))

        def rename(table: list[str], to: list[str]) -> None:
            # the new name has no catalogue
            self.session.sql(f"ALTER TABLE {_quoted(table)} RENAME TO {_quoted(to[-2:])}")

        def drop(table: list[str]) -> None:
            self.session.sql(f"DROP TABLE IF EXISTS {_quoted(table)}")

        try:
            frame.write.saveAsTable(_quoted(unfinished))
            _put_in_place(unfinished, final, old if self._is_there() else None, rename, drop)
        finally:
            drop(unfinished)

    def _write_folder(self, frame: Any) -> None:
        """Write a folder under another name until it is complete; Connect cannot rename one."""
        if (jvm := getattr(self.session, "_jvm", None)) is None:
            frame.write.mode("overwrite" if self.overwrite else "error").parquet(self.place)
            return
        above, _, name = self.place.rpartition("/")
        final, unfinished, old = (
            jvm.org.apache.hadoop.fs.Path(f"{above}/{each}")
            for each in (name, f".{new_name()}", f".{new_name()}")
        )
        files = final.getFileSystem(self.session._jsparkSession.sessionState().newHadoopConf())

        def rename(folder: Any, to: Any) -> None:
            if not files.rename(folder, to):
                raise PermissionError(f"{folder} cannot be renamed to {to}")

        try:
            frame.write.parquet(str(unfinished))
            replaced = old if files.exists(final) else None
            _put_in_place(
                unfinished, final, replaced, rename, lambda folder: files.delete(folder, True)
            )
        finally:
            files.delete(unfinished, True)


def _put_in_place(
    new: Any,
    final: Any,
    old: Any | None,
    rename: Callable[[Any, Any], None],
    remove: Callable[[Any], object],
) -> None:
    """Give what is complete its name, and that of what had it before to nobody."""
    if old is None:
        rename(new, final)
        return
    rename(final, old)
    try:
        rename(new, final)
    except BaseException:
        rename(old, final)
        raise
    remove(old)


def address(path: str) -> str:
    """Path as Spark wants it: without a scheme it might mean another file system."""
    if "://" in path:
        return path
    return "file:///" + Path(path).expanduser().absolute().as_posix().lstrip("/")


def _quoted(parts: list[str]) -> str:
    return ".".join(f"`{part.replace('`', '``')}`" for part in parts)


def _columns(rows: ir.Table, compute: Computed) -> Any:
    """Columns that are computed, as Spark describes them: those of a made-up row."""
    from pyspark.sql.pandas.types import from_arrow_schema

    schema = rows.schema().to_pyarrow()
    made_up = pa.RecordBatch.from_arrays(
        [pa.array(["0"]).cast(field.type) for field in schema], schema=schema
    )
    return from_arrow_schema(compute(made_up).schema)


def _computed(batches: Iterator[pa.RecordBatch], compute: Computed) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if batch.num_rows:
            yield from compute(batch).to_batches()


def _counted(batches: Iterator[pa.RecordBatch], count: Counted) -> Iterator[pa.RecordBatch]:
    """What was counted of one part, in one row."""
    counts = [count(pa.Table.from_batches([batch])) for batch in batches if batch.num_rows]
    if counts:
        yield pa.RecordBatch.from_pydict({"counts": [pickle.dumps(reduce(add, counts))]})


@contextmanager
def _needed_on_workers() -> Iterator[None]:
    try:
        yield
    except engine_errors() as error:
        if MISSING not in str(error):
            raise
        raise UserError(
            "engine=spark scores on its workers, and a worker's Python lacks segmentation; "
            "install it on every worker, and set PYSPARK_PYTHON to the Python that has it"
        ) from error
