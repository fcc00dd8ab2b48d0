"""What there is of a shop is counted before anything is computed."""

import math
from dataclasses import replace
from functools import partial

import pytest

from segmentation.customers.measured import MeasuringPlan, measure_customers
from segmentation.customers.readiness import readiness_of
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from tests.helpers.shop import shop_lines


@pytest.fixture(scope="module")
def customers():
    plan = MeasuringPlan(
        partial(transactions_of, shop_lines()), CleaningRules(), horizon_shares=(0.25, 0.4)
    )
    return measure_customers(plan)


def test_what_there_is_is_counted_from_the_lines(customers):
    ready, lines = readiness_of(customers), shop_lines()
    bought = lines[~lines["Invoice"].str.startswith("C")]
    last, until = bought.groupby("Customer ID")["Invoice Date"].max(), customers.as_of
    assert ready.n_customers == 300
    assert ready.covered_days == (lines["Invoice Date"].max() - lines["Invoice Date"].min()).days
    orders = bought.groupby("Customer ID")["Invoice"].nunique()
    assert ready.repeat_share == (orders >= 2).mean()
    assert ready.n_recent == ((until - last).dt.days < 30).sum()
    assert 0 < ready.n_recent < 300
    assert (ready.n_cuts, ready.absence_measured) == (2, True)


def test_the_largest_customer_is_named_with_its_share(customers):
    ready, revenue = readiness_of(customers), customers.table["revenue"]
    assert revenue[ready.largest_customer] == revenue.max()
    assert ready.largest_revenue_share == revenue.max() / revenue.sum()


@pytest.mark.parametrize(("revenue", "share"), [(-1.0, None), (0.0, None), (0.001, 1 / 300)])
def test_there_is_a_share_of_revenue_that_is_positive(customers, revenue, share):
    table = customers.table.assign(revenue=revenue)
    found = readiness_of(replace(customers, table=table)).largest_revenue_share
    assert math.isnan(found) if share is None else found == pytest.approx(share)


def test_of_several_horizons_the_one_with_the_fewest_cuts_counts(customers):
    fewer = replace(customers, pasts=customers.pasts[:3])
    assert len(fewer.pasts_of(0.4)) == 1
    assert readiness_of(fewer).n_cuts == 1
    assert readiness_of(replace(customers, pasts=())).n_cuts == 0


def test_who_does_not_look_ahead_has_no_cuts(customers):
    assert readiness_of(replace(customers, pasts=(), horizon_shares=())).n_cuts is None


def test_one_order_of_everybody_is_no_repeater(customers):
    table = customers.table.assign(orders=1.0)
    assert readiness_of(replace(customers, table=table)).repeat_share == 0


def test_recent_is_who_bought_less_than_thirty_days_ago(customers):
    few = customers.table.iloc[:4].assign(
        recency_days=[0.0, 29.0, 30.0, 31.0], orders=[0.0, 1.0, 2.0, 3.0]
    )
    ready = readiness_of(replace(customers, table=few))
    assert (ready.n_recent, ready.repeat_share) == (2, 0.5)


def test_what_there_is_is_counted_of_all_customers_where_a_sample_is_fitted(customers):
    read = partial(transactions_of, shop_lines())
    plan = MeasuringPlan(read, CleaningRules(), horizon_shares=(0.25, 0.4), max_customers=200)
    sampled = measure_customers(plan)
    assert len(sampled.table) == 200
    # but for what is watched of the sample
    watched = {"n_cuts": 0, "absence_measured": False}
    assert readiness_of(sampled) == replace(readiness_of(customers), **watched)
