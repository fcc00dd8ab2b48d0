"""Values that no algorithm can compute with are refused, and the largest are taken."""

import re

import pytest
from sklearn.preprocessing import StandardScaler

from tests.helpers.models import every_algorithm, fitted_by, log_scaler
from tests.helpers.shop import FEATURES


@pytest.mark.parametrize("value", [1.1e100, -1e200])
def test_values_whose_squares_would_be_infinite_are_refused(table, value):
    segmenter = fitted_by(table, "gmm")
    broken = table[FEATURES].copy()
    broken.iloc[1, 2] = value
    refusal = f"feature {FEATURES[2]} is {value:g} in row 1, and none may be beyond ±1e+100"
    for use in (segmenter.predict, segmenter.describe, segmenter.transform, segmenter.fit):
        with pytest.raises(ValueError, match=re.escape(refusal)):
            use(broken)


@every_algorithm
@pytest.mark.parametrize("value", [1e100, -1e100])
def test_the_largest_value_is_taken_and_has_a_confidence(table, algorithm, value):
    for scaler in (log_scaler(), StandardScaler()):
        far = table[FEATURES].head(3).copy()
        far.iloc[1, 0] = value
        described = fitted_by(table, algorithm, scaler).describe(far)
        assert described["confidence"].between(0, 1).all()
