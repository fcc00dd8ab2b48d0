import pytest

from segmentation.evaluation.metrics import METRICS
from segmentation.evaluation.sortings import SORTINGS
from segmentation.report.trust import (
    FIGURES,
    SORTED_BY,
    prediction_in_short,
    prediction_in_words,
    prediction_rows,
    ranking_in_words,
    stability_in_words,
    structure_in_words,
)
from tests.helpers.predictions import MEASURED, beside


@pytest.mark.parametrize(
    ("score", "said", "in_short"),
    [
        (0.16, "the segments do better", "The segments predict more than sorting the customers"),
        (
            0.185,
            "no difference that could be told",
            "predicts what they do later as well as these",
        ),
        (0.22, "no difference that could be told", "predicts what they do later as well as these"),
        (0.25, "the simple sorting wins", "predicts what they do later better than these"),
    ],
)
def test_a_sorting_that_does_as_well_is_said_to(score, said, in_short):
    metrics = beside("recency_quantiles", score)
    assert said in prediction_in_words(metrics)
    assert in_short in prediction_in_short(metrics)
    for told in (prediction_in_words(metrics), prediction_in_short(metrics)):
        assert f"{score:.1%}" in told
        assert "by how recently they bought" in told


def test_of_the_three_the_best_is_named():
    assert "by revenue" in prediction_in_short(MEASURED)
    assert "by the sum of the RFM scores" in prediction_in_short(beside("rfm_grid", 0.19))


def test_segments_that_predict_nothing_are_said_to():
    told = prediction_in_words(MEASURED | {"oot_score": 0.019})
    assert "describe the customers and predict nothing" in told


def test_outcomes_that_could_not_be_told_are_counted():
    assert "of which could be told" not in prediction_in_words(MEASURED)
    assert "6 of 8 of which could be told" in prediction_in_words(MEASURED | {"oot_values": 6.0})


def test_how_much_there_is_to_be_predicted_is_said_where_it_was_measured():
    told = prediction_in_words(MEASURED, 0.263)
    assert "they explain 21.0%; gradient boosting on everything known" in told
    assert "explains 26.3%" in told
    assert "boosting" not in prediction_in_words(MEASURED)


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
    assert rows["revenue quantiles"] == ["15.0%", "17.0%", "–", "50.0%"]


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


def test_every_sorting_can_be_spoken_of():
    assert tuple(SORTED_BY) == SORTINGS


def test_every_figure_has_a_heading_and_its_baselines():
    for name in FIGURES:
        assert METRICS[name].label
        assert {f"{name}_{sorting}" for sorting in SORTINGS} <= set(METRICS)
    assert dict(prediction_rows(MEASURED))["these segments"] == ["20.0%", "21.0%", "0.700", "55.0%"]


def test_natural_groups_by_recency_may_only_be_those_who_left():
    assert "those who left stand apart" in structure_in_words("natural", "recency_days")
    assert "left" not in structure_in_words("natural", "revenue")
    assert "left" not in structure_in_words("reproducible", "recency_days")
