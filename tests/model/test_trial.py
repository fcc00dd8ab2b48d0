"""What cannot be fitted, saved or used is refused in one line, before any data is read."""

import re
import warnings

import pytest
from sklearn.cluster import (
    AgglomerativeClustering,
    Birch,
    BisectingKMeans,
    KMeans,
    MeanShift,
    MiniBatchKMeans,
)
from sklearn.mixture import BayesianGaussianMixture
from sklearn.preprocessing import (
    FunctionTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from segmentation.errors import UserError
from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.principal_mixture import PrincipalMixture
from segmentation.model.rfm_grid import RFMGrid
from segmentation.model.trial import require_usable
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.shop import FEATURES

RFM = ["recency_days", "orders", "revenue"]
INSTEAD = "choose one of kmeans, gmm, hdbscan, rfm_grid"


def refusal(clusterer, scaler=None) -> str:
    with pytest.raises(UserError) as refused:
        require_usable(scaler or StandardScaler(), clusterer, FEATURES)
    line = str(refused.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    "clusterer",
    [
        *CLUSTERERS.values(),
        KMeans(n_clusters=1),
        KMeans(n_clusters=3_000),
        HDBSCANClusterer(min_cluster_size=5_000),
        MiniBatchKMeans(4),
        BayesianGaussianMixture(n_components=3),
    ],
    ids=str,
)
def test_what_can_be_used_passes_in_silence_and_stays_as_it_was(clusterer):
    before = clusterer.get_params()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        require_usable(log_scaler(), clusterer, FEATURES)
        require_usable(QuantileTransformer(n_quantiles=1000), clusterer, FEATURES[:1])
    assert clusterer.get_params() == before


@pytest.mark.parametrize(
    ("clusterer", "reason"),
    [
        (AgglomerativeClustering(), "has no predict, so new customers cannot be scored"),
        (MeanShift(), "has no predict_proba and no transform, so nobody knows how sure"),
        (Birch(), "cannot be saved: Objects of type Birch are not supported"),
        (BisectingKMeans(3), "cannot be saved: it holds types that are not trusted (sklearn.clu"),
    ],
)
def test_an_algorithm_that_cannot_be_used_is_named_with_those_that_can(clusterer, reason):
    line = refusal(clusterer)
    assert line.startswith(f"algorithm=sklearn.cluster.{type(clusterer).__name__} {reason}")
    assert line.endswith(f"; {INSTEAD}")


@pytest.mark.parametrize(
    ("clusterer", "said"),
    [
        (KMeans(n_init="abc"), "The 'n_init' parameter of KMeans must be .* Got 'abc'"),
        (KMeans(n_clusters="x"), "The 'n_clusters' parameter .* Got 'x'"),
        (PrincipalMixture(3, covariance_type="round"), "'covariance_type' .* Got 'round'"),
        (PrincipalMixture(3, min_variance_share=1.0), "min_variance_share=1.0 must be a share"),
        (RFMGrid(14, features=RFM), "n_clusters=14 must be 1 to 13: 3 scores from 1 to 5"),
        (
            RFMGrid(features=RFM, cut_points=[0.5, 0.2]),
            r"cut_points=\[0.5, 0.2\] must be ascending",
        ),
        (HDBSCANClusterer(min_cluster_size="many"), "min_cluster_size='many' must be a count"),
    ],
)
def test_a_wrong_parameter_becomes_one_line(clusterer, said):
    line = refusal(clusterer)
    assert re.search(f"cannot be fitted: .*{said}", line)
    assert line.endswith(f"change that value, or {INSTEAD}")


def test_a_feature_that_an_algorithm_lacks_is_one_line_of_its_own():
    line = refusal(RFMGrid(3))
    assert line == (
        "algorithm=rfm_grid scores recency_days, orders, revenue, and recency_days is not among "
        "the features revenue, orders, average_order_value; set features=rfm, or another algorithm"
    )


@pytest.mark.parametrize("k", [0, -3])
def test_fewer_than_one_segment_is_refused(k):
    assert refusal(KMeans(n_clusters=k)).startswith(f"k={k}: a number of segments is at least 1")


@pytest.mark.parametrize(
    ("scaler", "said"),
    [
        (RobustScaler(quantile_range=(90, 10)), "RobustScaler cannot be fitted: Invalid quantile"),
        (FunctionTransformer(lambda values: values), "FunctionTransformer cannot be saved: "),
    ],
)
def test_a_scaler_is_blamed_where_it_is_the_scaler(scaler, said):
    line = refusal(KMeans(3, n_init=1), scaler)
    assert line.startswith(f"scaler=sklearn.preprocessing.{said}")
    assert line.endswith("choose one of conf/scaler")


@pytest.mark.parametrize(
    ("features", "said"),
    [([], r"features.names=\[\] leaves nothing"), (["orders"] * 2, "has 'orders' twice; leave")],
)
def test_no_feature_and_one_feature_twice_are_refused(features, said):
    with pytest.raises(UserError, match=said):
        require_usable(StandardScaler(), KMeans(2), features)
