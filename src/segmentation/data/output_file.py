"""A CSV or parquet file that is written batch by batch and appears only when it is complete."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from segmentation.data.harmless_text import harmless
from segmentation.errors import UserError
from segmentation.temporary import unfinished

WRITERS = {".csv": pyarrow.csv.CSVWriter, ".parquet": pyarrow.parquet.ParquetWriter}


@contextmanager
def output_file(
    path: Path, overwrite: bool, neutralise: bool = True
) -> Iterator[Callable[[pd.DataFrame | pa.Table], None]]:
    """Write batches to a CSV or parquet file; a failure leaves what was there before.

    In CSV, text that a spreadsheet would execute gets a leading apostrophe, see
    `harmless_text.harmless`.

    Parameters
    ----------
    path : Path
        Ends in ``.csv`` or ``.parquet``.
    overwrite : bool
        Whether a file that is already there may be replaced.
    neutralise : bool
        False where what is written was read from such a file.

    Yields
    ------
    callable
        Appends a batch: a DataFrame or a table of Arrow, with the columns and types of the first.

    Raises
    ------
    UserError
        The ending is another, the file exists, its folder does not, or it cannot be written.
    """
    _check(path, overwrite)
    writer: Any = None

    def append(batch: pd.DataFrame | pa.Table) -> None:
        nonlocal writer
        is_frame = isinstance(batch, pd.DataFrame)
        table = pa.Table.from_pandas(batch, preserve_index=False) if is_frame else batch
        if path.suffix == ".csv" and neutralise:
            table = harmless(table)
        with _writing(path):
            writer = writer or WRITERS[path.suffix](str(part), table.schema)
            writer.write_table(table)

    with ExitStack() as stack:
        with _writing(path):
            part = stack.enter_context(unfinished(path))
        try:
            yield append
            if writer is not None:
                with _writing(path):
                    writer.close()
                    stack.close()
        finally:
            # Windows does not remove a file that is open.
            if writer is not None:
                with suppress(OSError):
                    writer.close()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"output='{path}' cannot be written ({error.strerror or error}); "
            "free some space, or set output to another folder"
        ) from error


def _check(path: Path, overwrite: bool) -> None:
    if path.suffix not in WRITERS:
        raise UserError(
            f"output='{path}' must end in .csv or .parquet; a folder is written by engine=spark, "
            "and output=table:shop.segments is a table"
        )
    if path.is_dir():
        raise UserError(f"output='{path}' is a folder; set it to a file in it, or another name")
    if path.exists() and not overwrite:
        raise UserError(f"output='{path}' exists; set overwrite=true or another name")
    if not path.parent.is_dir():
        raise UserError(f"folder '{path.parent}' does not exist; create it, or set another output")
