"""Lines that a query of one's own makes, and those that are a table of the engine already."""

from pathlib import Path

from segmentation.data.files import RawTable
from segmentation.engine.connection import DUCKDB
from segmentation.engine.engine import Engine
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import named, selected
from segmentation.errors import UserError


def queried(query: str, engine: Engine = DUCKDB) -> RawTable:
    """Run a query of the engine, once.

    Parameters
    ----------
    query : str
        One SELECT in the SQL of the engine, or the path of a ``.sql`` file with one. In DuckDB,
        files are tables (``'orders.csv'``); types of columns in text files are those that it finds.
    engine : Engine

    Raises
    ------
    UserError
        It is no single SELECT, or the engine refuses it.
    """
    name, text = _named(query)
    try:
        table = selected(engine.connect(), text)
    except engine_errors() as error:
        remedy = (
            f"write it in the SQL of engine={engine.name}, with names of tables as it has them"
            if engine.has_tables
            else "files are named in single quotes, from the folder where the command is typed: "
            "select * from 'orders.csv'"
        )
        raise UserError(f"data.query={name} cannot be run: {reason(error)}; {remedy}") from error
    if table is None:
        raise UserError(
            f"data.query={name} is not one SELECT, and nothing else is run; "
            "set it to select … from 'items.csv' join 'orders.csv' using (order_id)"
        )
    return RawTable(name, table)


def table_of(name: str, engine: Engine) -> RawTable:
    """Take a table of the engine for the lines; they stay where they are.

    Parameters
    ----------
    name : str
        As `engine.tables.named` takes it.
    engine : Engine

    Raises
    ------
    UserError
        The engine has no tables, or not this one.
    """
    if not engine.has_tables:
        raise UserError(
            f"data.table={name} is a table of a database or of Spark's catalogue, and "
            f"engine={engine.name} has none; set engine=database engine.url=… or engine=spark, or "
            "data.path= to a file"
        )
    connection = engine.connect()
    try:
        return RawTable(name, named(connection, name))
    except engine_errors() as error:
        raise UserError(
            f"data.table={name} cannot be read: {reason(error)}; set it to a table that "
            f"engine={engine.name} has, as orders or public.orders"
        ) from error


def _named(query: str) -> tuple[str, str]:
    """A query as people read it, and its text."""
    if not query.lower().endswith(".sql"):
        return " ".join(query.split()), query
    try:
        return query, Path(query).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise UserError(
            f"data.query={query} cannot be read ({error}); set it to a .sql file or a SELECT"
        ) from error
