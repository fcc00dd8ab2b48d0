"""An export read as the one before it was."""

from collections.abc import Mapping
from typing import Any

LIKELY = ("columns", "date_format")
"""What another export of the same source need not have."""


def read_alike(options: Mapping[str, Any], reading: Mapping[str, Any]) -> dict[str, Any]:
    """Complete the options of an export by those of an earlier one.

    Parameters
    ----------
    options : mapping
        Of the group ``data``. What is chosen in it stays; a source that is no export takes nothing.
    reading : mapping
        As of `transactions.Transactions`, of the earlier export.

    Returns
    -------
    dict
    """
    if "columns" not in options:
        return dict(options)
    kept = {
        name: value
        for name, value in reading.items()
        if name not in LIKELY and value is not None and options.get(name) is None
    }
    likely = {name: reading[name] for name in LIKELY if reading.get(name)}
    return {**options, **kept, "likely": likely}
