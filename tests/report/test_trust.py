import pytest

from segmentation.evaluation.metrics import METRICS
from segmentation.report.trust import (
    FIGURES,
    prediction_in_short,
    prediction_in_words,
    prediction_rows,
    ranking_in_words,
    stability_in_words,
    structure_in_words,
)
from tests.helpers.predictions import MEASURED


@pytest.mark.parametrize(
    ("baseline", "said", "in_short"),
    [
        (0.15, "the segments do better", "revenue alone predicts what they spend later less well"),
        (0.195, "no difference beyond chance", "recency alone predicts what they spend later as"),
        (0.205, "no difference beyond chance", "recency alone predicts what they spend later as"),
        (0.25, "the simple sorting wins", "recency alone predicts what they spend later better"),
    ],
)
def test_a_baseline_that_wins_is_said_to_win(baseline, said, in_short):
    metrics = MEASURED | {"oot_r2_recency_quantiles": baseline}
    assert said in prediction_in_words(metrics)
    assert in_short in prediction_in_short(metrics)
    for told in (prediction_in_words(metrics), prediction_in_short(metrics)):
        assert f"{max(baseline, 0.15):.1%}" in told


@pytest.mark.parametrize(
    ("revenue_quantiles", "said"),
    [
        (0.635, "by revenue quantiles held 63.5% of the later revenue, the best 20% by segment 55"),
        (
            0.5,
            "by segment held 55.0% of the later revenue, the best 20% by revenue quantiles 50.0%",
        ),
    ],
)
def test_of_two_sortings_the_one_that_finds_the_best_customers_comes_first(revenue_quantiles, said):
    metrics = MEASURED | {"oot_capture_20_revenue_quantiles": revenue_quantiles}
    assert f"The best 20% of customers {said}" in prediction_in_words(metrics)


def test_nothing_is_claimed_of_what_was_not_measured():
    assert "was not measured" in prediction_in_words({"silhouette": 0.4})
    assert prediction_in_short({"silhouette": 0.4}) == ""
    assert prediction_rows({"silhouette": 0.4}) == []
    rows = dict(prediction_rows(MEASURED))
    assert rows["revenue quantiles"] == ["15.0%", "–", "50.0%"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.85, "highly stable"),
        (0.75, "stable"),
        (0.74, "a pattern only"),
        (0.59, "not to be trusted"),
        (float("nan"), "not measured"),
    ],
)
def test_stability_is_read_as_published(value, words):
    assert stability_in_words(value) == words


def test_a_ranking_is_explained_by_the_row_of_its_metric():
    for name in ("oot_r2", "silhouette_macro_common", "stability_min"):
        assert ranking_in_words(name) == METRICS[name].meaning
    assert ranking_in_words("a metric of one's own") == "the metric chosen for the ranking"


def test_every_figure_has_a_heading_and_its_baselines():
    for name in FIGURES:
        assert METRICS[name].label
        assert {f"{name}_revenue_quantiles", f"{name}_recency_quantiles"} <= set(METRICS)
    assert dict(prediction_rows(MEASURED))["these segments"] == ["20.0%", "0.700", "55.0%"]


def test_natural_groups_by_recency_may_only_be_those_who_left():
    assert "those who left stand apart" in structure_in_words("natural", "recency_days")
    assert "left" not in structure_in_words("natural", "revenue")
    assert "left" not in structure_in_words("reproducible", "recency_days")
