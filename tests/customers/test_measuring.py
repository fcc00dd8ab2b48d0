"""From transactions to the table of customers."""

from datetime import datetime

import pandas as pd
import pytest

from segmentation.customers.measuring import measured_at, measured_customers, products_at
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.engine.tables import batches
from segmentation.errors import UserError
from tests.helpers.exports import write_text
from tests.helpers.measuring import customers

FEATURES = ["orders", "products", "recency_days"]
LINES = """customer,order,date,product,quantity,price
1,1,2011-01-01 10:00,a,2,10
1,2,2011-01-11 10:00,b,1,20
2,3,2011-01-11 10:00,a,1,20
1,4,2011-01-21 10:00,a,1,20
"""
CUTS = [datetime(2011, 1, 11, 10), datetime(2011, 1, 11, 11)]


def test_customers_come_in_batches_and_are_the_same_as_all_at_once(shop_csv):
    source = transactions(shop_csv)
    whole = customers(source, CleaningRules(), FEATURES)
    cleaned, report = cleaned_lines(source, CleaningRules())
    found = list(batches(measured_customers(cleaned, FEATURES, report.as_of), size=128))
    assert [len(batch) for batch in found] == [128, 128, 44]
    together = pd.concat(batch.to_pandas() for batch in found).set_index("customer_id")
    pd.testing.assert_frame_equal(together, whole.table)


def test_a_feature_that_the_data_does_not_allow_is_refused_before_anything_is_measured(shop_csv):
    cleaned, report = cleaned_lines(transactions(shop_csv), CleaningRules())
    with pytest.raises(UserError, match="feature 'colour' is unknown"):
        measured_customers(cleaned, ["colour"], report.as_of)


def test_at_a_cut_only_that_counts_which_came_before_it(tmp_path):
    source = transactions(write_text(tmp_path / "orders.csv", LINES))
    cleaned, report = cleaned_lines(source, CleaningRules())
    products = products_at(cleaned.lines, FEATURES, CUTS)
    instants = [report.as_of, *CUTS]
    now, at_the_order, after = measured_at(cleaned.invoices, FEATURES, instants, products)
    counts = ["orders", "products", "recency_days"]
    assert now[counts].T.to_dict("list") == {"1": [3, 2, 0], "2": [1, 1, 10]}
    assert at_the_order[counts].T.to_dict("list") == {"1": [1, 1, 10]}
    assert after[counts].T.to_dict("list") == {"1": [2, 2, 0], "2": [1, 1, 0]}


def test_products_are_counted_where_they_are_a_feature(tmp_path):
    source = transactions(write_text(tmp_path / "orders.csv", LINES))
    lines = cleaned_lines(source, CleaningRules())[0].lines
    assert products_at(lines, ["orders"], CUTS) == [None, None, None]
