"""Labels for refits are those of fits."""

import numpy as np
import pytest

from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.density_labels import _quick_parts
from segmentation.model.scaling import common_space
from tests.helpers.retail import AFTER_LAST_LINE, measure_customers


@pytest.fixture(scope="module")
def customers(shared_data):
    return measure_customers(shared_data, AFTER_LAST_LINE)


@pytest.mark.parametrize("method", ["eom", "leaf"])
@pytest.mark.parametrize("noise", ["keep", "nearest"])
@pytest.mark.parametrize("quick", [True, False])
def test_refits_of_hdbscan_have_the_labels_of_fits(method, noise, quick, customers, monkeypatch):
    pytest.importorskip("hdbscan")

    if not quick:
        monkeypatch.setattr("segmentation.model.density_labels._quick_parts", lambda: None)
    rng = np.random.default_rng(6)
    rfm = common_space(customers[["recency_days", "orders", "revenue"]])
    value = common_space(customers[["orders", "revenue"]])
    ties = rng.poisson(8, size=(600, 2)).astype(float)
    for whole in (rfm, value, ties, rng.uniform(size=(20, 2))):
        space = whole[np.unique(rng.integers(len(whole), size=len(whole)))]
        for min_samples in (8, None):
            clusterer = HDBSCANClusterer(0.02, min_samples, method, noise=noise)
            labels = clusterer.labels_of_refit(space)
            np.testing.assert_array_equal(labels, clusterer.fit(space).labels_)


def test_refits_are_quick_with_the_libraries_that_are_installed():
    assert _quick_parts() is not None
