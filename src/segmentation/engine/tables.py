"""Files to tables, tables to files, and tables that the engine keeps."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend
from ibis.common.exceptions import TableNotFound
from pyarrow.parquet import ParquetFile
from sqlglot import exp

from segmentation.engine.dialect import ROWS_AT_ONCE
from segmentation.engine.dialects import dialect_of
from segmentation.engine.errors import NoSuchTableError

NAMED_TABLES = 10
"""So many are named where one is not found."""
INDEX_OF_PANDAS = re.compile(r"__index_level_\d+__")


def read_parquet(connection: BaseBackend, paths: Sequence[str | Path]) -> ir.Table:
    """Read parquet files as one table; they stay where they are and are read by each query.

    Parameters
    ----------
    connection : ibis backend
        To DuckDB.
    paths : sequence of str or Path
        Files, or URLs that the engine can read; a column that one of them lacks is null there. An
        index without a name, which pandas has written, is left out.

    Raises
    ------
    EngineError
        A file is none, or cannot be reached.
    """
    table = connection.read_parquet([str(path) for path in paths], union_by_name=True)
    return table.drop([name for name in table.columns if INDEX_OF_PANDAS.fullmatch(name)])


def read_folder(connection: BaseBackend, place: str) -> ir.Table:
    """Read a folder of parquet files as one table, where the engine finds it.

    Raises
    ------
    one of `errors.engine_errors`
        There is none, or it cannot be read.
    """
    return dialect_of(connection).read_folder(connection, place)


def read_csv_as_text(
    connection: BaseBackend,
    path: str | Path,
    delimiter: str | None = None,
    header: bool = True,
    gzipped: bool = False,
) -> ir.Table:
    """Read a UTF-8 text file as columns of text, blank cells as null.

    Parameters
    ----------
    connection : ibis backend
        To DuckDB.
    path : str or Path
        File or URL.
    delimiter : str, optional
        Found by the engine when None.
    header : bool
        Whether the first line holds the names of the columns; else they are numbered.
    gzipped : bool
        Whether the file is compressed, whatever its name says.

    Raises
    ------
    EngineError
        The file is damaged, or its lines differ in their columns; where the engine meets that only
        later, the query raises it.
    """
    options = {"delim": delimiter} if delimiter else {}
    if gzipped:
        options["compression"] = "gzip"
    # skip=0: the sniffer must not pass over lines that it cannot make sense of
    return connection.read_csv(str(path), header=header, all_varchar=True, skip=0, **options)


def read_csv(connection: BaseBackend, path: Path, text: Sequence[str]) -> ir.Table:
    """Read a text file with column types that the engine finds, but for the columns ``text``.

    Raises
    ------
    EngineError
        The file is damaged, or lacks one of the columns.
    """
    return connection.read_csv(path, types=dict.fromkeys(text, "VARCHAR"))


def kept(connection: BaseBackend, table: ir.Table) -> ir.Table:
    """Compute a table once and keep it for the connection; it spills to disk when memory is short.

    Parameters
    ----------
    connection : ibis backend
        Where it is kept: that of the table, or any where the table is a frame in memory.
    table : ibis Table
    """
    return dialect_of(connection).kept(connection, table)


def append(connection: BaseBackend, table: ir.Table, more: ir.Table) -> None:
    """Add the rows of a table to one that `kept` gave; columns are matched by name."""
    connection.insert(table.op().name, more.select(table.columns))


def with_condition(table: ir.Table, condition: exp.Expr, name: str) -> ir.Table:
    """Add a column that says whether each row meets a condition.

    Parameters
    ----------
    table : ibis Table
    condition : sqlglot expression
        On the columns of the table; what cannot be cast or read as a date is null in it.
    name : str
        Of the new column; null where the condition is neither true nor false.

    Raises
    ------
    UnsupportedConditionError
        The engine has no counterpart of a function in it.
    EngineError
        The condition does not fit the types of the columns; the query raises it.
    """
    backend, dialect = table.get_backend(), dialect_of(table)
    met = dialect.condition(condition).sql(dialect.sql or backend.dialect)
    quoted = exp.to_identifier(name, quoted=True).sql(dialect.sql or backend.dialect)
    rows = f"SELECT *, CAST(({met}) AS BOOLEAN) AS {quoted} FROM ({backend.compile(table)}) AS t"
    return backend.sql(rows, schema={**table.schema(), name: "boolean"})


def named(connection: BaseBackend, name: str) -> ir.Table:
    """A table that the engine has.

    Parameters
    ----------
    connection : ibis backend
    name : str
        With the names of its schema and catalogue before it where it is not found without,
        between points.

    Raises
    ------
    one of `errors.engine_errors`
        There is none, or it may not be read.
    """
    *places, table = name.split(".")
    place = ".".join(places) or None
    try:
        return connection.table(table, database=place)
    except TableNotFound as error:
        known = ", ".join(sorted(connection.list_tables(database=place))[:NAMED_TABLES])
        raise NoSuchTableError(
            f"there is no table {table!r}{f' in {place}' if place else ''}, among others there "
            f"is: {known or 'none'}"
        ) from error


def is_table(connection: BaseBackend, name: str) -> bool:
    """Whether the engine has a table of this name, see `named`."""
    try:
        named(connection, name)
    except NoSuchTableError:
        return False
    return True


def is_schema(connection: BaseBackend, name: str) -> bool:
    """Whether the schema exists that is named before a table; the usual one does."""
    *catalogue, schema = name.split(".")[:-1] or [""]
    return not schema or schema in connection.list_databases(catalog=".".join(catalogue) or None)


def selected(connection: BaseBackend, query: str) -> ir.Table | None:
    """Compute a query once and keep its rows for the connection.

    Parameters
    ----------
    connection : ibis backend
    query : str
        In the SQL of the engine, in which a file is a table where it is DuckDB.

    Returns
    -------
    ibis Table or None
        None, and nothing is run, where it is not one SELECT.

    Raises
    ------
    one of `errors.engine_errors`
        The query is wrong, or a file is missing or damaged.
    """
    select = dialect_of(connection).one_select(connection, query)
    return None if select is None else dialect_of(connection).kept_query(connection, select)


def different_values(column: ir.Column) -> ir.Table:
    """Compute the different values of a column once, null among them: a table of ``value``."""
    return kept(column.get_backend(), column.name("value").as_table().distinct())


def different_lines(table: ir.Table) -> int:
    """Count the lines that differ in any column, by a hash of 64 bits."""
    line = ibis.struct({name: table[name] for name in sorted(table.columns)}).hash()
    return int(table.aggregate(lines=line.nunique()).to_pyarrow()["lines"][0].as_py())


def batches(table: ir.Table, size: int = ROWS_AT_ONCE) -> Iterator[pa.RecordBatch]:
    """Compute a table, and hand it out a batch at a time: memory does not grow with its rows.

    A table without rows is one batch without rows.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        write_parquet(table, file)
        with ParquetFile(file) as rows:
            yield from rows.iter_batches(size)
            if not rows.metadata.num_rows:
                yield pa.RecordBatch.from_pylist([], rows.schema_arrow)


def write_parquet(table: ir.Table, path: Path) -> None:
    """Compute a table into a parquet file, without holding it in memory.

    Raises
    ------
    EngineError, OSError
        The file cannot be written.
    """
    dialect_of(table).write_parquet(table, path)
