"""From transactions to the table of customers."""

import pandas as pd
import pytest

from segmentation.customers.measuring import measured_customers
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.engine.tables import batches
from segmentation.errors import UserError
from tests.helpers.measuring import customers

FEATURES = ["orders", "recency_days"]


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
