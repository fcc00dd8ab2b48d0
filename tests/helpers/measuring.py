"""Customers of lines that are read already, with the features that a test asks for."""

from collections.abc import Sequence
from dataclasses import replace

from segmentation.customers.features import ALWAYS_MEASURED
from segmentation.customers.measured import MeasuredCustomers, MeasuringPlan, measure_customers
from segmentation.data.cleaning import CleaningRules
from segmentation.data.transactions import Transactions


def customers(
    transactions: Transactions,
    rules: CleaningRules,
    features: Sequence[str],
    as_of: str | None = None,
) -> MeasuredCustomers:
    """Measure as a run does, and leave out the features that were not asked for."""
    measured = measure_customers(MeasuringPlan(lambda: transactions, rules, as_of))
    measured.require(features)
    columns = list(dict.fromkeys([*features, *ALWAYS_MEASURED]))
    return replace(measured, table=measured.table[columns])
