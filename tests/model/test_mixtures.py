"""A mixture that only its regularisation keeps from collapsing."""

import numpy as np
import pandas as pd
import pytest
from sklearn.mixture import GaussianMixture

from segmentation.evaluation.degenerate import degenerate_reason


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
@pytest.mark.slow
def test_a_mixture_is_degenerate_when_only_the_regularisation_holds_it_up(covariance_type):
    values = np.random.default_rng(0).normal(size=(300, 2))
    points = pd.DataFrame(values, columns=["a", "b"])
    mixture = GaussianMixture(2, covariance_type=covariance_type, random_state=0)
    sound = mixture.fit(points.to_numpy())
    labels = sound.predict(points.to_numpy())
    assert degenerate_reason(points, labels, sound) is None

    flat = 1e-4 * points.to_numpy()
    collapsed = mixture.fit(flat)
    reason = degenerate_reason(points, collapsed.predict(flat), collapsed)
    assert reason is not None
    assert "10 x reg_covar = 1e-05" in reason
