"""What there is of a shop, and what cannot be claimed with so much, in plain words."""

from segmentation.customers.measured import MIN_CUSTOMERS
from segmentation.customers.periods import MIN_DAYS
from segmentation.customers.readiness import LAST_MONTH_DAYS, Readiness
from segmentation.customers.rhythm import FEWEST_REPEATERS
from segmentation.model.fitting import CUSTOMERS_PER_SEGMENT

LARGE = 0.20
"""Share of the revenue from which on one customer is what a segmentation is about."""
NOT_AHEAD = "what customers do next is not measured, and segments are chosen by how clear they are"


def readiness_in_words(ready: Readiness) -> str:
    """Say how much there is to learn from."""
    return (
        f"There are {ready.n_customers:,} customers over {ready.covered_days:,} days; "
        f"{ready.repeat_share:.1%} of them ordered at least twice, and {ready.n_recent:,} bought "
        f"in the last {LAST_MONTH_DAYS} days."
    )


def not_to_be_claimed(ready: Readiness) -> tuple[str, ...]:
    """Say what there is too little of, how much is needed, and what follows: a sentence each."""
    found = (
        _customers(ready),
        _once(ready),
        _ahead(ready),
        _absence(ready),
        _recent(ready),
        _largest(ready),
    )
    return tuple(sentence for sentence in found if sentence)


def _customers(ready: Readiness) -> str:
    if ready.n_customers >= MIN_CUSTOMERS:
        return ""
    return (
        f"{ready.n_customers} customers are few ({MIN_CUSTOMERS} are needed for all figures): "
        f"at most {ready.n_customers // CUSTOMERS_PER_SEGMENT} segments are tried, "
        f"one for every {CUSTOMERS_PER_SEGMENT} customers, and all figures are rough."
    )


def _once(ready: Readiness) -> str:
    if ready.repeat_share > 0:
        return ""
    return (
        "No customer ordered twice: what is taken for the customer may be a number of the order; "
        "data.columns.customer_id= chooses another column."
    )


def _ahead(ready: Readiness) -> str:
    if ready.n_cuts is None or ready.n_cuts > 1:
        return ""
    if ready.n_cuts == 1:
        return (
            f"At the earlier of two dates in the past fewer than {MIN_CUSTOMERS} customers were "
            "known: what segments predict is judged by one date."
        )
    if ready.covered_days < MIN_DAYS:
        return f"{ready.covered_days} days are short ({MIN_DAYS} are needed): {NOT_AHEAD}."
    return (
        f"Fewer than {MIN_CUSTOMERS} customers were known before the last part of the period: "
        f"{NOT_AHEAD}."
    )


def _absence(ready: Readiness) -> str:
    if ready.absence_measured:
        return ""
    return (
        f"Too few customers ordered twice long enough ago ({FEWEST_REPEATERS} are needed, of whom "
        "some came back) to learn what absence means: no segment is called at risk or lapsed."
    )


def _recent(ready: Readiness) -> str:
    if ready.n_recent >= CUSTOMERS_PER_SEGMENT or not ready.absence_measured:
        return ""
    return (
        f"{ready.n_recent} customers bought in the last {LAST_MONTH_DAYS} days: hardly anybody "
        "can be called present; where the data ends before the day of measuring, set as_of to its "
        "last day."
    )


def _largest(ready: Readiness) -> str:
    # NaN is not large.
    if not ready.largest_revenue_share > LARGE:
        return ""
    who = f"Customer {ready.largest_customer}" if ready.largest_customer else "One customer"
    return (
        f"{who} holds {ready.largest_revenue_share:.1%} of the revenue, "
        "and shares of revenue say little of the others: key_accounts=top_1_percent sets the "
        "largest apart."
    )
