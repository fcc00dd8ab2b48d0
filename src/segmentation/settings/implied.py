"""What was typed implies: a file of one's own is an export of transactions."""

from collections.abc import Sequence

OWN_EXPORT = "data=transactions"
CHOOSES_DATA = ("data=", "sweep=", "--config-name", "-cn", "--config-dir", "-cd", "--config-path")
"""Beginnings of arguments that choose the data by themselves, or may."""
SAYS_NOTHING = ("data=null", "data.path=null")


def with_implied_data(arguments: Sequence[str]) -> list[str]:
    """Add ``data=transactions`` where options of it are typed and nothing else chooses the data.

    ``data=null`` and ``data.path=null``, which an entry point of MLproject passes where nothing was
    given to it, say nothing.

    Parameters
    ----------
    arguments : sequence of str
        What was typed, without the name of the script.
    """
    arguments = [argument for argument in arguments if argument not in SAYS_NOTHING]
    of_data = any(argument.lstrip("+").startswith("data.") for argument in arguments)
    chosen = any(argument.lstrip("+").startswith(CHOOSES_DATA) for argument in arguments)
    return [*arguments, OWN_EXPORT] if of_data and not chosen else [*arguments]
