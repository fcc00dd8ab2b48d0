"""Two standard errors are asked for before anything is claimed."""

import pytest

from segmentation.evaluation.claims import beats_sorting, predicts


@pytest.mark.parametrize(("claim", "value"), [(predicts, "oot_score"), (beats_sorting, "oot_lead")])
def test_a_claim_is_made_beyond_two_standard_errors_only(claim, value):
    assert claim({value: 0.0201, f"{value}_se": 0.01}) is True
    assert claim({value: 0.0200, f"{value}_se": 0.01}) is False
    assert claim({value: -0.5, f"{value}_se": 0.01}) is False
    assert claim({value: 0.5}) is None
    assert claim({f"{value}_se": 0.5}) is None
