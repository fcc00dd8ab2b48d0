"""The terminal, and tables on it."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
# Output that goes to a file or a log is not cut to the 80 columns of an imagined terminal.
if not console.is_terminal:
    console.width = 120


def print_table(title: str, columns: Mapping[str, bool], rows: Sequence[Sequence[str]]) -> None:
    """Print a table.

    Parameters
    ----------
    title : str
    columns : mapping of heading to whether the column is a number, set to the right
    rows : sequence of rows of text
    """
    console.print(table_of(title, columns, rows))


def table_of(title: str, columns: Mapping[str, bool], rows: Sequence[Sequence[str]]) -> Table:
    """Make the table that `print_table` prints."""
    table = Table(
        title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False
    )
    for place, (heading, is_number) in enumerate(columns.items()):
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=place == 0)
    for row in rows:
        table.add_row(*row)
    return table
