"""Names of segments in a row."""

from collections.abc import Sequence


def listed_names(names: Sequence[str]) -> str:
    """Names in a row, parted by semicolons where one of them has a comma."""
    return ("; " if any("," in name for name in names) else ", ").join(names)
