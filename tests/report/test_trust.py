import pytest

from segmentation.report.trust import (
    foretold_in_short,
    foretold_in_words,
    foretold_rows,
    stability_in_words,
)

MEASURED = {
    "oot_r2": 0.20,
    "oot_r2_se": 0.01,
    "oot_r2_revenue_quantiles": 0.15,
    "oot_r2_recency_quantiles": 0.10,
    "oot_auc": 0.7,
    "oot_capture_20": 0.55,
    "oot_capture_20_revenue_quantiles": 0.50,
    "oot_capture_20_recency_quantiles": 0.40,
}


@pytest.mark.parametrize(
    ("baseline", "said", "in_short"),
    [
        (0.15, "the segments do better", "revenue alone foretells what they spend later less well"),
        (0.195, "no difference beyond chance", "recency alone foretells what they spend later as"),
        (0.205, "no difference beyond chance", "recency alone foretells what they spend later as"),
        (0.25, "the simple sorting wins", "recency alone foretells what they spend later better"),
    ],
)
def test_a_baseline_that_wins_is_said_to_win(baseline, said, in_short):
    metrics = MEASURED | {"oot_r2_recency_quantiles": baseline}
    assert said in foretold_in_words(metrics)
    assert in_short in foretold_in_short(metrics)
    for told in (foretold_in_words(metrics), foretold_in_short(metrics)):
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
    assert f"The best 20% of customers {said}" in foretold_in_words(metrics)


def test_nothing_is_claimed_of_what_was_not_measured():
    assert "was not measured" in foretold_in_words({"silhouette": 0.4})
    assert foretold_in_short({"silhouette": 0.4}) == ""
    assert foretold_rows({"silhouette": 0.4}) == []
    rows = dict(foretold_rows(MEASURED))
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
