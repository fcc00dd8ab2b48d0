"""Ranges of the numbers that a user sets, each declared with its option and checked when read."""

import math
from collections.abc import Iterator
from dataclasses import Field, dataclass, fields, is_dataclass
from numbers import Integral, Real
from typing import Any

from segmentation.errors import UserError

RANGE = "range"
"""Key of a range in the metadata of a dataclass field."""

WHOLE = (int, int | None)
"""Types of options that are whole numbers."""


@dataclass(frozen=True)
class Range:
    """Numbers between two ends.

    Attributes
    ----------
    lowest, highest : float
        The ends; no highest one where it is infinite.
    with_ends : bool
        Whether they are in it themselves.
    """

    lowest: float
    highest: float = math.inf
    with_ends: bool = True

    def __contains__(self, number: float) -> bool:
        if self.with_ends:
            return self.lowest <= number <= self.highest
        return self.lowest < number < self.highest

    def __str__(self) -> str:
        if not self.with_ends:
            return f"above {self.lowest} and below {self.highest}"
        if math.isinf(self.highest):
            return f"at least {self.lowest}"
        return f"from {self.lowest} to {self.highest}"


def ranged(lowest: float, highest: float = math.inf, *, with_ends: bool = True) -> dict[str, Range]:
    """Declare the range of an option: the metadata of its dataclass field."""
    return {RANGE: Range(lowest, highest, with_ends)}


SHARE = ranged(0, 1)
PART = ranged(0, 1, with_ends=False)
"""A share that leaves something on both sides."""
GAPS = ranged(0.1, 10)
"""Usual gaps between orders: a customer of more than ten is new to nobody."""
SEED = ranged(0, 2**32 - 1)
"""What NumPy and scikit-learn take."""


def ranged_options(options: Any, prefix: str = "") -> Iterator[tuple[str, Any, "Field[Any]"]]:
    """Every option with a range.

    Parameters
    ----------
    options : dataclass instance
        May hold others; one that is ``None`` has no options.
    prefix : str
        What the full names begin with.

    Yields
    ------
    str, value, Field
        Full name, as ``evaluation.stability.draws``; what it is set to; where it is declared.
    """
    for each in fields(options):
        name, value = f"{prefix}{each.name}", getattr(options, each.name)
        if is_dataclass(value):
            yield from ranged_options(value, f"{name}.")
        elif RANGE in each.metadata:
            yield name, value, each


def require_in_range(options: Any) -> None:
    """Refuse a number outside the range of its option.

    Parameters
    ----------
    options : dataclass instance
        May hold others.

    Raises
    ------
    UserError
        Names the first such option, its value, its range and what to set instead.
    """
    for name, value, declared in ranged_options(options):
        if value is None and declared.default is None:
            continue
        allowed = declared.metadata[RANGE]
        whole = declared.type in WHOLE
        # True and False are numbers to Python.
        is_number = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
        if is_number and value in allowed:
            continue
        kind = "" if is_number else "a whole number, " if whole else "a number, "
        usual = declared.default
        remedy = (
            f"{name}={usual}" if usual is not None else f"{name}=null for none, or such a number"
        )
        shown = str(value).removesuffix(".0")
        raise UserError(f"{name}={shown} must be {kind}{allowed}; set {remedy}")
