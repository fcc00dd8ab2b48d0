"""Files of any common format to one raw Ibis table."""

import glob
import re
import tempfile
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.backends import BaseBackend

from segmentation.data.text_files import readable_copy
from segmentation.engine.connection import EngineError, connect, reason
from segmentation.engine.tables import append, kept, read_csv_as_text, read_parquet
from segmentation.errors import UserError

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
EXCEL = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
R_DATA = (".rda", ".rdata")
KNOWN = TEXT + PARQUET + EXCEL + R_DATA
BLANKS = " "
"""Delimiter of columns with any number of blanks between them."""
VALUE = r"[\s\d.,:/-]+"
"""What no column is called: a number or a date."""


@dataclass(frozen=True)
class Notation:
    """How text files are written.

    Attributes
    ----------
    delimiter : str or None
        Between the columns; `BLANKS` stands for any number of them. None: found.
    encoding : str or None
        None: found as `text_files.find_encoding` says.
    header : tuple of str or None
        Names of the columns of files (workbooks, too) that begin with a line of values; None: the
        first line holds them.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: tuple[str, ...] | None = None


def read_table(path: str | Path) -> ir.Table:
    """Read files that have the same columns as one table, see `read_tables`.

    Raises
    ------
    UserError
        As of `read_tables`, or the files have different columns.
    """
    tables = read_tables(path)
    if len(tables) > 1:
        kinds = " and ".join(", ".join(table.columns) for table in tables)
        raise UserError(
            f"{path} has files with different columns ({kinds}); give data.path= one kind of them"
        )
    return tables[0]


def read_tables(path: str | Path, notation: Notation = Notation()) -> list[ir.Table]:
    """Read a file, a glob, a folder or a URL, in a connection of its own.

    Parquet stays where it is and is read by each query; everything else is read once, into a
    temporary table that spills to disk when memory runs short. Text and Excel columns come out
    as text, blank cells as null.

    Parameters
    ----------
    path : str or Path
        csv, tsv, txt (also .gz), parquet, Excel, rda; a glob or a folder of such files; or a URL
        that the engine can read (http, https, s3, …).
    notation : Notation
        Of text files.

    Returns
    -------
    list of ibis Table
        One for each set of columns that files have, in the order of the files.

    Raises
    ------
    UserError
        The path does not exist, is empty, of an unknown format, or cannot be read.
    """
    paths = [str(path)] if _is_url(path) else [str(file) for file in _local_files(str(path))]
    connection = connect()
    try:
        if notation.header is None and all(_has_suffix(file, PARQUET) for file in paths):
            return _alike(connection, paths)
        return _load(connection, paths, notation)
    except (EngineError, OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path} cannot be read: {reason(error)}; set data.path=…") from error


def _is_url(path: str | Path) -> bool:
    return "://" in str(path)


def _has_suffix(path: str, suffixes: tuple[str, ...]) -> bool:
    name = path.split("?")[0] if _is_url(path) else path
    return name.lower().endswith(suffixes)


def _local_files(path: str) -> list[Path]:
    if Path(path).is_dir():
        files = sorted(file for file in Path(path).rglob("*") if _has_suffix(file.name, KNOWN))
    elif Path(path).is_file():
        files = [Path(path)]
    else:
        files = sorted(Path(match) for match in glob.glob(path, recursive=True))  # noqa: PTH207
    if not files:
        raise UserError(f"data.path={path} matches no file; set data.path= to an existing one")
    for file in files:
        if file.stat().st_size == 0:
            raise UserError(f"{file} is empty; set data.path= to a file with transaction lines")
    return files


def _alike(connection: BaseBackend, paths: Sequence[str]) -> list[ir.Table]:
    """Parquet files by the columns that they have."""
    found: dict[frozenset[str], list[str]] = {}
    for path in paths:
        found.setdefault(frozenset(read_parquet(connection, [path]).columns), []).append(path)
    return [read_parquet(connection, files) for files in found.values()]


def _load(connection: BaseBackend, paths: Sequence[str], notation: Notation) -> list[ir.Table]:
    """The lines of all files, in a table for each set of columns."""
    tables: dict[frozenset[str], ir.Table] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            part = _read_one(connection, path, notation, Path(scratch))
            columns = frozenset(part.columns)
            if columns in tables:
                append(connection, tables[columns], part)
            else:
                tables[columns] = kept(connection, part)
    return list(tables.values())


def _read_one(connection: BaseBackend, path: str, notation: Notation, scratch: Path) -> ir.Table:
    if _has_suffix(path, TEXT):
        return _named(_read_text(connection, path, notation, scratch), path, notation.header)
    if _has_suffix(path, EXCEL):
        table = ibis.memtable(_read_excel(path, notation.header is None))
        return _named(table, path, notation.header)
    if notation.header is not None:
        raise UserError(f"{path} holds the names of its columns; set data.header=null")
    if _has_suffix(path, PARQUET):
        return read_parquet(connection, [path])
    if _has_suffix(path, R_DATA):
        return ibis.memtable(_read_r_data(path))
    raise UserError(f"{path} has an unknown format; it must end in one of: {', '.join(KNOWN)}")


def _read_text(connection: BaseBackend, path: str, notation: Notation, scratch: Path) -> ir.Table:
    by_space = notation.delimiter == BLANKS
    readable = path
    if not _is_url(path):
        readable = str(readable_copy(Path(path), scratch, notation.encoding, by_space))
    table = read_csv_as_text(
        connection,
        readable,
        "\t" if by_space else notation.delimiter,
        notation.header is None,
        _has_suffix(readable, (".gz",)),
    )
    if len(table.columns) > 1:
        return table
    first = table.columns[0]
    if notation.header is not None:
        first = str(table.head(1).to_pyarrow().to_pylist()[0][first])
    if notation.delimiter is None and BLANKS in first.strip():
        return _read_text(connection, path, replace(notation, delimiter=BLANKS), scratch)
    raise UserError(
        f"{path} has no readable columns, only {first!r}; "
        "set data.delimiter=semicolon (or comma, tab, pipe, blanks)"
    )


def _named(table: ir.Table, path: str, header: tuple[str, ...] | None) -> ir.Table:
    """The table with its columns named, where its first line does not."""
    if header is None:
        if all(re.fullmatch(VALUE, column) for column in table.columns):
            raise UserError(
                f"{path} begins with a line of values ({', '.join(table.columns)}); name its "
                "columns in their order, as data.header=[customer_id,invoiced_at,amount]"
            )
        return table
    if len(header) != len(table.columns):
        raise UserError(
            f"data.header has {len(header)} names ({', '.join(header)}), {path} has "
            f"{len(table.columns)} columns; give as many names as columns"
        )
    return table.rename(dict(zip(header, table.columns, strict=True)))


def _read_excel(path: str, has_header: bool) -> pd.DataFrame:
    """All sheets with the columns of the first one that is not empty, as text."""
    try:
        sheets = pd.read_excel(
            path,
            sheet_name=None,
            header=0 if has_header else None,
            engine="calamine",
            dtype=str,
            keep_default_na=False,
            na_values=[""],
        )
    except Exception as error:  # foreign parsers raise anything on a damaged file
        raise UserError(f"{path} is not a readable workbook ({error}); set data.path=…") from error
    filled = [sheet for sheet in sheets.values() if len(sheet.columns)]
    if not filled:
        raise UserError(f"{path} has no readable columns; set data.path=…")
    alike = [sheet for sheet in filled if list(sheet.columns) == list(filled[0].columns)]
    return pd.concat(alike, ignore_index=True).rename(columns=str)


def _read_r_data(path: str) -> pd.DataFrame:
    """The only data frame of an R data file; instants (POSIXct) as UTC timestamps."""
    import rdata

    constructors = rdata.conversion.DEFAULT_CLASS_MAP | {
        "POSIXct": lambda seconds, _: seconds.astype("datetime64[s]").astype("datetime64[us]")
    }
    try:
        with warnings.catch_warnings(action="ignore"):
            content = rdata.read_rda(path, constructor_dict=constructors)
    except Exception as error:  # foreign parsers raise anything on a damaged file
        raise UserError(f"{path} is not a readable R file ({error}); set data.path=…") from error
    frames = [value for value in content.values() if isinstance(value, pd.DataFrame)]
    if len(frames) != 1:
        raise UserError(f"{path} must hold one data frame, it holds {len(frames)}; set data.path=…")
    return frames[0].reset_index(drop=True)
