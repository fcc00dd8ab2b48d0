"""Cleaned lines with their report."""

from dataclasses import dataclass
from datetime import UTC, datetime

import ibis.expr.types as ir

from segmentation.data.cleaning import CleaningRules, clean
from segmentation.data.invoices import invoices_of
from segmentation.data.report import DataReport, data_report
from segmentation.data.transactions import Transactions
from segmentation.engine.tables import kept
from segmentation.errors import UserError


@dataclass(frozen=True)
class CleanedLines:
    """Transaction lines after cleaning.

    Attributes
    ----------
    lines : ibis Table
        All lines with ``removed_by``, see `cleaning.clean`; computed by each query.
    invoices : ibis Table
        Those lines added up, see `invoices.invoices_of`; computed once.
    """

    lines: ir.Table
    invoices: ir.Table


def cleaned_lines(
    transactions: Transactions,
    rules: CleaningRules,
    as_of: datetime | str | None = None,
    with_fingerprint: bool = True,
) -> tuple[CleanedLines, DataReport]:
    """Clean the lines and report what was kept.

    Parameters
    ----------
    transactions : Transactions
    rules : CleaningRules
    as_of : datetime or ISO 8601 text, optional
        The instant at which customers are measured; later lines are removed. A date alone is its
        midnight. None: the last ``invoiced_at`` of the data, before cleaning.
    with_fingerprint : bool
        Whether the report has one; where nothing is recorded, nobody looks for it.

    Raises
    ------
    UserError
        See `report.data_report`; or as_of is not ISO 8601.
    """
    instant = None if as_of is None else instant_of(as_of, "as_of")
    lines = clean(transactions.lines, rules, instant)
    invoices = kept(lines.get_backend(), invoices_of(lines))
    cleaned = CleanedLines(lines, invoices)
    report = data_report(transactions, lines, invoices, rules, instant, with_fingerprint)
    return cleaned, report


def require_instant(as_of: str | None) -> None:
    """Refuse an instant that is none, before any lines are read.

    Raises
    ------
    UserError
        See `instant_of`.
    """
    if as_of is not None:
        instant_of(as_of, "as_of")


def instant_of(given: datetime | str, option: str) -> datetime:
    """Take an instant as it is given; a date alone is its midnight.

    Parameters
    ----------
    given : datetime or ISO 8601 text
        Without a time zone it is UTC.
    option : str
        Of which it is the value.

    Returns
    -------
    datetime
        UTC without time zone.

    Raises
    ------
    UserError
        It is not ISO 8601.
    """
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given)
        except ValueError as error:
            raise UserError(
                f"{option}={given!r} must be a date or instant in ISO 8601, as 2011-12-10"
            ) from error
    return given if given.tzinfo is None else given.astimezone(UTC).replace(tzinfo=None)
