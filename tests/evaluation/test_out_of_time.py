import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.evaluation.out_of_time import baselines, out_of_time
from tests.helpers.retail import RFM, SEED, kmeans_refit, log_standardised, standardised


def segments_before_cut(customers, columns, scale, k):
    return kmeans_refit(scale, k)(customers[columns].to_numpy(float), 42)[1]


def test_the_trap_predicts_nothing_and_log_rfm_does(customers_before_cut):
    assert len(customers_before_cut) == 3362
    next_revenue = customers_before_cut["next_revenue"].to_numpy()
    trap = segments_before_cut(customers_before_cut, SEED, standardised, 2)
    scores = out_of_time(trap, next_revenue, seed=42)
    assert scores["oot_r2"] == pytest.approx(0.015, abs=0.003)
    assert scores["oot_auc"] == pytest.approx(0.504, abs=0.01)

    log_rfm = segments_before_cut(customers_before_cut, RFM, log_standardised, 5)
    scores = out_of_time(log_rfm, next_revenue, seed=42)
    assert scores["oot_r2"] == pytest.approx(0.239, abs=0.005)
    assert scores["oot_auc"] == pytest.approx(0.715, abs=0.01)
    assert 0.004 < scores["oot_r2_se"] < 0.02


def test_revenue_deciles_capture_more_than_log_rfm(customers_before_cut):
    next_revenue = customers_before_cut["next_revenue"].to_numpy()
    revenue = customers_before_cut["revenue"].to_numpy()
    recency = customers_before_cut["recency_days"].to_numpy()
    simple = baselines(revenue, recency, next_revenue, 10, seed=42)
    assert simple["oot_r2_revenue_quantiles"] == pytest.approx(0.222, abs=0.005)
    assert simple["oot_auc_revenue_quantiles"] == pytest.approx(0.709, abs=0.01)
    assert simple["oot_capture_20_revenue_quantiles"] == pytest.approx(0.635, abs=0.01)
    clustered = segments_before_cut(customers_before_cut, RFM, log_standardised, 5)
    captured = out_of_time(clustered, next_revenue, seed=42)["oot_capture_20"]
    assert captured < simple["oot_capture_20_revenue_quantiles"]
    assert set(simple) == {
        f"oot_{score}_{metric}_quantiles"
        for score in ("r2", "auc", "capture_20")
        for metric in ("revenue", "recency")
    }


def test_nothing_is_explained_when_next_revenue_is_shuffled(customers_before_cut):
    labels = segments_before_cut(customers_before_cut, RFM, log_standardised, 4)
    next_revenue = customers_before_cut["next_revenue"].to_numpy()
    for seed in range(5):
        shuffled = np.random.default_rng(seed).permutation(next_revenue)
        scores = out_of_time(labels, shuffled, seed=42)
        assert abs(scores["oot_r2"]) < 4 * scores["oot_r2_se"] + 0.002
        assert scores["oot_auc"] == pytest.approx(0.5, abs=0.03)
        assert scores["oot_capture_20"] == pytest.approx(0.2, abs=0.12)


def test_ties_are_shared_so_one_segment_captures_its_share_of_customers():
    next_revenue = np.random.default_rng(0).exponential(size=500)
    scores = out_of_time(np.zeros(500, dtype=int), next_revenue, seed=0)
    assert scores["oot_capture_20"] == pytest.approx(0.2)
    assert scores["oot_r2"] <= 0


def test_a_segment_that_holds_all_revenue_in_a_tenth_of_customers_captures_all_of_it():
    labels = np.repeat([4, 9], [900, 100])
    scores = out_of_time(labels, np.where(labels == 9, 50.0, 0.0), seed=0)
    assert scores["oot_capture_20"] == pytest.approx(1.0)
    assert scores["oot_r2"] == pytest.approx(1.0)
    assert scores["oot_auc"] == pytest.approx(1.0)


def test_noise_is_a_group_and_refunds_count_as_nothing():
    labels = np.repeat([-1, 0], 150)
    spent = np.where(labels == -1, 20.0, 1.0)
    assert out_of_time(labels, spent, seed=0)["oot_r2"] == pytest.approx(1.0)
    refunded = np.where(np.arange(300) % 3 == 0, -80.0, spent)
    nothing = np.where(np.arange(300) % 3 == 0, 0.0, spent)
    assert out_of_time(labels, refunded, seed=0) == out_of_time(labels, nothing, seed=0)


def test_what_cannot_be_computed_is_absent():
    labels = np.repeat([0, 1], 150)
    assert out_of_time(labels[:199], np.ones(199), seed=0) == {}
    assert out_of_time(labels, np.zeros(300), seed=0) == {}
    everybody_came_back = out_of_time(labels, np.arange(300.0) + 1, seed=0)
    assert set(everybody_came_back) == {"oot_r2", "oot_r2_se", "oot_capture_20"}


@settings(deadline=None, max_examples=25)
@given(labels=st.lists(st.integers(-1, 40), min_size=200, max_size=300), renumber=st.integers(1, 9))
def test_scores_stay_in_range_and_do_not_depend_on_the_numbers_of_segments(labels, renumber):
    labels = np.array(labels)
    next_revenue = np.random.default_rng(0).lognormal(size=len(labels)).round() * 10
    scores = out_of_time(labels, next_revenue, seed=1)
    assert scores["oot_r2"] <= 1
    assert 0 <= scores["oot_auc"] <= 1
    assert 0 <= scores["oot_capture_20"] <= 1
    assert out_of_time(labels * 3 + renumber, next_revenue, seed=1) == pytest.approx(scores)


def test_equal_recencies_stay_in_one_group():
    rng = np.random.default_rng(0)
    recency = np.where(rng.random(400) < 0.6, 5.0, rng.integers(6, 300, 400))
    next_revenue = np.where(recency == 5.0, 100.0, 0.0)
    simple = baselines(rng.random(400), recency, next_revenue, 4, seed=0)
    assert simple["oot_r2_recency_quantiles"] == pytest.approx(1.0)
    shuffled = rng.permutation(400)
    again = baselines(rng.random(400), recency[shuffled], next_revenue[shuffled], 4, seed=0)
    assert again["oot_auc_recency_quantiles"] == 1.0
