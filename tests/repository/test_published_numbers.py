"""The numbers that must come out, through the project's own functions."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from segmentation.data.cleaning import CleaningRules
from segmentation.data.complete_journey import complete_journey
from segmentation.data.sources import transactions
from segmentation.evaluation.sizes import segment_sizes
from segmentation.evaluation.validity import inertia, validity
from segmentation.model.fitting import fit_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.scaling import signed_log1p
from segmentation.selection.guards import SelectionRules, reasons_against
from tests.helpers.measuring import customers

ONLY_IDENTIFIED = CleaningRules(
    missing_customer=True,
    duplicates=False,
    cancellations=False,
    non_positive_quantity=False,
    non_positive_price=False,
)
NOTHING = CleaningRules(
    missing_customer=False,
    duplicates=False,
    cancellations=False,
    non_positive_quantity=False,
    non_positive_price=False,
)
LOG = make_pipeline(FunctionTransformer(signed_log1p), StandardScaler())


@dataclass(frozen=True)
class Fitted:
    """One K-means segmentation of a table of customers."""

    segmenter: CustomerSegmenter
    labels: np.ndarray
    space: np.ndarray

    @property
    def silhouette(self) -> float:
        return validity(self.space, self.labels)["silhouette"]

    @property
    def inertia(self) -> float:
        return inertia(self.space, self.labels)


def kmeans(table, metrics, k, scaler=None):
    clusterer = KMeans(n_clusters=k, n_init=10, random_state=42)
    segmenter = fit_segmenter(table, metrics, scaler or StandardScaler(), clusterer)
    return Fitted(segmenter, segmenter.labels_, segmenter.transform(table[list(metrics)]))


@pytest.fixture(scope="module")
def online_retail(shared_data):
    return transactions(shared_data / "online_retail.parquet", cancellation_prefix="C")


SEED = ("revenue", "lines", "average_line_value")
RFM = ("recency_days", "orders", "revenue")


@pytest.fixture(scope="module")
def seed_table(online_retail):
    return customers(online_retail, ONLY_IDENTIFIED, SEED).table


@pytest.fixture(scope="module")
def published(shared_data, seed_table):
    """The published table in the order of ours."""
    published = pd.read_csv(shared_data / "seed_customer_segments.csv")
    ids = published.iloc[:, 0].astype(float).astype(int).astype(str)
    return published.set_axis(ids).loc[seed_table.index]


@pytest.fixture(scope="module")
def rfm_table(online_retail):
    # One day after the last line, 2011-12-09 12:50.
    return customers(online_retail, CleaningRules(), RFM, "2011-12-10 12:50").table


def test_the_seed_analysis_metrics_to_nine_digits(seed_table, published):
    assert len(seed_table) == len(published) == 4372
    for ours, theirs in zip(SEED, ["TotalRevenue", "Frequency", "AOV"], strict=True):
        np.testing.assert_allclose(seed_table[ours], published[theirs], rtol=0, atol=1e-9)


def test_the_seed_analysis_labels_exactly(seed_table, published):
    labels = kmeans(seed_table, SEED, 2).labels
    assert np.bincount(labels).tolist() == [12, 4360]
    assert adjusted_rand_score(published["Cluster"], labels) == 1.0


def test_the_seed_analysis_medians(seed_table):
    medians = seed_table[list(SEED)].groupby(kmeans(seed_table, SEED, 2).labels).median()
    np.testing.assert_allclose(medians.loc[1], [645.805, 41.5, 16.897], atol=5e-4)
    np.testing.assert_allclose(medians.loc[0], [100754.76, 1971, 55.375], atol=5e-3)


def test_the_seed_analysis_inertia_for_k_from_1_to_10(seed_table):
    expected = [13116.0, 8988.4, 7157.0, 5754.5, 4612.8, 3467.3, 2825.3, 2345.2, 2060.7, 1800.4]
    measured = [kmeans(seed_table, SEED, k).inertia for k in range(1, 11)]
    np.testing.assert_allclose(measured, expected, atol=0.05)


def test_the_seed_analysis_is_not_eligible(seed_table):
    labels = kmeans(seed_table, SEED, 2).labels
    sizes = segment_sizes(labels, seed_table["revenue"].to_numpy())
    assert sizes["smallest_segment_share"] == pytest.approx(12 / 4372)
    assert reasons_against(sizes, None, SelectionRules()) == [
        "smallest segment 0.27%, at least 2% needed",
        "largest segment 99.73%, at most 90% allowed",
    ]


def test_log_rfm_four_segments(rfm_table):
    fitted = kmeans(rfm_table, RFM, 4, LOG)
    assert fitted.silhouette == pytest.approx(0.3375, abs=5e-5)
    shares = pd.Series(fitted.labels).value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(shares, [0.164, 0.269, 0.193, 0.374], atol=5e-4)
    means = rfm_table[list(RFM)].groupby(fitted.labels).mean()
    np.testing.assert_allclose(means["recency_days"], [12.2, 71.6, 17.7, 181.5], atol=0.05)
    np.testing.assert_allclose(means["orders"], [13.8, 4.1, 2.2, 1.3], atol=0.05)
    np.testing.assert_allclose(means["revenue"], [8088.0, 1801.8, 557.3, 341.0], atol=0.05)


def test_log_rfm_silhouette_and_inertia_for_k_from_2_to_8(rfm_table):
    fitted = [kmeans(rfm_table, RFM, k, LOG) for k in range(2, 9)]
    silhouettes = [0.4328, 0.3365, 0.3375, 0.3162, 0.3124, 0.3092, 0.3033]
    np.testing.assert_allclose([fit.silhouette for fit in fitted], silhouettes, atol=5e-5)
    # K-means stops a hair before its centres are the means: at k = 6 the published figure is its
    # own, 2855.8, and ours 2855.749.
    inertias = [6483.6, 4869.5, 3939.0, 3296.7, 2855.8, 2548.8, 2336.3]
    of_kmeans = [fit.segmenter.clusterer_.inertia_ for fit in fitted]
    np.testing.assert_allclose(of_kmeans, inertias, atol=0.05)
    np.testing.assert_allclose([fit.inertia for fit in fitted], inertias, atol=0.052)


@pytest.mark.slow
def test_complete_journey_without_cleaning():
    metrics = ("revenue", "orders", "average_order_value")
    table = customers(complete_journey(), NOTHING, metrics).table
    assert len(table) == 2469
    assert table["revenue"].median() == pytest.approx(1210.02, abs=5e-3)
    fitted = [kmeans(table, metrics, k) for k in (2, 3, 4)]
    silhouettes = [round(fit.silhouette, 3) for fit in fitted]
    assert silhouettes == [0.501, 0.456, 0.416]
    assert sorted(np.bincount(fitted[0].labels).tolist()) == [520, 1949]
