import pytest

from segmentation.segments.scored_by import ScoredBy, difference

SECOND = ScoredBy("customer-segments", "2", "m-1")


def test_equal_and_unknown_models_differ_in_nothing():
    for other in (SECOND, ScoredBy(), ScoredBy(model_version="2")):
        assert difference(SECOND, other) == difference(other, SECOND) == ""


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            ScoredBy("prod.segments", "2", "m-2"),
            "this one with prod.segments version 2 (m-2): some",
        ),
        (ScoredBy("prod.segments", "2", "m-1"), "(m-1): the same model"),
        (ScoredBy(model_id="m-2"), "this one with model m-2: some moves"),
        (ScoredBy(model_version="3"), "this one with model version 3: some moves"),
    ],
)
def test_where_models_differ_both_are_named_in_one_line(other, said):
    told = difference(SECOND, other)
    assert told.startswith("The earlier output was scored with customer-segments version 2 (m-1)")
    assert said in told
    assert "\n" not in told
