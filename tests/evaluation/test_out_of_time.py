import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import r2_score, roc_auc_score

from segmentation.evaluation.out_of_time import (
    cuts_of,
    of_last_cut,
    out_of_time,
    segments_like,
)
from segmentation.evaluation.outcome_scores import Cut, group_means
from segmentation.evaluation.outcomes import splits_of
from segmentation.evaluation.sortings import SORTINGS, quantile_groups
from tests.helpers.models import fitted_by
from tests.helpers.retail import RFM, SEED, kmeans_refit, log_standardised, standardised
from tests.helpers.shop import past_of


def scores_of(labels, next_revenue):
    """Figures of the last cut, where whoever spent something has one order."""
    spent = np.asarray(next_revenue, dtype=float)
    cut = Cut(np.arange(len(spent)), spent, (spent > 0).astype(float))
    return of_last_cut(np.asarray(labels), cut, 5)


def segments_before_cut(customers, columns, scale, k):
    return kmeans_refit(scale, k)(customers[columns].to_numpy(float), 42)[1]


def test_the_trap_predicts_nothing_and_log_rfm_does(customers_before_cut):
    assert len(customers_before_cut) == 3362
    next_revenue = customers_before_cut["next_revenue"].to_numpy()
    trap = segments_before_cut(customers_before_cut, SEED, standardised, 2)
    scores = scores_of(trap, next_revenue)
    assert scores["oot_r2"] == pytest.approx(0.015, abs=0.003)
    assert scores["oot_auc"] == pytest.approx(0.504, abs=0.01)

    log_rfm = segments_before_cut(customers_before_cut, RFM, log_standardised, 5)
    scores = scores_of(log_rfm, next_revenue)
    assert scores["oot_r2"] == pytest.approx(0.239, abs=0.005)
    assert scores["oot_auc"] == pytest.approx(0.715, abs=0.01)
    assert 0.004 < scores["oot_r2_se"] < 0.02


def test_revenue_deciles_capture_more_than_log_rfm(customers_before_cut):
    next_revenue = customers_before_cut["next_revenue"].to_numpy()
    revenue = customers_before_cut["revenue"].to_numpy()
    simple = scores_of(quantile_groups(revenue, 10), next_revenue)
    assert simple["oot_r2"] == pytest.approx(0.222, abs=0.005)
    assert simple["oot_auc"] == pytest.approx(0.709, abs=0.01)
    assert simple["oot_capture_20"] == pytest.approx(0.635, abs=0.01)
    clustered = segments_before_cut(customers_before_cut, RFM, log_standardised, 5)
    captured = scores_of(clustered, next_revenue)["oot_capture_20"]
    assert captured < simple["oot_capture_20"]


def test_figures_are_those_of_scikit_learn(customers_before_cut):
    next_revenue = customers_before_cut["next_revenue"].to_numpy()
    groups = quantile_groups(customers_before_cut["revenue"].to_numpy(), 7)
    log_spent, bought = np.log1p(np.maximum(next_revenue, 0.0)), next_revenue > 0
    r2, auc = [], []
    for train, test in splits_of(len(groups), 5):
        expected = group_means(groups, log_spent, train, test)
        r2.append(r2_score(log_spent[test], expected))
        expected = group_means(groups, bought.astype(float), train, test)
        auc.append(roc_auc_score(bought[test], expected))
    scores = scores_of(groups, next_revenue)
    assert scores["oot_r2"] == pytest.approx(np.mean(r2), rel=1e-12)
    assert scores["oot_auc"] == pytest.approx(np.mean(auc), rel=1e-12)


def test_nothing_is_explained_when_next_revenue_is_shuffled(customers_before_cut):
    labels = segments_before_cut(customers_before_cut, RFM, log_standardised, 4)
    next_revenue = customers_before_cut["next_revenue"].to_numpy()
    for seed in range(5):
        shuffled = np.random.default_rng(seed).permutation(next_revenue)
        scores = scores_of(labels, shuffled)
        assert abs(scores["oot_r2"]) < 4 * scores["oot_r2_se"] + 0.002
        assert scores["oot_auc"] == pytest.approx(0.5, abs=0.03)
        assert scores["oot_capture_20"] == pytest.approx(0.2, abs=0.12)


def test_ties_are_shared_so_one_segment_captures_its_share_of_customers():
    next_revenue = np.random.default_rng(0).exponential(size=500)
    scores = scores_of(np.zeros(500, dtype=int), next_revenue)
    assert scores["oot_capture_20"] == pytest.approx(0.2)
    assert scores["oot_r2"] <= 0


@pytest.mark.parametrize("amount", [0.5, 50.0])
def test_a_segment_that_holds_all_revenue_in_a_tenth_of_customers_captures_all_of_it(amount):
    labels = np.repeat([4, 9], [900, 100])
    scores = scores_of(labels, np.where(labels == 9, amount, 0.0))
    assert scores["oot_capture_20"] == pytest.approx(1.0)
    assert scores["oot_r2"] == pytest.approx(1.0)
    assert scores["oot_auc"] == pytest.approx(1.0)


def test_noise_is_a_group_and_refunds_count_as_nothing():
    labels = np.repeat([-1, 0], 150)
    spent = np.where(labels == -1, 20.0, 1.0)
    assert scores_of(labels, spent)["oot_r2"] == pytest.approx(1.0)
    refunded = np.where(np.arange(300) % 3 == 0, -80.0, spent)
    nothing = np.where(np.arange(300) % 3 == 0, 0.0, spent)
    assert scores_of(labels, refunded) == scores_of(labels, nothing)


@pytest.mark.filterwarnings("error")
def test_what_cannot_be_computed_is_absent():
    labels = np.repeat([0, 1], 150)
    assert scores_of(labels[:199], np.ones(199)) == {}
    assert scores_of(labels, np.zeros(300)) == {}
    everybody_came_back = scores_of(labels, np.arange(300.0) + 1)
    assert set(everybody_came_back) == {"oot_r2", "oot_r2_se", "oot_capture_20"}


@settings(deadline=None, max_examples=25)
@given(labels=st.lists(st.integers(-1, 40), min_size=200, max_size=300), renumber=st.integers(1, 9))
def test_scores_stay_in_range_and_do_not_depend_on_the_numbers_of_segments(labels, renumber):
    labels = np.array(labels)
    next_revenue = np.random.default_rng(0).lognormal(size=len(labels)).round() * 10
    scores = scores_of(labels, next_revenue)
    assert scores["oot_r2"] <= 1
    assert 0 <= scores["oot_auc"] <= 1
    assert 0 <= scores["oot_capture_20"] <= 1
    assert scores_of(labels * 3 + renumber, next_revenue) == pytest.approx(scores)


def test_coming_back_is_an_order_not_an_amount():
    spent, ordered = np.zeros(400), np.repeat([0.0, 1.0], 200)
    cut = Cut(np.arange(400), spent, ordered)
    scores = of_last_cut(np.repeat([0, 1], 200), cut, 5)
    assert set(scores) == {"oot_auc"}
    assert scores["oot_auc"] == 1.0


@pytest.fixture
def pasts(table):
    now = table.assign(recency_days=np.arange(len(table), dtype=float) % 90)
    rng = np.random.default_rng(0)
    returned = rng.random((2, len(now))) < 0.8
    return [past_of(now, rng.exponential(now["revenue"] / 100) * each) for each in returned]


def groups(past):
    return (past.table["orders"].to_numpy() > 150).astype(int)


def test_segments_stand_beside_three_sortings_into_as_many_groups(pasts):
    ids = pasts[0].table.index
    found = out_of_time(groups, pasts, ids, 5)
    for name in SORTINGS:
        assert f"oot_score_{name}" in found.metrics
        assert f"oot_r2_{name}" in found.metrics
    scores = {name: found.metrics[f"oot_score_{name}"] for name in SORTINGS}
    assert found.best_sorting == max(scores, key=scores.get)
    assert found.metrics["oot_best_sorting"] == max(scores.values())
    lead = found.metrics["oot_score"] - found.metrics["oot_best_sorting"]
    assert found.metrics["oot_lead"] == pytest.approx(lead)
    assert found.metrics["oot_score"] == pytest.approx(found.contributions.sum())
    assert found.metrics["oot_values"] == 8
    same = out_of_time(
        lambda past: quantile_groups(past.table["revenue"].to_numpy(), 3), pasts, ids, 5
    )
    assert same.metrics["oot_score"] == same.metrics["oot_score_revenue_quantiles"]


def test_figures_of_one_cut_are_those_of_the_last(pasts):
    found = out_of_time(groups, pasts, pasts[0].table.index, 5).metrics
    alone = out_of_time(groups, pasts[:1], pasts[0].table.index, 5).metrics
    for name in ("oot_r2", "oot_auc", "oot_capture_20", "oot_r2_rfm_grid"):
        assert found[name] == alone[name]
    assert alone["oot_values"] == 4
    assert found["oot_score"] != alone["oot_score"]


def test_without_a_past_there_are_no_figures(pasts):
    assert out_of_time(groups, [], pasts[0].table.index, 5).metrics == {}


def test_customers_of_a_cut_are_found_among_all(pasts):
    everybody = pasts[0].table.index[::-1]
    (cut,) = cuts_of([past_of(pasts[0].table.iloc[[5, 2]], [1.0, 20.0])], everybody)
    assert everybody[cut.rows].tolist() == pasts[0].table.index[[5, 2]].tolist()
    assert cut.next_orders.tolist() == [1.0, 2.0]


def plainly_captured(spent, predicted):
    """Revenue of the best fifth, customer by customer; those of the last rank each in part."""
    places, found = 0.2 * len(spent), 0.0
    for rank in sorted(set(predicted), reverse=True):
        own = spent[predicted == rank]
        found += own.sum() * min(1.0, max(0.0, places) / len(own))
        places -= len(own)
    return found


def test_every_figure_of_the_last_cut_by_its_definition():
    rng = np.random.default_rng(5)
    groups = rng.integers(0, 6, 400)
    spent = rng.exponential(5.0 * (groups + 1)) * (rng.random(400) < 0.3 + 0.1 * groups)
    log_spent, bought = np.log1p(spent), (spent > 0).astype(float)
    r2, auc, captured = [], [], 0.0
    for train, test in splits_of(400, 5):
        mean = [log_spent[train][groups[train] == each].mean() for each in range(6)]
        back = [bought[train][groups[train] == each].mean() for each in range(6)]
        predicted = np.array(mean)[groups[test]]
        r2.append(r2_score(log_spent[test], predicted))
        auc.append(roc_auc_score(bought[test], np.array(back)[groups[test]]))
        captured += plainly_captured(spent[test], predicted)
    assert scores_of(groups, spent) == {
        "oot_r2": pytest.approx(np.mean(r2)),
        "oot_r2_se": pytest.approx(np.sqrt(np.var(r2, ddof=1) / 5)),
        "oot_auc": pytest.approx(np.mean(auc)),
        "oot_capture_20": pytest.approx(captured / spent.sum()),
    }


def test_from_two_hundred_customers_on_figures_are_told():
    labels, spent = np.repeat([0, 1], 100), np.arange(200.0)
    assert "oot_r2" in scores_of(labels, spent)
    assert scores_of(labels[1:], spent[1:]) == {}


def test_customers_of_a_cut_are_segmented_by_the_recipe_of_a_model(table):
    segmenter = fitted_by(table, "kmeans")
    found = segments_like(segmenter)(past_of(table, np.ones(len(table))))
    np.testing.assert_array_equal(found, segmenter.labels_)


def test_without_an_outcome_that_counts_the_last_cut_is_told_alone(pasts):
    nothing = [past_of(past.table, np.zeros(len(past.table))) for past in pasts]
    found = out_of_time(groups, nothing, pasts[0].table.index, 5)
    assert (found.metrics, found.contributions, found.best_sorting) == ({}, None, "")
