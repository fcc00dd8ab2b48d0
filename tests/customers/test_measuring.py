"""From transactions to the table of customers."""

import pandas as pd

from segmentation.customers.measuring import cleaned_lines, customer_batches
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from tests.helpers.measuring import customers

FEATURES = ["orders", "recency_days"]


def test_customers_come_in_batches_and_are_the_same_as_all_at_once(shop_csv):
    source = transactions(shop_csv)
    whole = customers(source, CleaningRules(), FEATURES)
    lines, report = cleaned_lines(source, CleaningRules())
    batches = list(customer_batches(lines, FEATURES, report.as_of, batch_size=128))
    assert [len(batch) for batch in batches] == [128, 128, 44]
    together = pd.concat(batches).set_index("customer_id")
    pd.testing.assert_frame_equal(together, whole.table)


def test_beyond_a_number_of_lines_cleaning_is_repeated_and_the_figures_are_the_same(
    shop_csv, monkeypatch
):
    source, rules = transactions(shop_csv), CleaningRules()
    held = customers(source, rules, FEATURES)
    assert "duplicate" not in cleaned_lines(source, rules)[0].columns
    monkeypatch.setattr("segmentation.customers.measuring.MATERIALISED_UP_TO_LINES", 0)
    assert "duplicate" in cleaned_lines(source, rules)[0].columns
    repeated = customers(source, rules, FEATURES)
    pd.testing.assert_frame_equal(repeated.table, held.table)
    assert repeated.report == held.report
