"""Files of any common format to one raw Ibis table."""

import glob
import os
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NoReturn

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.data.columns import without_numbering
from segmentation.data.formats import (
    BY_ITSELF,
    KNOWN,
    PARQUET,
    Notation,
    has_suffix,
    is_url,
    read_file,
    shown,
)
from segmentation.engine.connection import DUCKDB, EngineError, reason
from segmentation.engine.engine import Engine
from segmentation.engine.errors import engine_errors
from segmentation.engine.tables import append, different_lines, kept, read_parquet
from segmentation.errors import UserError

COUNTED_UP_TO_LINES = 10_000_000
"""Of parquet files with more, lines that stand in several of them are not counted."""


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


def read_table(path: str | Path, engine: Engine = DUCKDB) -> ir.Table:
    """Read files that have the same columns as one table, see `read_tables`.

    Raises
    ------
    UserError
        As of `read_tables`, or the files have different columns.
    """
    tables = read_tables(path, engine=engine)
    if len(tables) > 1:
        kinds = " and ".join(", ".join(each.table.columns) for each in tables)
        raise UserError(
            f"{path} has files with different columns ({kinds}); give data.path= one kind of them"
        )
    return tables[0].table


def read_tables(
    path: str | Path | Sequence[str | Path],
    notation: Notation = BY_ITSELF,
    engine: Engine = DUCKDB,
) -> list[RawTable]:
    """Read a file, a glob, a folder, a URL or a list of them, in a connection of its own.

    With DuckDB, parquet stays where it is and is read by each query; everything else is read once,
    into a temporary table that spills to disk when memory runs short. Text and Excel columns come
    out as text, blank cells as null.

    Parameters
    ----------
    path : str, Path or sequence of them
        csv, tsv, txt (also .gz), parquet, Excel, rda; a glob or a folder of such files; or a URL
        that the engine can read (http, https, s3, …).
    notation : Notation
        Of text files.
    engine : Engine
        One other than DuckDB reads the formats that it knows, as one table, where they are.

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
    if not engine.reads_any_file:
        return [_read_by(engine, [*dict.fromkeys(map(str, given))], notation)]
    # A file that is named twice is read once.
    paths = [*dict.fromkeys(file for each in given for file in _files_of(str(each)))]
    connection = engine.connect()
    try:
        if notation.header is None and all(has_suffix(file, PARQUET) for file in paths):
            return _alike(connection, paths)
        return _load(connection, paths, notation)
    except (EngineError, OSError, EOFError, zlib.error) as error:
        names = ", ".join(map(shown, given))
        raise UserError(f"{names} cannot be read: {reason(error)}; set data.path=…") from error


def _read_by(engine: Engine, paths: Sequence[str], notation: Notation) -> RawTable:
    """Files that an engine reads by itself."""
    try:
        table = engine.read_files(paths, asdict(notation))
    except engine_errors() as error:
        told = ", ".join(map(shown, paths))
        raise UserError(
            f"{told} cannot be read by engine={engine.name}: {reason(error)}; "
            "set data.path= to what every worker sees under the same name"
        ) from error
    return RawTable(Path(shown(paths[0])).name, table)


def _files_of(path: str) -> list[str]:
    return [path] if is_url(path) else [str(file) for file in _local_files(path)]


def _files_below(folder: str) -> list[Path]:
    """Files of a folder and of those in it that may be data; none is passed over in silence."""

    def refuse(error: OSError) -> NoReturn:
        raise UserError(
            f"data.path={folder}: '{error.filename}' cannot be read ({error.strerror}); let it be "
            "read, or name the files"
        ) from error

    return sorted(
        Path(place, name)
        for place, _, names in os.walk(folder, onerror=refuse)
        for name in names
        if has_suffix(name, KNOWN)
    )


def _local_files(path: str) -> list[Path]:
    if Path(path).is_dir():
        files = _files_below(path)
    elif Path(path).is_file():
        files = [Path(path)]
    else:
        files = sorted(Path(match) for match in glob.glob(path, recursive=True))  # noqa: PTH207
    if not files:
        raise UserError(f"data.path={path} matches no file; set data.path= to an existing one")
    for file in files:
        if not file.exists():
            raise UserError(
                f"{file} is a link to nothing, or to itself; set data.path= to an existing file"
            )
        if file.stat().st_size == 0:
            raise UserError(f"{file} is empty; set data.path= to a file with transaction lines")
    return files


def _alike(connection: BaseBackend, paths: Sequence[str]) -> list[RawTable]:
    """Parquet files by the columns that they have."""
    found: dict[frozenset[str], list[str]] = {}
    for path in paths:
        found.setdefault(frozenset(read_parquet(connection, [path]).columns), []).append(path)
    tables = []
    for files in found.values():
        table = read_parquet(connection, files)
        each = [] if len(files) == 1 else [read_parquet(connection, [file]) for file in files]
        counted = int(table.count().execute()) <= COUNTED_UP_TO_LINES
        lines = [_different(one) for one in each] if counted else []
        tables.append(RawTable(Path(shown(files[0])).name, table, _in_common(lines, table)))
    return tables


def _load(connection: BaseBackend, paths: Sequence[str], notation: Notation) -> list[RawTable]:
    """The lines of all files, in a table for each set of columns."""
    tables: dict[frozenset[str], RawTable] = {}
    lines: dict[frozenset[str], list[int]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            read, notes = read_file(connection, path, notation, Path(scratch))
            part, columns = kept(connection, read), frozenset(read.columns)
            lines.setdefault(columns, []).append(_different(part) if len(paths) > 1 else 0)
            if columns in tables:
                known = tables[columns]
                append(connection, known.table, part)
                tables[columns] = replace(known, notes=(*known.notes, *notes))
            else:
                tables[columns] = RawTable(Path(shown(path)).name, part, notes)
    return [
        replace(each, notes=(*each.notes, *_in_common(lines[columns], each.table)))
        for columns, each in tables.items()
    ]


def _in_common(lines: Sequence[int], together: ir.Table) -> tuple[str, ...]:
    """Say how many lines stand in several files, of which each has so many different ones."""
    again = sum(lines) - _different(together) if len(lines) > 1 else 0
    if not again:
        return ()
    return (
        f"{again:,} lines stand in an earlier one of the {len(lines):,} files, too; "
        "cleaning.duplicates=true counts them once",
    )


def _different(table: ir.Table) -> int:
    return different_lines(table.select(without_numbering(table.columns)))
