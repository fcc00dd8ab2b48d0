"""Text that a spreadsheet would execute, made harmless in CSV files, and back again."""

import re

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

BLANKS = (
    r"\s\x{00A0}\x{1680}\x{2000}-\x{200D}\x{2028}\x{2029}\x{202F}\x{205F}\x{2060}\x{3000}\x{FEFF}"
)
SIGNS = r"=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}\x{FE66}\x{FE62}\x{FE63}\x{FE6B}\x{2212}"
"""Signs that begin a formula, and their full-width and small forms, which some read alike."""
EXECUTED = rf"'*(?:[\t\r\n]|[{BLANKS}]*[{SIGNS}])"
"""How text begins that must not stand in a cell, or that stood there with an apostrophe before."""
_EXECUTED, _MARKED = (
    re.compile(re.sub(r"\\x\{(\w+)\}", r"\\u\1", pattern))
    for pattern in (rf"\A({EXECUTED})", rf"\A'({EXECUTED})")
)


def harmless(table: pa.Table) -> pa.Table:
    """Put an apostrophe before every text that a spreadsheet would execute (OWASP, CSV injection).

    Text that has apostrophes before such a beginning gets another one, so that `restored` gives
    back what was there, and no two texts become the same.

    Parameters
    ----------
    table : Table of Arrow
        Columns of text are changed, all others left as they are.
    """
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            changed = pc.replace_substring_regex(table[place], rf"\A({EXECUTED})", r"'\1")
            table = table.set_column(place, field, changed)
    return table


def harmless_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Do the same to a frame: to whatever is text in its columns."""
    return frame.apply(
        lambda column: (
            column
            if pd.api.types.is_numeric_dtype(column)
            else column.map(_harmless, na_action="ignore")
        )
    )


def restored(text: ir.StringColumn) -> ir.StringColumn:
    """Text of a CSV file as it was before `harmless`."""
    return text.re_replace(rf"\A'({EXECUTED})", r"\1")


def restored_text(text: str) -> str:
    """Give back one text as it was before `harmless_frame`."""
    return _MARKED.sub(r"\1", text)


def _harmless(value: object) -> object:
    return _EXECUTED.sub(r"'\1", value) if isinstance(value, str) else value
