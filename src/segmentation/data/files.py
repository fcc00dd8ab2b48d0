"""Files of any common format to one raw Ibis table."""

import glob
import tempfile
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.backends import BaseBackend

from segmentation.data.text_files import utf8_copy
from segmentation.engine.connection import EngineError, connect, reason
from segmentation.engine.tables import append, kept, read_csv_as_text, read_parquet
from segmentation.errors import UserError

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
EXCEL = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
R_DATA = (".rda", ".rdata")
KNOWN = TEXT + PARQUET + EXCEL + R_DATA


@dataclass(frozen=True, eq=False)
class RawTable:
    """Files that have the same columns, as they were read.

    Attributes
    ----------
    name : str
        The file, or the first of them, for people to read.
    table : ibis Table
    notes : tuple of str
        How it came to be, a sentence each.
    """

    name: str
    table: ir.Table
    notes: tuple[str, ...] = ()


def read_table(path: str | Path) -> ir.Table:
    """Read files that have the same columns as one table, see `read_tables`.

    Raises
    ------
    UserError
        As of `read_tables`, or the files have different columns.
    """
    tables = read_tables(path)
    if len(tables) > 1:
        kinds = " and ".join(", ".join(each.table.columns) for each in tables)
        raise UserError(
            f"{path} has files with different columns ({kinds}); give data.path= one kind of them"
        )
    return tables[0].table


def read_tables(
    path: str | Path | Sequence[str | Path],
    delimiter: str | None = None,
    encoding: str | None = None,
) -> list[RawTable]:
    """Read a file, a glob, a folder, a URL or a list of them, in a connection of its own.

    Parquet stays where it is and is read by each query; everything else is read once, into a
    temporary table that spills to disk when memory runs short. Text and Excel columns come out
    as text, blank cells as null.

    Parameters
    ----------
    path : str, Path or sequence of them
        csv, tsv, txt (also .gz), parquet, Excel, rda; a glob or a folder of such files; or a URL
        that the engine can read (http, https, s3, …).
    delimiter : str, optional
        Of text files; found by the engine when None.
    encoding : str, optional
        Of text files; when None it is found as `text_files.utf8_copy` says.

    Returns
    -------
    list of RawTable
        One for each set of columns that files have, in the order of the files.

    Raises
    ------
    UserError
        The path does not exist, is empty, of an unknown format, or cannot be read.
    """
    given = [path] if isinstance(path, str | Path) else path
    # A file that is named twice is read once.
    paths = [*dict.fromkeys(file for each in given for file in _files_of(str(each)))]
    connection = connect()
    try:
        if all(_has_suffix(file, PARQUET) for file in paths):
            return _alike(connection, paths)
        return _load(connection, paths, delimiter, encoding)
    except (EngineError, OSError, EOFError, zlib.error) as error:
        shown = ", ".join(map(str, given))
        raise UserError(f"{shown} cannot be read: {reason(error)}; set data.path=…") from error


def _files_of(path: str) -> list[str]:
    return [path] if _is_url(path) else [str(file) for file in _local_files(path)]


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


def _alike(connection: BaseBackend, paths: Sequence[str]) -> list[RawTable]:
    """Parquet files by the columns that they have."""
    found: dict[frozenset[str], list[str]] = {}
    for path in paths:
        found.setdefault(frozenset(read_parquet(connection, [path]).columns), []).append(path)
    return [
        RawTable(Path(files[0]).name, read_parquet(connection, files)) for files in found.values()
    ]


def _load(
    connection: BaseBackend, paths: Sequence[str], delimiter: str | None, encoding: str | None
) -> list[RawTable]:
    """The lines of all files, in a table for each set of columns."""
    tables: dict[frozenset[str], RawTable] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            part = _read_one(connection, path, delimiter, encoding, Path(scratch))
            columns = frozenset(part.columns)
            if columns in tables:
                append(connection, tables[columns].table, part)
            else:
                tables[columns] = RawTable(Path(path).name, kept(connection, part))
    return list(tables.values())


def _read_one(
    connection: BaseBackend, path: str, delimiter: str | None, encoding: str | None, scratch: Path
) -> ir.Table:
    if _has_suffix(path, TEXT):
        return _read_text(connection, path, delimiter, encoding, scratch)
    if _has_suffix(path, PARQUET):
        return read_parquet(connection, [path])
    if _has_suffix(path, EXCEL):
        return ibis.memtable(_read_excel(path))
    if _has_suffix(path, R_DATA):
        return ibis.memtable(_read_r_data(path))
    raise UserError(f"{path} has an unknown format; it must end in one of: {', '.join(KNOWN)}")


def _read_text(
    connection: BaseBackend, path: str, delimiter: str | None, encoding: str | None, scratch: Path
) -> ir.Table:
    readable = path if _is_url(path) else str(utf8_copy(Path(path), scratch, encoding))
    table = read_csv_as_text(connection, readable, delimiter, _has_suffix(readable, (".gz",)))
    if len(table.columns) == 1:
        raise UserError(
            f"{path} has no readable columns, only {table.columns[0]!r}; "
            "set data.delimiter=semicolon (or comma, tab, pipe)"
        )
    return table


def _read_excel(path: str) -> pd.DataFrame:
    """All sheets with the columns of the first one that is not empty, as text."""
    try:
        sheets = pd.read_excel(
            path,
            sheet_name=None,
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
