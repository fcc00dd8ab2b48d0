"""One file of any common format to an Ibis table."""

import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.backends import BaseBackend

from segmentation.data.text_files import find_encoding, irregular_line, readable_copy
from segmentation.engine.connection import EngineError
from segmentation.engine.tables import read_csv_as_text, read_parquet
from segmentation.errors import UserError
from segmentation.masking import masked

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
EXCEL = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
R_DATA = (".rda", ".rdata")
UTF8 = "utf-8"
KNOWN = TEXT + PARQUET + EXCEL + R_DATA
BLANKS = " "
"""Delimiter of columns with any number of blanks between them."""
EXAMPLE = ("customer_id", "invoiced_at", "amount", "quantity", "product_id", "country", "note")
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


BY_ITSELF = Notation()
"""Everything is found."""


def is_url(path: str | Path) -> bool:
    """Whether a path is one of a server."""
    return "://" in str(path)


def shown(path: str | Path) -> str:
    """Path for people to read: of a URL without user, password and query, which may be secret."""
    return masked(str(path)) if is_url(path) else str(path)


def has_suffix(path: str, suffixes: tuple[str, ...]) -> bool:
    """Whether the name of a file ends in one of these, in any case."""
    name = path.split("?")[0] if is_url(path) else path
    return name.lower().endswith(suffixes)


def read_file(
    connection: BaseBackend, path: str, notation: Notation, scratch: Path
) -> tuple[ir.Table, tuple[str, ...]]:
    """Read one file.

    Parameters
    ----------
    connection : ibis backend
        Of `engine.connection.connect`.
    path : str
        File or URL.
    notation : Notation
        Of text files and workbooks.
    scratch : Path
        Existing folder that takes copies, which must last as long as the table.

    Returns
    -------
    table : ibis Table
        Columns of text files and workbooks as text, blank cells as null.
    notes : tuple of str
        What was guessed or left out, a sentence each.

    Raises
    ------
    UserError
        Its format is unknown, or it is damaged.
    """
    header = notation.header
    if has_suffix(path, TEXT):
        written, notes = _with_encoding(path, notation)
        return _named(_read_text(connection, path, written, scratch), path, header), notes
    if has_suffix(path, EXCEL):
        frame, notes = _read_excel(path, header is None)
        return _named(ibis.memtable(frame), path, header), notes
    if header is not None:
        raise UserError(
            f"{shown(path)} holds the names of its columns; data.header= with nothing takes those "
            "given away"
        )
    if has_suffix(path, PARQUET):
        return read_parquet(connection, [path]), ()
    if has_suffix(path, R_DATA):
        return ibis.memtable(_read_r_data(path)), ()
    known = ", ".join(KNOWN)
    raise UserError(f"{shown(path)} has an unknown format; it must end in one of: {known}")


def _with_encoding(path: str, notation: Notation) -> tuple[Notation, tuple[str, ...]]:
    """Find the encoding where none is given, and say it where it is a guess."""
    if notation.encoding or is_url(path):
        return notation, ()
    encoding = find_encoding(Path(path))
    guessed = (
        f"{Path(path).name} is read as {encoding}, which makes the likeliest text of it; "
        "data.encoding= sets another"
    )
    sure = encoding in (UTF8, "utf-16")
    return replace(notation, encoding=encoding), () if sure else (guessed,)


def _read_text(connection: BaseBackend, path: str, notation: Notation, scratch: Path) -> ir.Table:
    by_space = notation.delimiter == BLANKS
    readable = path
    if not is_url(path):
        readable = str(readable_copy(Path(path), scratch, notation.encoding or UTF8, by_space))
    delimiter = "\t" if by_space else notation.delimiter
    gzipped = has_suffix(readable, (".gz",))
    try:
        table = read_csv_as_text(connection, readable, delimiter, notation.header is None, gzipped)
    except EngineError as error:
        _refuse_irregular(path, readable, error)
        raise
    if len(table.columns) > 1:
        return table
    first = table.columns[0]
    if notation.header is not None:
        first = str(table.head(1).to_pyarrow().to_pylist()[0][first])
    if notation.delimiter is None and BLANKS in first.strip():
        return _read_text(connection, path, replace(notation, delimiter=BLANKS), scratch)
    if notation.delimiter is None:
        _refuse_irregular(path, readable)
    raise UserError(
        f"{shown(path)} has no readable columns, only {first!r}; "
        "set data.delimiter=semicolon (or comma, tab, pipe, blanks)"
    )


def _refuse_irregular(path: str, readable: str, error: Exception | None = None) -> None:
    """Name the line with another number of fields, where one of the first has it."""
    odd = "" if is_url(path) else irregular_line(Path(readable))
    if odd:
        file = path.replace("'", "''")
        passed = f"read_csv('{file}', skip=1)"
        raise UserError(
            f"{shown(path)} cannot be read: {odd}; correct it, or, where it stands above the names "
            f'of the columns, pass over it: data.query="select * from {passed}"'
        ) from error


def _named(table: ir.Table, path: str, header: tuple[str, ...] | None) -> ir.Table:
    """The table with its columns named, where its first line does not."""
    if header is None:
        if all(re.fullmatch(VALUE, column) for column in table.columns):
            raise UserError(
                f"{shown(path)} begins with a line of values ({', '.join(table.columns)}); name "
                f"its {len(table.columns)} columns in their order: data.header=[…], such as "
                f"[{','.join(EXAMPLE[: len(table.columns)])}]"
            )
        return table
    if len(header) != len(table.columns):
        raise UserError(
            f"data.header has {len(header)} names ({', '.join(header)}), {shown(path)} has "
            f"{len(table.columns)} columns; give as many names as columns"
        )
    return table.rename(dict(zip(header, table.columns, strict=True)))


def _read_excel(path: str, has_header: bool) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """All sheets with the columns that most rows have, as text, and which are left out."""
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
        raise UserError(
            f"{shown(path)} is not a readable workbook ({error}); set data.path=…"
        ) from error
    kinds: dict[tuple[str, ...], list[str]] = {}
    for name, sheet in sheets.items():
        if len(sheet.columns):
            kinds.setdefault(tuple(map(str, sheet.columns)), []).append(name)
    if not kinds:
        raise UserError(f"{shown(path)} has no readable columns; set data.path=…")
    alike = max(kinds.values(), key=lambda names: sum(len(sheets[name]) for name in names))
    others = [name for names in kinds.values() if names is not alike for name in names]
    told = f"{Path(path).name}: sheets with other columns left out: {', '.join(others)}"
    together = pd.concat([sheets[name] for name in alike], ignore_index=True).rename(columns=str)
    return together, (told,) if others else ()


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
        raise UserError(
            f"{shown(path)} is not a readable R file ({error}); set data.path=…"
        ) from error
    frames = [value for value in content.values() if isinstance(value, pd.DataFrame)]
    if len(frames) != 1:
        raise UserError(
            f"{shown(path)} must hold one data frame, it holds {len(frames)}; set data.path=…"
        )
    return frames[0].reset_index(drop=True)
