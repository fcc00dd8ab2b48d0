"""Rules as ``CASE WHEN`` in the SQL of several databases."""

from collections.abc import Iterable, Iterator

import numpy as np
from sqlglot import exp

from segmentation.errors import UserError

DIALECTS = ("duckdb", "postgres", "snowflake", "bigquery", "spark", "mysql")
"""Databases in whose SQL rules are written, by the names that sqlglot has for them."""
EXACT_DECIMAL_DIGITS = 15
"""A decimal literal with more digits may be rounded on its way to a double."""

Bounds = dict[str, tuple[float, float]]
"""Feature to its lower bound (excluded) and its upper bound (included)."""


def case_when(branches: Iterable[tuple[int, Bounds]], dialect: str) -> str:
    """Write rules as ``CASE WHEN … THEN segment … END AS segment``, for columns of doubles.

    Parameters
    ----------
    branches : iterable of pairs of int and Bounds
        Segment of every rule, and what a customer must meet; nothing for everybody.
    dialect : str
        One of `DIALECTS`.

    Returns
    -------
    str
        A rule a line. Features are quoted as the database quotes identifiers, and every number is
        read as the very same double. A customer without a feature (NULL) that all rules ask for
        gets NULL.

    Raises
    ------
    UserError
        The dialect is none of them.
    """
    if dialect not in DIALECTS:
        raise UserError(
            f"dialect={dialect} is no SQL in which rules are written; choose one of: "
            f"{', '.join(DIALECTS)}"
        )
    lines = (
        f"  WHEN {_all_of(bounds).sql(dialect)} THEN {segment}\n" for segment, bounds in branches
    )
    return f"CASE\n{''.join(lines)}END AS segment"


def _all_of(bounds: Bounds) -> exp.Expr:
    return exp.and_(*_conditions(bounds)) if bounds else exp.true()


def _conditions(bounds: Bounds) -> Iterator[exp.Expr]:
    for feature, (low, high) in bounds.items():
        column = exp.column(feature, quoted=True)
        if low > -np.inf:
            yield exp.GT(this=column.copy(), expression=_number(low))
        if high < np.inf:
            yield exp.LTE(this=column.copy(), expression=_number(high))


def _number(value: float) -> exp.Expr:
    """Number that every database reads as this very double, from text where a decimal may not do.

    What a literal with an exponent is differs: a double on DuckDB, a decimal on PostgreSQL.
    """
    short = f"{value:.{EXACT_DECIMAL_DIGITS}g}"
    if float(short) == value and "e" not in short:
        return exp.Literal(this=short, is_string=False)
    return exp.cast(exp.Literal.string(repr(float(value))), exp.DType.DOUBLE)
