import numpy as np
import pytest
from sklearn.cluster import KMeans

from segmentation.evaluation.assessment import assess
from segmentation.evaluation.options import DrawOptions, EvaluationOptions, StabilityOptions
from segmentation.model.fitting import fit_segmenter
from tests.helpers.models import log_scaler
from tests.helpers.shop import measured_of

QUICK = EvaluationOptions(
    stability=StabilityOptions(draws=5), null_test=DrawOptions(draws=5), out_of_time=None
)


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
