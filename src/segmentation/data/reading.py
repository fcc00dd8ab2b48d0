"""An export read as the one before it was."""

from collections.abc import Mapping
from typing import Any

LIKELY = ("columns", "date_format")
"""What another export of the same source need not have."""
REMEMBERED = (
    *LIKELY,
    "cancellation_prefix",
    "decimal",
    "delimiter",
    "encoding",
    "header",
    "layout",
    "where",
)
"""Options that say how an export is read; where it lies, and on what it is read, is said anew."""


def read_alike(options: Mapping[str, Any], reading: Mapping[str, Any]) -> dict[str, Any]:
    """Complete the options of an export by those of an earlier one.

    Parameters
    ----------
    options : mapping
        Of the group ``data``. What is chosen in it stays; a source that is no export takes nothing.
    reading : mapping
        As of `transactions.Transactions`, of the earlier export; what is not in `REMEMBERED` is
        not looked at.

    Returns
    -------
    dict
    """
    if "columns" not in options:
        return dict(options)
    kept = {
        name: reading[name]
        for name in REMEMBERED
        if name not in LIKELY and reading.get(name) is not None and options.get(name) is None
    }
    likely = {name: reading[name] for name in LIKELY if reading.get(name)}
    return {**options, **kept, "likely": likely}
