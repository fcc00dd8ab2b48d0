"""What a sweeper that searches is told of a run."""

import pytest

from segmentation.errors import UserError
from segmentation.selection.guards import SelectionRules
from segmentation.selection.objective import better_direction, objective, require_measured

METRICS = {
    "oot_score": 0.4,
    "n_segments": 5.0,
    "silhouette_macro_common": 0.5,
    "davies_bouldin": 0.9,
}


@pytest.mark.parametrize(
    ("rules", "name", "value"),
    [
        (SelectionRules(), None, pytest.approx(0.35)),
        (SelectionRules(cost_per_segment=0.0), None, 0.4),
        (SelectionRules(), "oot_net", pytest.approx(0.35)),
        (SelectionRules(metric="silhouette_macro_common"), None, 0.5),
        (SelectionRules(metric="silhouette_macro_common"), "davies_bouldin", 0.9),
        (SelectionRules(), "inertia", None),
    ],
)
def test_it_is_the_metric_that_was_named_else_that_of_the_selection(rules, name, value):
    assert objective(METRICS, rules, name) == value


def test_without_a_past_it_is_what_runs_are_ranked_by_then():
    assert objective({"silhouette_macro_common": 0.5}, SelectionRules(), None) == 0.5
    assert objective({}, SelectionRules(), None) is None


def test_which_way_it_gets_better():
    assert better_direction(SelectionRules(), None) == "higher"
    assert better_direction(SelectionRules(), "davies_bouldin") == "lower"


def test_a_metric_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(UserError, match=r"optimized_metric=nope is no metric; .*silhouette"):
        require_measured("nope")
    require_measured(None)
