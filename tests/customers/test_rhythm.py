"""The rhythm of a shop: usual gaps, own gaps, the wait for a second order, and who comes back."""

import json
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.measured import MeasuringPlan, measure_customers
from segmentation.customers.rhythm import (
    BANDS,
    Rhythm,
    are_new,
    days_to_second_order,
    gaps_absent,
    measure_rhythm,
    own_gaps,
    return_shares,
    usual_gap_days,
)
from segmentation.data.cleaning import CleaningRules
from segmentation.data.complete_journey import complete_journey
from segmentation.data.lines import transactions_of
from segmentation.data.sources import transactions
from tests.helpers.shop import shop_lines


def customers(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Customers of orders, recency and tenure."""
    table = pd.DataFrame(rows, columns=["orders", "recency_days", "tenure_days"], dtype=float)
    gaps = (table["tenure_days"] - table["recency_days"]) / (table["orders"] - 1)
    return table.assign(mean_gap_days=gaps.where(table["orders"] > 1, table["tenure_days"]))


def test_the_usual_gap_is_the_median_of_those_with_two_orders_or_more():
    assert usual_gap_days(customers((2, 0, 10), (3, 0, 60), (2, 5, 55), (1, 400, 400))) == 30
    assert usual_gap_days(customers((1, 3, 3), (0, 9, 9))) is None


def test_absence_is_counted_in_gaps_of_the_customers_own():
    # 90 days with two usual gaps more, through five gaps; two usual gaps, through two
    table = customers((4, 30, 120), (1, 30, 30), (50, 7, 7))
    assert gaps_absent(table, 10).tolist() == [30 / (110 / 5), 3.0, 7.0]
    assert own_gaps(table, 10).tolist() == [110 / 5, 10.0, 1.0]


def test_new_is_one_order_up_to_so_many_days_ago():
    table = customers((1, 10, 10), (1, 10.5, 10.5), (2, 1, 5), (0, 1, 1))
    assert are_new(table, 10).tolist() == [True, False, False, False]


def waits(days: list[float], again: list[bool]) -> pd.DataFrame:
    return pd.DataFrame({"days": days, "ordered_again": again})


@pytest.mark.parametrize(
    ("days", "again", "median"),
    [
        ([1, 2, 3, 4], [True] * 4, 2),
        # at risk 4, 3 and 1: .75, .5 and 0
        ([1, 2, 3, 4], [True, True, False, True], 2),
        # at risk 4, 2 and 1: .75, .375
        ([1, 2, 3, 4], [True, False, True, True], 3),
        # whoever is watched no longer at 2 was watched until then
        ([2, 2, 5, 5], [True, False, True, False], 5),
        ([1, 9, 9, 9], [True, False, False, False], None),
        ([], [], None),
    ],
)
def test_the_wait_for_a_second_order_is_the_median_of_kaplan_and_meier(days, again, median):
    found = measure_rhythm(
        customers((2, 0, 10)), waits(days, again).astype({"ordered_again": bool})
    )
    assert found.second_order_days == median


def test_waits_are_read_from_kept_purchases_of_different_invoices():
    rows = [
        ("a", "1", "2024-01-01 00:00", 1),
        ("a", "1", "2024-01-01 06:00", 2),
        ("a", "removed", "2024-01-02 00:00", 1),
        ("a", "2", "2024-01-03 00:00", 1),
        ("a", "3", "2024-01-05 00:00", 1),
        ("b", "4", "2024-01-02 00:00", 1),
        ("b", "C5", "2024-01-08 00:00", -1),
    ]
    columns = ["Customer ID", "Invoice", "Invoice Date", "Quantity"]
    lines = pd.DataFrame(rows, columns=columns).assign(Price=5.0)
    lines["Invoice Date"] = pd.to_datetime(lines["Invoice Date"])
    read = transactions_of(lines, cancellation_prefix="C").lines
    # cancellations are kept where cleaning is told so, and are no orders all the same
    kept = read.mutate(removed_by=(read.invoice_id == "removed").ifelse("duplicates", None))
    found = days_to_second_order(kept, datetime(2024, 1, 10))
    assert sorted(found.itertuples(index=False, name=None)) == [(2.0, True), (8.0, False)]


@pytest.fixture(scope="module")
def past() -> tuple[pd.DataFrame, np.ndarray]:
    """Customers of whom those absent for long stay away, and 40 with one order who all return."""
    rows = [(2, days, days + 10) for days in range(1, 101)] + [(1, 200, 200)] * 40
    table = customers(*rows)
    return table, np.array([float(days <= 50) for days in range(1, 101)] + [1.0] * 40)


def test_absence_ranks_returning_among_those_with_two_orders_or_more(past):
    table, orders = past
    found = measure_rhythm(table, waits([], []), table, orders, 30.0)
    assert found.return_auc == 1.0
    assert (found.gap_days, found.horizon_days, found.is_told) == (10.0, 30.0, True)
    other = measure_rhythm(table, waits([], []), table, 1 - orders, 30.0)
    assert (other.return_auc, other.is_told) == (0.0, False)


@pytest.mark.parametrize("everybody", [0.0, 1.0])
def test_nothing_is_ranked_where_all_or_none_come_back(past, everybody):
    table, orders = past
    found = measure_rhythm(table, waits([], []), table, np.full(len(orders), everybody), 30.0)
    assert found.return_auc is None
    assert set(return_shares(table, found)) == {everybody}


def test_the_bound_itself_is_enough_and_what_is_unknown_is_not():
    assert Rhythm(return_auc=0.6).is_told
    assert not Rhythm(return_auc=0.599).is_told
    assert not Rhythm().is_told


@pytest.mark.parametrize("repeaters", [49, 50])
def test_too_few_with_two_orders_rank_nothing(past, repeaters):
    table, orders = past
    some = [*range(0, 100, 100 // repeaters)][:repeaters] + list(range(100, 140))
    assert len(some) == repeaters + 40
    found = measure_rhythm(table, waits([], []), table.iloc[some], orders[some], 30.0)
    assert (found.return_auc is None) == (repeaters < 50)


def test_without_a_cut_only_the_gaps_are_known(past):
    table, _ = past
    found = measure_rhythm(table, waits([3.0], [True]))
    assert found == Rhythm(10.0, 3.0)
    assert return_shares(table, found) is None
    assert measure_rhythm(table, waits([3.0], [True]), table) == found
    once = table[table["orders"] == 1]
    assert measure_rhythm(table, waits([3.0], [True]), once, np.ones(len(once)), 30.0) == found


def test_a_rhythm_comes_back_from_json_as_it_was(past):
    table, orders = past
    found = measure_rhythm(table, waits([3.0], [True]), table, orders, 30.0)
    assert Rhythm.from_dict(json.loads(json.dumps(asdict(found)))) == found


def test_the_share_that_came_back_is_that_of_customers_absent_for_as_long(past):
    table, orders = past
    found = measure_rhythm(table, waits([], []), table, orders, 30.0)
    shares = return_shares(table, found)
    absent = gaps_absent(table, 10.0)
    band = np.searchsorted(BANDS, absent)
    for row in range(100):
        alike = (table["orders"] >= 2).to_numpy() & (band == band[row])
        # of all with two orders, where fewer than twenty are alike
        chosen = alike if alike.sum() >= 20 else (table["orders"] >= 2).to_numpy()
        assert shares[row] == orders[chosen].mean()
    assert shares[100:].tolist() == [1.0] * 40


def alike(n_each: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Repeat buyers at and beyond the borders of the bands, and others; some of each come back."""
    bands = ([5], [10], [20], [30], [31, 60], [61], [5, 61])
    days = [day for band in bands for day in np.resize(band, n_each)]
    orders = [2] * 6 * n_each + [1] * n_each
    rows = [(n, day, day + 10 * (n - 1)) for n, day in zip(orders, days, strict=True)]
    came_back = [place < n for n in (17, 14, 11, 8, 5, 2, 3) for place in range(n_each)]
    return customers(*rows), np.array(came_back, dtype=float)


def test_of_twenty_customers_who_are_alike_the_share_is_their_own():
    table, orders = alike(20)
    found = measure_rhythm(table, waits([], []), table, orders, 30.0)
    # own gaps of ten days; of those with one order, twenty in all, no band has enough
    assert found.returned == ((0.15,) * 6, (0.85, 0.7, 0.55, 0.4, 0.25, 0.1))


def test_of_fewer_it_is_that_of_more_customers():
    table, orders = alike(19)
    found = measure_rhythm(table, waits([], []), table, orders, 30.0)
    assert found.returned == ((orders.mean(),) * 6, (orders[: 6 * 19].mean(),) * 6)


def measured(lines: pd.DataFrame, *shares: float):
    read = partial(transactions_of, lines)
    return measure_customers(MeasuringPlan(read, CleaningRules(), horizon_shares=shares))


def test_the_rhythm_is_measured_whatever_is_evaluated():
    lines = shop_lines()
    alone, asked, other = measured(lines), measured(lines, 0.25), measured(lines, 0.4)
    assert alone.rhythm == asked.rhythm == other.rhythm
    assert alone.pasts == ()
    assert alone.rhythm.horizon_days == pytest.approx(
        0.25 * (alone.as_of - alone.report.first_invoiced_at).total_seconds() / 86_400
    )
    assert alone.rhythm.return_auc is not None
    renamed = lines.assign(**{"Customer ID": 1000 - lines["Customer ID"]})
    assert measured(renamed.sample(frac=1, random_state=0)).rhythm == alone.rhythm


def test_a_short_period_has_gaps_and_no_cut():
    lines = shop_lines()
    short = measured(
        lines[lines["Invoice Date"] < lines["Invoice Date"].min() + pd.Timedelta("50D")]
    )
    assert short.rhythm.gap_days is not None
    assert (short.rhythm.return_auc, short.rhythm.returned) == (None, ())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("as_of", "gap", "wait"), [(None, 53.5, 97.0), ("2011-09-07 05:48:00", 46.0, 100.9)]
)
def test_online_retail(shared_data: Path, as_of, gap, wait):
    read = partial(transactions, shared_data / "online_retail.parquet")
    found = measure_customers(MeasuringPlan(read, CleaningRules(), as_of)).rhythm
    assert found.gap_days == pytest.approx(gap, abs=0.05)
    assert found.second_order_days == pytest.approx(wait, abs=0.1)
    if as_of is None:
        assert found.return_auc == pytest.approx(0.616, abs=0.001)


@pytest.mark.slow
def test_the_embedded_groceries():
    plan = MeasuringPlan(complete_journey, CleaningRules(), horizon_shares=(0.25,))
    found = measure_customers(plan)
    assert found.rhythm.return_auc == pytest.approx(0.787, abs=0.001)
    assert usual_gap_days(found.pasts[0].table) == pytest.approx(7.62, abs=0.01)
