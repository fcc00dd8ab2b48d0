"""The place of a segment among all customers."""

import pandas as pd

from tests.helpers.named import by_group, shop


def test_ties_stand_in_the_middle_of_their_ranks():
    # 90 % of customers have one order: neither few nor many, as almost everybody has one
    table = shop({"one": (50, 1, 100), "two": (90, 2, 10)})
    table = pd.concat([table[table["group"] == "one"]] * 9 + [table[table["group"] == "two"]])
    table.index = pd.Index([f"c{number}" for number in range(len(table))])
    named = by_group(table)
    assert "orders 3" in named["one"].evidence
    assert "orders 5" in named["two"].evidence
