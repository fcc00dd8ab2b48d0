"""When to act goes by own gaps, or by the usual gap of the shop."""

from dataclasses import replace

import pytest

from segmentation.customers.rhythm import Rhythm
from tests.helpers.named import SIX, TOLD, UNTOLD, by_group, shop


@pytest.mark.parametrize(
    ("group", "days", "orders", "said"),
    [
        ("steady", 25, 12, "30 days after an order: their own gap"),
        ("steady", 60, 12, "now, before 90 days of absence: 3 of their own gaps, 30 days each"),
        ("steady", 90, 12, "now, and once more 30 days later: their own gap"),
        ("steady", 30, 1, "within 30 days of the first order: the usual gap of the shop"),
        ("steady", 31, 1, "now: the usual gap of the shop, 30 days, has passed"),
    ],
)
def test_when_goes_by_presence(group, days, orders, said):
    found = by_group(shop(SIX | {group: (3600, orders, days)}))
    assert found[group].when == said


@pytest.mark.parametrize(
    ("gap", "told"),
    [(9.94, "9.9 days"), (10.4, "10 days"), (1.04, "1 day"), (0.6, "1 day"), (160.4, "160 days")],
)
def test_days_are_whole_from_ten_on(gap, told):
    table = shop({"best": (9000, 30, 0), "small": (10, 2, 0)})
    own = table.assign(tenure_days=gap * (table["orders"] - 1))
    found = by_group(own, rhythm=replace(TOLD, gap_days=gap))
    assert found["best"].when == f"{told} after an order: their own gap"


def test_without_words_of_rhythm_it_is_the_gap_of_the_shop():
    found = by_group(shop(SIX), rhythm=UNTOLD)
    assert {name.when for name in found.values()} == {"every 30 days: the usual gap of the shop"}
    unknown = by_group(shop(SIX), rhythm=Rhythm())
    assert {name.when for name in unknown.values()} == {"not measured: no customer ordered twice"}


def with_recent(table, group, number, orders):
    """The same shop, where so many of a group have so many orders, the last yesterday."""
    chosen = table.index[table["group"] == group][:number]
    table = table.copy()
    table.loc[chosen, ["recency_days", "orders"]] = (1.0, float(orders))
    table.loc[chosen, "tenure_days"] = 1.0 + 30.0 * (orders - 1)
    return table


def test_who_is_absent_by_the_median_only_is_to_be_left_out():
    table = with_recent(shop(SIX | {"away": (3600, 12, 90)}), "away", 4, orders=12)
    assert by_group(table)["away"].when == (
        "now, and once more 30 days later: their own gap; not the 4 of them who bought within the "
        "usual gap, 30 days"
    )
    late = with_recent(shop(SIX | {"away": (3600, 12, 60)}), "away", 4, orders=12)
    told = "; not the 4 of them who bought within the usual gap, 30 days"
    assert by_group(late)["away"].when.endswith(told)


def test_of_one_time_customers_the_new_and_those_with_more_orders_are_left_out():
    once = shop(SIX | {"once": (3600, 1, 200)})
    new = with_recent(once, "once", 3, orders=1)
    assert by_group(new)["once"].when.endswith("has passed; not the 3 new of them")
    more = with_recent(new, "once", 2, orders=3)
    assert by_group(more)["once"].when.endswith(
        "has passed; not the 1 new of them and the 2 who ordered more than once"
    )
