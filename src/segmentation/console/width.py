"""How wide output is, and sentences in it."""

import os
import textwrap

from rich.console import Console

PIPED_WIDTH = 80
"""Columns of output that goes to a file or a log, unless ``COLUMNS`` says otherwise."""


def fit(console: Console) -> None:
    """Set the width of a console that is no terminal; by itself it takes that of another stream."""
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = PIPED_WIDTH


def wrapped(sentence: str, width: int, first: str = "", following: str | None = None) -> str:
    """Break a sentence at a width; a word that is longer stays whole.

    Parameters
    ----------
    sentence : str
    width : int
    first : str
        What the first line begins with.
    following : str, optional
        What the others begin with; as many blanks by default.
    """
    return textwrap.fill(
        sentence,
        width=width,
        initial_indent=first,
        subsequent_indent=" " * len(first) if following is None else following,
        break_long_words=False,
        break_on_hyphens=False,
    )
