"""Customers are measured once, whole, and come back from files as they were."""

import json
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.features import FEATURES
from segmentation.customers.measured import (
    FACTS_FILE,
    MeasuringPlan,
    measure_customers,
    read_measured,
    write_measured,
)
from segmentation.customers.rhythm import Rhythm
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from segmentation.errors import UserError
from tests.helpers.shop import shop_lines


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
    for share in (0.25, 0.4):
        past = customers.past(share)
        assert past.cut == as_of - share * (as_of - first)
        kept = lines[(lines["Quantity"] > 0) & (lines["Price"] > 0)].drop_duplicates()
        spent = (kept["Quantity"] * kept["Price"]).groupby(
            [kept["Customer ID"].astype(str), kept["Invoice Date"] < past.cut]
        )
        revenue = spent.sum().unstack(fill_value=0.0)
        before = revenue[revenue[True] > 0]
        assert set(past.table.index) == set(before.index)
        found = past.table["revenue"].to_numpy()
        np.testing.assert_allclose(found, before[True].loc[past.table.index])
        np.testing.assert_allclose(past.next_revenue, before[False].loc[past.table.index])


def test_a_share_that_was_not_asked_for_has_no_past(customers):
    assert customers.past(0.3) is None


def test_too_short_or_too_small_a_past_is_none(lines):
    start = lines["Invoice Date"].min()
    short = lines[lines["Invoice Date"] < start + timedelta(days=60)]
    assert measured(short, horizon_shares=(0.25,)).pasts == ()
    few = lines[lines["Customer ID"] < 199]
    found = measured(few, horizon_shares=(0.25,))
    assert found.pasts == ()
    assert found.horizon_shares == (0.25,)


def test_what_is_written_is_read_as_it_was(customers, tmp_path):
    write_measured(customers, tmp_path / "kept")
    again = read_measured(tmp_path / "kept")
    pd.testing.assert_frame_equal(again.table, customers.table)
    assert len(again.pasts) == 2
    for old, new in zip(customers.pasts, again.pasts, strict=True):
        pd.testing.assert_frame_equal(new.table, old.table)
        np.testing.assert_array_equal(new.next_revenue, old.next_revenue)
        assert (new.cut, new.horizon_share) == (old.cut, old.horizon_share)
    facts = ("as_of", "cleaning", "report", "horizon_shares")
    assert [getattr(again, name) for name in facts] == [getattr(customers, name) for name in facts]


def test_the_rhythm_is_written_and_an_earlier_edition_wrote_none(customers, tmp_path):
    write_measured(customers, tmp_path / "kept")
    assert read_measured(tmp_path / "kept").rhythm == customers.rhythm
    file = tmp_path / "kept" / FACTS_FILE
    facts = json.loads(file.read_text())
    del facts["rhythm"]
    file.write_text(json.dumps(facts))
    again = read_measured(tmp_path / "kept")
    assert again.rhythm == Rhythm()
    assert again.fingerprint() != customers.fingerprint()


def test_the_order_of_lines_changes_nothing(customers, lines):
    shuffled = measured(lines.sample(frac=1, random_state=1), horizon_shares=(0.25,))
    pd.testing.assert_frame_equal(shuffled.table, customers.table)
    assert shuffled.report.fingerprint == customers.report.fingerprint
    np.testing.assert_array_equal(shuffled.pasts[0].next_revenue, customers.pasts[0].next_revenue)


def test_customers_are_measured_as_of_an_instant(lines):
    early = measured(lines, as_of="2024-04-01")
    assert early.as_of == datetime(2024, 4, 1)
    assert early.report.last_invoiced_at <= early.as_of
