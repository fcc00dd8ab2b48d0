"""The terminal: sentences, commands and tables as wide as it is; results go to standard output."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from segmentation.console.progress import line
from segmentation.console.width import fit, wrapped
from segmentation.masking import masked


class ResultConsole(Console):
    """Standard output, where a line of progress makes room for what is printed."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as any console of rich does, without what is secret."""
        shown = [masked(each) if isinstance(each, str) else each for each in objects]
        with line.making_room():
            super().print(*shown, **options)


console = ResultConsole(highlight=False, soft_wrap=True, markup=False, emoji=False)
fit(console)


def say(sentence: str, *, first: str = "", style: str | None = None) -> None:
    """Print a sentence, broken at the width of the terminal, never within a word.

    Parameters
    ----------
    sentence : str
    first : str
        What stands before it, once; further lines begin below the sentence.
    style : str, optional
        Of `rich`.
    """
    console.print(wrapped(sentence, console.width, first), style=style)


def show(text: str) -> None:
    """Print what is copied, as a command: never broken, however narrow the terminal is."""
    console.print(text)


def point_to(what: str, copied: str, after: str = "") -> None:
    """Print where something is, or what to type: on a line of its own where one is too short."""
    together = f"{what}: {copied}{after}"
    if len(together) <= console.width:
        show(together)
    else:
        say(f"{what}{after}:")
        show(f"  {copied}")


def print_table(
    title: str, columns: Mapping[str, bool], rows: Sequence[Sequence[str]], total: bool = False
) -> None:
    """Print a table.

    Parameters
    ----------
    title : str
    columns : mapping of heading to whether the column is a number, set to the right
    rows : sequence of rows of text
    total : bool
        Whether the last row is below a line.
    """
    console.print(table_of(title, columns, rows, total=total))


def table_of(
    title: str, columns: Mapping[str, bool], rows: Sequence[Sequence[str]], *, total: bool = False
) -> Table:
    """Make the table that `print_table` prints: numbers are never broken, texts where they must."""
    table = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for heading, is_number in columns.items():
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=is_number)
    for place, row in enumerate(rows):
        table.add_row(*row, end_section=total and place == len(rows) - 2)
    return table


def least_width(table: Table) -> int:
    """Columns that a table needs, texts broken between words."""
    return console.measure(table, options=console.options.update(max_width=10_000)).minimum


def full_width(table: Table) -> int:
    """Columns that a table needs, nothing broken."""
    return console.measure(table, options=console.options.update(max_width=10_000)).maximum
