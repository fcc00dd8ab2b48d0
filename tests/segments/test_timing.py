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
