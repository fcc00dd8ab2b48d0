"""Equal lines: all but one, whatever else is equal by chance."""

import ibis
import pandas as pd
import pytest

from segmentation.data import duplicates
from segmentation.data.duplicates import with_duplicates
from segmentation.data.lines import transactions_of
from tests.helpers.shop import shop_lines


def found(frame):
    return with_duplicates(transactions_of(frame).lines).execute()


def test_of_equal_lines_all_but_one_are_duplicates():
    lines = shop_lines()
    again = lines.sample(20, random_state=1)
    marked = found(pd.concat([lines, again, again], ignore_index=True))
    assert len(marked) == len(lines) + 40
    assert marked["duplicate"].sum() == 40
    once = marked[~marked["duplicate"]]
    assert len(once) == len(lines)
    assert once["amount"].astype(float).sum() == pytest.approx(
        (lines["Quantity"] * lines["Price"]).sum()
    )


def test_lines_that_differ_in_a_column_that_nothing_reads_are_different():
    lines = shop_lines().iloc[:2].iloc[[0, 0]].assign(Shelf=["a", "b"])
    assert found(lines)["duplicate"].sum() == 0


def test_blanks_are_equal():
    lines = shop_lines().iloc[[0, 0]].astype({"Customer ID": "Int64"})
    lines["Customer ID"] = None
    assert found(lines.astype({"Customer ID": "string"}))["duplicate"].sum() == 1


def test_a_hash_that_two_different_lines_share_makes_no_duplicate():
    lines = transactions_of(shop_lines().iloc[:50]).lines.mutate(line_hash=ibis.literal(1, "int64"))
    marked = with_duplicates(lines).execute()
    assert marked["duplicate"].sum() == 0


def test_without_equal_lines_nothing_is_compared(monkeypatch):
    kept = []
    computed = duplicates.kept
    monkeypatch.setattr(duplicates, "kept", lambda *of: kept.append(of) or computed(*of))
    assert found(shop_lines())["duplicate"].sum() == 0
    assert len(kept) == 1
