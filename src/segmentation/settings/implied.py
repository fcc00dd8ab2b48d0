"""What was typed implies: a file of one's own is an export of transactions."""

from collections.abc import Sequence

OWN_EXPORT = "data=transactions"
NO_FILE = "data.path=null"
CHOOSES_DATA = ("data=", "sweep=", "--config-name", "-cn", "--config-dir", "-cd", "--config-path")
"""Beginnings of arguments that choose the data by themselves, or may."""
NEED_NO_PATH = ("data.query=", "data.table=")
SAYS_NOTHING = ("data=null", "data.path=null")


def with_implied_data(arguments: Sequence[str]) -> list[str]:
    """Add ``data=transactions`` where options of it are typed and nothing else chooses the data.

    ``data=null`` and ``data.path=null``, which an entry point of MLproject passes where nothing was
    given to it, say nothing. A query or a table needs no path.

    Parameters
    ----------
    arguments : sequence of str
        What was typed, without the name of the script.
    """
    arguments = [argument for argument in arguments if argument not in SAYS_NOTHING]
    of_data = _sets(arguments, "data.")
    chosen = any(argument.lstrip("+").startswith(CHOOSES_DATA) for argument in arguments)
    implied = [OWN_EXPORT] if of_data and not chosen else []
    elsewhere = any(_sets(arguments, option) for option in NEED_NO_PATH)
    if elsewhere and not _sets(arguments, "data.path="):
        implied.append(NO_FILE)
    # Where they belong, not at the end: there a flag may stand before them.
    place = next((n for n, each in enumerate(arguments) if _sets([each], "data.")), len(arguments))
    return [*arguments[:place], *implied, *arguments[place:]]


def _sets(arguments: Sequence[str], option: str) -> bool:
    return any(argument.lstrip("+").startswith(option) for argument in arguments)
