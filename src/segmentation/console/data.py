"""What is said of the data."""

from segmentation.console.terminal import console, print_table, say
from segmentation.customers.readiness import Readiness
from segmentation.data.report import DataReport
from segmentation.report.readiness import not_to_be_claimed, readiness_in_words


def print_data_report(report: DataReport) -> None:
    """Print what was read, what cleaning removed and what is left."""
    rows = [("read", f"{report.lines_read:,}", "")]
    rows += [
        (f"− {removal.rule}", f"{removal.lines:,}", f"{removal.revenue:,.2f}")
        for removal in report.removed
    ]
    rows.append(("kept", f"{report.lines_kept:,}", f"{report.revenue_kept:,.2f}"))
    print_table("Data", {"": False, "lines": True, "revenue": True}, rows)
    say(
        f"{report.customers:,} customers, {report.orders:,} orders, "
        f"{report.first_invoiced_at:%Y-%m-%d} to {report.last_invoiced_at:%Y-%m-%d}, "
        f"measured as of {report.as_of:%Y-%m-%d %H:%M}"
        f"{report.fingerprint and f'; fingerprint {report.fingerprint}'}"
    )
    matched = ", ".join(f"{name} ← {column}" for name, column in report.columns.items())
    say(f"columns: {matched}")
    for note in report.notes:
        say(note)
    console.print()


def print_readiness(ready: Readiness) -> None:
    """Print how much there is to learn from, and what cannot be claimed with so much."""
    for sentence in (readiness_in_words(ready), *not_to_be_claimed(ready)):
        say(sentence)
    console.print()
