"""Money at stake, computed by hand: what is there, with its formula."""

from dataclasses import replace

import pytest

from segmentation.segments.actions import (
    GROW_ORDER_VALUE,
    KEEP_INFORMED,
    RETAIN,
    WIN_BACK,
)
from segmentation.segments.stakes import stake
from tests.helpers.positions import position

POSITION = position(
    customers=200,
    medians={"revenue": 60.0, "orders": 2.0, "average_order_value": 25.0, "recency_days": 90.0},
    revenue=15_000.0,
    orders_per_customer=2.5,
    average_order_value=30.0,
    returned_share=0.3,
    horizon_days=93.3,
    repeaters=120,
    repeaters_returned_share=0.4,
    repeaters_order_value=20.0,
    order_value_of_all=28.0,
)


@pytest.mark.parametrize(
    ("action", "money", "formula"),
    [
        (RETAIN, 15_000, "200 customers × 2.5 orders × 30 per order: their revenue so far"),
        (
            WIN_BACK,
            120 * 0.4 * 20,
            "120 customers with two orders or more × 40.0% of like customers who came back within "
            "93 days × 20, their median order value: what comes back without an action",
        ),
        (
            KEEP_INFORMED,
            200 * 0.3 * 25,
            "200 customers × 30.0% of like customers who came back within 93 days × 25, their "
            "median order value: what comes back without an action",
        ),
        (
            GROW_ORDER_VALUE,
            200 * 2.5 * (28 - 25),
            "200 customers × 2.5 orders × (28 − 25): how far their median order value is below "
            "that of all customers",
        ),
    ],
)
def test_money_at_stake_and_its_formula(action, money, formula):
    found = stake(POSITION, action)
    assert found.money == pytest.approx(money)
    assert found.formula == formula


@pytest.mark.parametrize("order_value_of_all", [25.0, 24.0])
def test_who_is_not_below_the_others_has_revenue_at_stake(order_value_of_all):
    level = replace(POSITION, order_value_of_all=order_value_of_all)
    assert stake(level, GROW_ORDER_VALUE) == stake(level, RETAIN)


@pytest.mark.parametrize("action", [WIN_BACK, KEEP_INFORMED])
def test_without_a_cut_nothing_is_said_of_coming_back(action):
    short = replace(POSITION, returned_share=None, repeaters_returned_share=None, horizon_days=None)
    found = stake(short, action)
    assert found.money is None
    assert found.formula.startswith("not measured")


def test_half_a_unit_below_the_others_is_below_them():
    near = replace(POSITION, order_value_of_all=25.5)
    assert stake(near, GROW_ORDER_VALUE).money == pytest.approx(200 * 2.5 * 0.5)


@pytest.mark.parametrize(
    "absent", ["repeaters_returned_share", "repeaters_order_value", "horizon_days"]
)
def test_each_part_that_is_unknown_leaves_the_money_unknown(absent):
    found = stake(replace(POSITION, **{absent: None}), WIN_BACK)
    assert (found.money, found.formula.partition(":")[0]) == (None, "not measured")
