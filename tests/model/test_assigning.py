"""All customers are assigned as the fitted ones are kept."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from segmentation.customers.customers_file import CustomersFile
from segmentation.model.assigning import assign_all, with_segments
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.rfm import rfm_borders
from tests.helpers.shop import clear_customers

FEATURES = ["revenue", "orders"]


@pytest.fixture(scope="module")
def table():
    customers = clear_customers()
    return customers.assign(recency_days=customers["orders"] % 30)


@pytest.fixture(scope="module")
def segmenter(table):
    fitted = CustomerSegmenter(StandardScaler(), KMeans(n_clusters=3, random_state=0))
    return fitted.fit(table[FEATURES], revenue=table["revenue"])


def test_features_are_kept_once_and_what_is_always_measured_comes_with_them(table, segmenter):
    kept = with_segments(table, FEATURES, rfm_borders(table), segmenter.labels_)
    scores = ["recency_score", "frequency_score", "monetary_score", "rfm_score"]
    assert list(kept.columns) == ["revenue", "orders", "recency_days", *scores, "segment"]
    assert kept["segment"].tolist() == segmenter.labels_.tolist()


def test_a_file_of_customers_is_assigned_as_the_frame_is(table, segmenter, tmp_path, monkeypatch):
    path = tmp_path / "all.parquet"
    table.rename_axis("customer_id").reset_index().to_parquet(path, index=False)
    monkeypatch.setattr(CustomersFile.batches, "__defaults__", (70,))
    borders = rfm_borders(table)
    assigned = assign_all(segmenter, CustomersFile(path), FEATURES, borders)
    expected = with_segments(table, FEATURES, borders, segmenter.predict(table[FEATURES]))
    found = pd.read_parquet(assigned.path)
    pd.testing.assert_frame_equal(found, expected, check_names=False)
    assert found.index.name == "customer_id"
    np.testing.assert_array_equal(assigned["segment"], segmenter.labels_)
