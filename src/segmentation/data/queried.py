"""Lines that a query of one's own makes of files."""

from pathlib import Path

from segmentation.data.files import RawTable
from segmentation.engine.connection import EngineError, connect, reason
from segmentation.engine.tables import selected
from segmentation.errors import UserError


def queried(query: str) -> RawTable:
    """Run a query of the engine, once.

    Parameters
    ----------
    query : str
        One SELECT, in which files are tables (``'orders.csv'``), or the path of a ``.sql`` file
        with one. Types of columns in text files are those that the engine finds.

    Raises
    ------
    UserError
        It is no single SELECT, or the engine refuses it.
    """
    name, text = _named(query)
    try:
        table = selected(connect(), text)
    except EngineError as error:
        raise UserError(
            f"data.query={name} cannot be run: {reason(error)}; files are named in single quotes, "
            "from the folder where the command is typed: select * from 'orders.csv'"
        ) from error
    if table is None:
        raise UserError(
            f"data.query={name} is not one SELECT, and nothing else is run; "
            "set it to select … from 'items.csv' join 'orders.csv' using (order_id)"
        )
    return RawTable(name, table)


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
