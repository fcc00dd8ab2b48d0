import pytest

from segmentation.report.trust import foretold_in_words, foretold_rows, stability_in_words

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
    ("baseline", "said"),
    [
        (0.15, "the segments do better"),
        (0.195, "no difference beyond chance"),
        (0.205, "no difference beyond chance"),
        (0.25, "the simple sorting wins"),
    ],
)
def test_a_baseline_that_wins_is_said_to_win(baseline, said):
    told = foretold_in_words(MEASURED | {"oot_r2_recency_quantiles": baseline})
    assert said in told
    assert f"{max(baseline, 0.15):.1%}" in told


def test_a_baseline_that_finds_the_best_customers_better_is_named():
    told = foretold_in_words(MEASURED | {"oot_capture_20_revenue_quantiles": 0.635})
    assert "revenue quantiles are better" in told
    assert "63.5%" in told


def test_nothing_is_claimed_of_what_was_not_measured():
    assert "was not measured" in foretold_in_words({"silhouette": 0.4})
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
