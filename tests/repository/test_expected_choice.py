"""The published scores and the published choice, on both data sets and over seeds."""

import pytest

import segmentation as sg
from segmentation.evaluation.options import EvaluationOptions, StabilityOptions

KS = range(2, 9)
SCORES = {
    "online_retail": {
        "value": [0.154, 0.193, 0.216, 0.235, 0.245, 0.252, 0.266],
        "rfm": [0.145, 0.185, 0.197, 0.214, 0.215, 0.222, 0.222],
        "revenue quantiles": [0.136, 0.169, 0.194, 0.198, 0.202, 0.211, 0.214],
    },
    "complete_journey": {
        "value": [0.219, 0.272, 0.318, 0.346, 0.362, 0.371, 0.384],
        "rfm": [0.219, 0.286, 0.300, 0.316, 0.321, 0.318, 0.322],
        "revenue quantiles": [0.214, 0.268, 0.295, 0.303, 0.312, 0.315, 0.322],
    },
}
LEADS = {"online_retail": (0.037, 0.006), "complete_journey": (0.044, 0.007)}
"""Of ``value`` k = 5 over five revenue quantiles, with the standard error."""
SCORES_ONLY = EvaluationOptions(stability=None, null_test=None)
WITH_STABILITY = EvaluationOptions(stability=StabilityOptions(), null_test=None)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=SCORES)
def shop(request, shared_data):
    path = shared_data / "online_retail.parquet"
    source = path if request.param == "online_retail" else request.param
    return request.param, sg.measure(source)


def test_the_published_scores_come_out(shop):
    name, customers = shop
    for features in ("value", "rfm"):
        runs = [sg.segment(customers, features=features, k=k, evaluation=SCORES_ONLY) for k in KS]
        found = [run.metrics["oot_score"] for run in runs]
        assert found == pytest.approx(SCORES[name][features], abs=0.002)
        assert {run.metrics["oot_values"] for run in runs} == {8.0}
        quantiles = [run.metrics["oot_score_revenue_quantiles"] for run in runs]
        assert quantiles == pytest.approx(SCORES[name]["revenue quantiles"], abs=0.002)
        if features == "value":
            five = runs[KS.index(5)]
            assert five.assessment.best_sorting == "revenue_quantiles"
            lead = five.metrics["oot_lead"], five.metrics["oot_lead_se"]
            assert lead == pytest.approx(LEADS[name], abs=0.001)


@pytest.mark.parametrize("seed", [42, 0, 1, 2])
def test_the_published_choice_is_made_whatever_the_seed(shop, seed):
    _, customers = shop
    found = sg.compare(customers, k=KS, seed=seed, evaluation=WITH_STABILITY)
    assert found.verdict.name.startswith("kmeans k=5 log value"), found.verdict.sentence
    assert found.verdict.predicts
    assert found.verdict.beats_sorting
