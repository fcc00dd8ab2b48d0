import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segmentation.customers.customers_file import CustomersFile
from segmentation.evaluation.assessment import assess
from segmentation.evaluation.options import (
    DrawOptions,
    EvaluationOptions,
    OutOfTimeOptions,
    StabilityOptions,
)
from segmentation.model.fitting import fit_segmenter
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.shop import measured_of, past_of

NOTHING = EvaluationOptions(stability=None, null_test=None, out_of_time=None)
STABILITY, NULL = StabilityOptions(draws=5), DrawOptions(draws=5)
QUICK = replace(NOTHING, stability=STABILITY, null_test=NULL)
AHEAD = replace(NOTHING, out_of_time=OutOfTimeOptions())
FEATURES = ["revenue", "orders"]
APART = {"n_key_accounts", "key_account_revenue_share", "n_new_customers"}


@pytest.fixture
def clustered(table):
    return fit_segmenter(table, FEATURES, log_scaler(), CLUSTERERS["kmeans"])


@pytest.mark.parametrize(
    "metrics", [["revenue", "orders"], ["revenue", "orders", "average_order_value"]]
)
def test_clear_groups_are_natural_whatever_follows_from_whatever(table, metrics):
    table = table.assign(recency_days=np.arange(len(table), dtype=float))
    clusterer = KMeans(n_clusters=3, n_init=5, random_state=0)
    segmenter = fit_segmenter(table, metrics, log_scaler(), clusterer)
    assessment = assess(segmenter, measured_of(table), QUICK, seed=0)
    assert assessment.metrics["null_z"] > 3
    assert assessment.metrics["stability_min"] > 0.85
    assert assessment.structure == "natural"
    assert assessment.separated_by in metrics


@pytest.mark.parametrize(
    "options", [NOTHING, replace(NOTHING, stability=STABILITY), replace(NOTHING, null_test=NULL)]
)
def test_the_structure_needs_both_stability_and_null(table, clustered, options):
    assessment = assess(clustered, measured_of(table), options, seed=0)
    assert assessment.structure is None
    assert (assessment.stability is None) == (options.stability is None)
    assert ("null_p" in assessment.metrics) == (options.null_test is not None)


@pytest.mark.parametrize(("algorithm", "k"), [("kmeans", 3), ("gmm", 3), ("hdbscan", None)])
def test_k_is_what_was_asked_for_and_absent_where_the_algorithm_finds_it(table, algorithm, k):
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), CLUSTERERS[algorithm])
    metrics = assess(segmenter, measured_of(table), NOTHING, seed=0).metrics
    assert metrics.get("k") == k
    assert metrics["n_segments"] == 3


def test_who_is_set_apart_is_counted_beside_the_segments(table):
    table = table.assign(recency_days=5.0, tenure_days=60.0, mean_gap_days=30.0)
    table.iloc[-20:, table.columns.get_loc("orders")] = 1.0
    clusterer = KMeans(n_clusters=2, n_init=5, random_state=0)
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), clusterer, 0.1, 1.0)
    metrics = assess(segmenter, measured_of(table), NOTHING, seed=0).metrics
    assert metrics["n_key_accounts"] == 30
    share = table["revenue"].nlargest(30).sum() / table["revenue"].sum()
    assert metrics["key_account_revenue_share"] == pytest.approx(share)
    assert metrics["n_new_customers"] == 20
    assert metrics["n_customers"] == 250
    assert metrics["n_segments"] == 2


def test_where_no_rule_sets_anybody_apart_all_are_in_segments(table, clustered):
    metrics = assess(clustered, measured_of(table), NOTHING, seed=0).metrics
    assert metrics["n_customers"] == 300
    assert not APART & set(metrics)


def test_sizes_are_of_all_customers_where_a_sample_was_fitted(table, clustered, tmp_path):
    path = tmp_path / "customers.parquet"
    pd.concat([table, table]).reset_index().to_parquet(path)
    customers = replace(measured_of(table), file=CustomersFile(path))
    all_labels = np.repeat([0, 1], [100, 500])
    metrics = assess(clustered, customers, NOTHING, 0, all_labels).metrics
    assert metrics["n_customers"] == 600
    assert metrics["smallest_segment_customers"] == 100


def test_nothing_is_predicted_where_the_customers_of_the_cut_cannot_be_segmented(table, clustered):
    table = table.assign(recency_days=np.arange(len(table), dtype=float))
    spent = np.random.default_rng(0).exponential(table["revenue"])
    found = assess(clustered, measured_of(table, past_of(table, spent)), AHEAD, seed=0)
    assert found.metrics["oot_score"] > 0
    alike = past_of(table.assign(orders=1.0), spent)
    without = assess(clustered, measured_of(table, alike), AHEAD, seed=0)
    assert not [name for name in without.metrics if name.startswith("oot_")]
    assert without.contributions is None
    assert without.best_sorting == ""


def test_what_a_part_costs_is_the_seconds_that_it_took(table, clustered):
    start = time.perf_counter()
    metrics = assess(clustered, measured_of(table), NOTHING, seed=0).metrics
    assert 0 < metrics["seconds_validity"] <= time.perf_counter() - start
