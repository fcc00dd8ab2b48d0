"""From transactions to the table of customers."""

import pandas as pd

from segmentation.customers.measuring import customer_batches
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from tests.helpers.measuring import customers

FEATURES = ["orders", "recency_days"]


def test_customers_come_in_batches_and_are_the_same_as_all_at_once(shop_csv):
    source = transactions(shop_csv)
    whole = customers(source, CleaningRules(), FEATURES)
    cleaned, report = cleaned_lines(source, CleaningRules())
    batches = list(customer_batches(cleaned, FEATURES, report.as_of, batch_size=128))
    assert [len(batch) for batch in batches] == [128, 128, 44]
    together = pd.concat(batches).set_index("customer_id")
    pd.testing.assert_frame_equal(together, whole.table)
