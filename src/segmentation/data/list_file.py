"""Files with a customer a row, as this project, another tool or a spreadsheet wrote them."""

from pathlib import Path

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.engine.tables import read_csv_as_text, read_parquet

PARQUET = ".parquet"


def read_list_file(connection: BaseBackend, path: Path) -> ir.Table:
    """Read a parquet file, or a CSV file as text: with the apostrophes of `harmless_text`.

    Parameters
    ----------
    connection : ibis backend
        To DuckDB.
    path : Path
        Of what does not end in ``.parquet``, the first line holds the names of the columns.

    Raises
    ------
    EngineError
        The file is damaged.
    """
    if path.suffix.lower() == PARQUET:
        return read_parquet(connection, [path])
    return read_csv_as_text(connection, path)
