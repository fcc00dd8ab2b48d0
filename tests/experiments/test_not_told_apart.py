"""Halves are shops of their own, and three rules choose from the same runs."""

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments import not_told_apart as study


def test_half_of_the_customers_is_half_at_every_cut(shop_customers):
    first, second = np.array_split(shop_customers.table.index.to_numpy(), 2)
    halves = [study.only(shop_customers, ids) for ids in (first, second)]
    together = pd.concat([half.table for half in halves])
    pd.testing.assert_frame_equal(together, shop_customers.table)
    for number, past in enumerate(shop_customers.pasts):
        kept = [half.pasts[number] for half in halves]
        revenue = pd.concat([pd.Series(each.next_revenue, each.table.index) for each in kept])
        expected = pd.Series(past.next_revenue, past.table.index)
        pd.testing.assert_series_equal(revenue, expected)
        assert [len(each.next_orders) for each in kept] == [len(each.table) for each in kept]


def test_every_rule_chooses_by_its_own_figure():
    table = pd.DataFrame(
        {
            "run_id": ["a", "b", "c", "d"],
            "k": [2.0, 3.0, 4.0, 5.0],
            "eligible": [False, True, True, False],
            "score": [0.1, 0.2, 0.21, 0.3],
            "silhouette": [0.9, 0.4, 0.3, 0.2],
        }
    )
    comparison = SimpleNamespace(table=table, verdict=SimpleNamespace(run_id="b"))
    assert study.choices(comparison) == dict(zip(study.RULES, (3, 4, 2), strict=True))
    none = SimpleNamespace(table=table.assign(eligible=False), verdict=SimpleNamespace(run_id=None))
    assert study.choices(none) == dict(zip(study.RULES, (None, None, 2), strict=True))


def test_halves_are_counted_one_by_one_and_in_pairs():
    pairs = [(5, 5), (5, 4), (None, 5), (4, 4)]
    splits = [({"rule": first}, {"rule": second}) for first, second in pairs]
    row = study.halves_row("rfm", "rule", 5, splits)
    assert row == "| rfm | rule | 4: 3, 5: 4, none: 1 | 4 of 8 | 2 of 4 |"


@pytest.mark.slow
def test_the_tables_have_every_seed_and_every_rule(shop_csv, monkeypatch, capsys):
    monkeypatch.setattr(study, "SEGMENTS", range(2, 4))
    monkeypatch.setattr(study, "FEATURES", ("rfm",))
    monkeypatch.setattr(study, "SEEDS", (42, 0))
    monkeypatch.setattr(study, "SPLITS", 1)
    monkeypatch.setattr(sys, "argv", ["not_told_apart", "--transactions", str(shop_csv)])
    study.main()
    seeds, halves = capsys.readouterr().out.split("\n\n")
    assert seeds.splitlines()[0] == "| features | rule | seed 42 | seed 0 |"
    for table in (seeds, halves):
        rules = [row.split(" | ")[1] for row in table.splitlines()[2:]]
        assert rules == list(study.RULES)
    assert halves.splitlines()[2].endswith("of 1 |")
