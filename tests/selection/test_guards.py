"""What makes a run not eligible."""

import dataclasses

import pytest

from segmentation.errors import UserError
from segmentation.evaluation.metrics import METRICS
from segmentation.options import read_option
from segmentation.ranges import require_in_range
from segmentation.selection.guards import (
    GUARDS,
    SelectionRules,
    n_groups,
    reason_in_brief,
    reasons_against,
    require_rankable,
    with_net,
)
from tests.helpers.ranked import GOOD, RULES


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"n_segments": 1.0}, "1 segments, at least 2 needed"),
        ({"smallest_segment_customers": 9.0}, "smallest segment 9 customers, at least 10 needed"),
        ({"smallest_segment_share": 12 / 4372}, "smallest segment 0.27%, at least 2% needed"),
        ({"largest_segment_share": 0.95}, "largest segment 95.00%, at most 90% allowed"),
        ({"noise_share": 0.25}, "noise 25.00% of customers, at most 20% allowed"),
        ({"noise_revenue_share": 0.5}, "noise 50.00% of revenue, at most 20% allowed"),
        ({"stability_min": 0.53}, "stability_min 0.530, at least 0.75 needed"),
    ],
)
def test_every_guard_names_its_value_and_its_bound(broken, reason):
    assert reasons_against(GOOD | broken, None, RULES) == [reason]


def test_the_bounds_themselves_are_allowed():
    at_the_bounds = {
        "n_segments": 2.0,
        "smallest_segment_customers": 10.0,
        "smallest_segment_share": 0.02,
        "largest_segment_share": 0.9,
        "noise_share": 0.2,
        "noise_revenue_share": 0.2,
        "stability_min": 0.75,
    }
    assert reasons_against(at_the_bounds, None, RULES) == []


def test_every_broken_guard_is_named():
    reasons = reasons_against(
        GOOD | {"smallest_segment_share": 0.003, "stability_min": 0.5},
        "segment 0 has one distinct value of orders",
        RULES,
    )
    assert len(reasons) == 3
    assert reasons[-1] == "degenerate: segment 0 has one distinct value of orders"


def test_what_was_not_measured_is_not_judged():
    assert reasons_against({"n_segments": 2.0}, None, RULES) == []


def test_guards_follow_the_rules_given():
    assert reasons_against(GOOD, None, SelectionRules(min_segments=5, min_stability=0.95)) == [
        "4 segments, at least 5 needed",
        "stability_min 0.900, at least 0.95 needed",
    ]


def test_stability_that_was_measured_and_is_unknown_is_a_reason():
    unknown = {name: value for name, value in GOOD.items() if name != "stability_min"}
    assert reasons_against(unknown, None, RULES) == []
    assert reasons_against(unknown | {"seconds_stability": 1.0}, None, RULES) == []
    (reason,) = reasons_against(unknown | {"stability_draws": 20.0}, None, RULES)
    assert reason.startswith("stability unknown")


@pytest.mark.parametrize(
    ("broken", "degenerate", "brief"),
    [
        ({}, "", ""),
        ({"noise_share": 0.5, "n_segments": 1.0, "stability_min": 0.1}, "", "one segment"),
        ({"stability_min": 0.1}, "one value", "unstable"),
        ({}, "one value", "degenerate"),
    ],
)
def test_in_brief_the_first_guard_says_what_is_wrong_then_whatever_else(broken, degenerate, brief):
    assert reason_in_brief(GOOD | broken, degenerate, RULES) == brief


def test_in_brief_unknown_stability_is_named_before_a_degenerate_fit():
    unknown = {"n_segments": 2.0, "stability_draws": 20.0}
    assert reason_in_brief(unknown, "one value", RULES) == "stability unknown"


def test_a_guard_is_a_metric_and_a_bound_of_the_rules_whose_name_says_its_direction():
    bounds = {field.name for field in dataclasses.fields(SelectionRules)}
    for guard in GUARDS:
        assert guard.metric in METRICS
        assert guard.bound.startswith(("min_", "max_"))
    # A new champion is asked how many customers it moves; a run is not.
    guarded = {guard.bound for guard in GUARDS} | {"max_reassigned"}
    assert guarded == {name for name in bounds if name.startswith(("min_", "max_"))}


def test_a_run_without_any_metric_has_no_segments():
    assert reasons_against({}, None, RULES) == ["0 segments, at least 2 needed"]


def test_the_rules_by_default_are_those_of_conf():
    """A notebook judges as the command does."""
    option = read_option("selection", "default")
    assert dataclasses.asdict(SelectionRules()) == option


@pytest.mark.parametrize(
    ("bound", "taken", "refused"),
    [
        ("cost_per_segment", (0, 1), (-0.01, 1.01)),
        ("min_segments", (1,), (0,)),
        ("min_smallest_segment_customers", (1,), (0,)),
        ("min_smallest_segment_share", (0, 1), (-0.01, 1.01)),
        ("max_largest_segment_share", (0, 1), (-0.01, 1.01)),
        ("max_noise_share", (0, 1), (-0.01, 1.01)),
        ("max_noise_revenue_share", (0, 1), (-0.01, 1.01)),
        ("min_stability", (0, 1), (-0.01, 1.01)),
        ("max_reassigned", (0, 1), (-0.01, 1.01)),
    ],
)
def test_a_bound_has_a_range(bound, taken, refused):
    for value in taken:
        require_in_range(SelectionRules(**{bound: value}))
    for value in refused:
        with pytest.raises(UserError, match=f"^{bound}="):
            require_in_range(SelectionRules(**{bound: value}))


def test_groups_are_segments_noise_and_those_set_apart():
    apart = {"noise_share": 0.01, "n_key_accounts": 1.0, "n_new_customers": 1.0}
    assert n_groups({"n_segments": 3.0}) == 3
    assert n_groups({"n_segments": 3.0} | dict.fromkeys(apart, 0.0)) == 3
    assert n_groups({"n_segments": 3.0} | apart) == 6
    assert n_groups({}) == 0
    for name, value in apart.items():
        assert n_groups({"n_segments": 3.0, name: value}) == 4


def test_a_score_less_the_cost_of_its_groups():
    metrics = {"oot_score": 0.25, "n_segments": 3.0, "noise_share": 0.1}
    assert with_net(metrics, RULES) == metrics | {"oot_net": pytest.approx(0.21)}
    free = SelectionRules(cost_per_segment=0.0)
    assert with_net(metrics, free)["oot_net"] == 0.25
    for absent in ("oot_score", "n_segments"):
        known = {name: value for name, value in metrics.items() if name != absent}
        assert with_net(known, RULES) == known


@pytest.mark.parametrize("metric", ["nope", "inertia", ""])
def test_what_cannot_rank_is_refused_and_what_can_is_named(metric):
    with pytest.raises(UserError, match=f"^selection.metric={metric} is no .*: silhouette, "):
        require_rankable(SelectionRules(metric=metric))


@pytest.mark.parametrize("metric", [None, "silhouette", "oot_net"])
def test_what_can_rank_is_taken(metric):
    require_rankable(SelectionRules(metric=metric))
