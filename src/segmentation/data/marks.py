"""Marks within text files, by the names that a shell leaves alone."""

import re

from segmentation.data.formats import BLANKS
from segmentation.errors import UserError

# A shell takes quotes away, and Hydra cannot read a bare comma or semicolon.
DECIMAL_MARKS = {"point": ".", "comma": ","}
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|", "blanks": BLANKS}


def decimal_mark(decimal: str | None) -> str:
    """Character of a decimal mark given by its name or by itself; a point where none is."""
    decimal = decimal or "point"
    mark = DECIMAL_MARKS.get(decimal, decimal)
    if mark not in DECIMAL_MARKS.values():
        raise UserError(f"data.decimal={decimal} must be point or comma; set data.decimal=comma")
    return mark


def delimiter_of(delimiter: str | None) -> str | None:
    """Characters between columns given by their name or by themselves; ``None`` where none are."""
    if not delimiter:
        return None
    characters = DELIMITERS.get(delimiter, str(delimiter))
    # Two letters are a word; the engine itself knows what \t is.
    if re.search(r"\w\w", characters):
        raise UserError(
            f"data.delimiter={delimiter} must be {', '.join(DELIMITERS)} or the characters "
            "themselves; set data.delimiter=semicolon"
        )
    return characters
