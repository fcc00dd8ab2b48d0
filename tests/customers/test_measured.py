"""Customers are measured once, whole, and come back from files as they were."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.features import FEATURES
from segmentation.customers.measured import MeasuringPlan, measure_customers
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from segmentation.errors import UserError
from tests.helpers.shop import COLUMNS, shop_lines


def measured(lines: pd.DataFrame, **options):
    return measure_customers(
        MeasuringPlan(partial(transactions_of, lines), CleaningRules(), **options)
    )


@pytest.fixture(scope="module")
def lines():
    return shop_lines()


@pytest.fixture(scope="module")
def customers(lines):
    return measured(lines, horizon_shares=(0.25, 0.4))


def test_all_features_that_the_data_allows_are_measured(customers, lines):
    assert list(customers.table.columns) == list(FEATURES)
    without = measured(lines.drop(columns="Product"))
    assert set(FEATURES) - set(without.table.columns) == {"products"}
    with pytest.raises(UserError, match="feature 'products' needs the column 'product_id'"):
        without.require(["revenue", "products"])
    without.require(["revenue", "units_per_order"])


def test_the_past_is_measured_from_lines_before_the_cut_and_the_outcome_from_those_after(
    customers, lines
):
    first, as_of = customers.report.first_invoiced_at, customers.as_of
    kept = lines[(lines["Quantity"] > 0) & (lines["Price"] > 0)].drop_duplicates()
    kept = kept.assign(
        customer=kept["Customer ID"].astype(str), spent=kept["Quantity"] * kept["Price"]
    )
    bought_at = kept["Invoice Date"]
    for share, windows in ((0.25, 1), (0.25, 2), (0.4, 1), (0.4, 2)):
        past = customers.pasts_of(share)[windows - 1]
        horizon = share * (as_of - first)
        assert past.cut == as_of - windows * horizon
        before = kept[bought_at < past.cut].groupby("customer")["spent"].sum()
        assert set(past.table.index) == set(before.index)
        np.testing.assert_allclose(past.table["revenue"], before.loc[past.table.index])
        ended = bought_at <= as_of if windows == 1 else bought_at < past.cut + horizon
        after = kept[(bought_at >= past.cut) & ended].groupby("customer")
        for outcome, found in (
            (after["spent"].sum(), past.next_revenue),
            (after["Invoice"].nunique(), past.next_orders),
        ):
            np.testing.assert_allclose(found, outcome.reindex(past.table.index, fill_value=0))


def bought_on_four_days(n_customers: int) -> pd.DataFrame:
    rows = [
        (
            f"{customer}",
            f"{customer}-{day}",
            "a",
            datetime(2024, 1, 1) + timedelta(days=day),
            1,
            5.0,
        )
        for customer in range(n_customers)
        for day in (0, 50, 75, 100)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_a_line_at_the_cut_belongs_to_the_later_window_and_one_at_the_end_to_the_last():
    found = measured(bought_on_four_days(200), horizon_shares=(0.25,))
    last, earlier = found.pasts
    assert (last.cut, earlier.cut) == (datetime(2024, 3, 16), datetime(2024, 2, 20))
    # Day 75 is the last cut: bought after it, and no part of the window before; day 100 counts.
    assert set(last.table["orders"]) == {2.0}
    assert set(last.next_orders) == {2.0}
    assert set(earlier.table["orders"]) == {1.0}
    assert set(earlier.next_orders) == {1.0}
    assert found.rhythm.horizon_days == 25.0


def test_a_past_of_fewer_than_two_hundred_customers_is_none():
    found = measured(bought_on_four_days(199), horizon_shares=(0.25,))
    assert (found.pasts, found.horizon_shares) == ((), (0.25,))
    assert found.rhythm.gap_days == pytest.approx(100 / 3)
    assert found.rhythm.horizon_days is None


def test_a_share_that_was_not_asked_for_has_no_past(customers):
    assert customers.pasts_of(0.3) == ()


def test_where_the_earlier_cut_would_precede_the_data_there_is_one(lines):
    assert len(measured(lines, horizon_shares=(0.5,)).pasts) == 1


def test_a_fingerprint_is_sixteen_hex_digits(customers):
    for share in (None, 0.25):
        assert re.fullmatch("[0-9a-f]{16}", customers.fingerprint(share))


def test_who_is_measured_is_in_the_fingerprint(customers):
    for other in (customers.table * 2, customers.table.rename(columns={"lines": "rows"})):
        assert replace(customers, table=other).fingerprint() != customers.fingerprint()


@pytest.mark.parametrize("changed", ["next_revenue", "next_orders", "table"])
def test_all_that_is_measured_is_in_the_fingerprint(customers, changed):
    pasts = list(customers.pasts)
    other = getattr(pasts[1], changed).copy()
    other[other == other] += 1.0
    pasts[1] = replace(pasts[1], **{changed: other})
    with_other = replace(customers, pasts=tuple(pasts))
    assert with_other.fingerprint(0.25) != customers.fingerprint(0.25)
    assert with_other.fingerprint(0.4) == customers.fingerprint(0.4)
    assert with_other.fingerprint() == customers.fingerprint()


def test_too_short_a_past_is_none(lines):
    start = lines["Invoice Date"].min()
    short = lines[lines["Invoice Date"] < start + timedelta(days=60)]
    assert measured(short, horizon_shares=(0.25,)).pasts == ()


def test_the_order_of_lines_changes_nothing(customers, lines):
    shuffled = measured(lines.sample(frac=1, random_state=1), horizon_shares=(0.25,))
    pd.testing.assert_frame_equal(shuffled.table, customers.table)
    assert shuffled.report.fingerprint == customers.report.fingerprint
    assert shuffled.fingerprint(0.25) == customers.fingerprint(0.25)


def test_customers_are_measured_as_of_an_instant(lines):
    early = measured(lines, as_of="2024-04-01")
    assert early.as_of == datetime(2024, 4, 1)
    assert early.report.last_invoiced_at <= early.as_of


@pytest.fixture(scope="module")
def sampled(lines):
    return measured(lines, horizon_shares=(0.25, 0.4), max_customers=250)


def test_of_more_customers_than_are_fitted_a_sample_is_in_the_table_and_all_in_the_file(
    customers, sampled
):
    assert (len(sampled.table), len(sampled.file), sampled.report.customers) == (250, 300, 300)
    pd.testing.assert_frame_equal(sampled.table, customers.table.loc[sampled.table.index])
    everybody = pd.concat(sampled.file.batches(batch_size=100)).set_index("customer_id")
    pd.testing.assert_frame_equal(everybody, customers.table)
    assert sampled.all_customers is sampled.file
    assert sampled.drawn == "250 of 300 customers, drawn by a hash of their ids"
    assert sampled.fingerprint() != customers.fingerprint()


def test_the_pasts_of_a_sample_are_those_of_its_customers(customers, sampled):
    # at the earlier cut of the longer horizon fewer than 200 of the sample were customers
    assert len(sampled.pasts) == 3
    for past, whole in zip(sampled.pasts, customers.pasts[:3], strict=True):
        drawn = whole.table.index.isin(sampled.table.index)
        pd.testing.assert_frame_equal(past.table, whole.table[drawn])
        np.testing.assert_array_equal(past.next_revenue, whole.next_revenue[drawn])
        np.testing.assert_array_equal(past.next_orders, whole.next_orders[drawn])


def test_as_many_customers_as_are_fitted_are_all_of_them(customers, lines):
    every = measured(lines, horizon_shares=(0.25, 0.4), max_customers=300)
    assert (every.file, every.drawn) == (None, "")
    assert every.all_customers is every.table
    assert every.fingerprint(0.25) == customers.fingerprint(0.25)
    assert measured(lines, max_customers=299).file is not None
