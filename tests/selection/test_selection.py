import dataclasses

import pandas as pd
import pytest

from segmentation.evaluation.metrics import METRICS
from segmentation.selection.guards import GUARDS, SelectionRules, reasons_against
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose

NAN = float("nan")
GOOD = {
    "n_segments": 4.0,
    "smallest_segment_share": 0.1,
    "largest_segment_share": 0.5,
    "noise_share": 0.0,
    "noise_revenue_share": 0.0,
    "stability_min": 0.9,
}
RULES = SelectionRules()


def run(name, **values):
    row = {"run_id": f"id-{name}", "name": name, "status": "FINISHED", "simplicity": 0}
    row |= {"degenerate": "", "error": "", "silhouette_macro_common": 0.3}
    return row | GOOD | values


def select(*runs, rules=RULES):
    ranked = rank_runs(pd.DataFrame(list(runs)), rules)
    return ranked, choose(ranked, rules)


def order(*runs, rules=RULES):
    return select(*runs, rules=rules)[0]["name"].tolist()


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"n_segments": 1.0}, "1 segments, at least 2 needed"),
        ({"smallest_segment_share": 12 / 4372}, "smallest segment 0.27%, at least 2% needed"),
        ({"largest_segment_share": 0.95}, "largest segment 95.00%, at most 90% allowed"),
        ({"noise_share": 0.25}, "noise 25.00% of customers, at most 20% allowed"),
        ({"noise_revenue_share": 0.5}, "noise 50.00% of revenue, at most 20% allowed"),
        ({"stability_min": 0.53}, "stability_min 0.530, at least 0.75 needed"),
    ],
)
def test_every_guard_names_its_value_and_its_bound(broken, reason):
    assert reasons_against(GOOD | broken, None, RULES) == [reason]


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


def test_the_bounds_themselves_are_allowed():
    at_the_bounds = {
        "n_segments": 2.0,
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


def test_a_run_with_the_highest_figure_that_is_not_eligible_comes_last_with_its_reason():
    trap = run("trap", silhouette_macro_common=0.9, smallest_segment_share=0.0027)
    ranked, verdict = select(trap, run("sound", silhouette_macro_common=0.3))
    assert ranked["name"].tolist() == ["sound", "trap"]
    assert ranked["eligible"].tolist() == [True, False]
    assert verdict.name == "sound"
    assert verdict.excluded == (
        {
            "run_id": "id-trap",
            "name": "trap",
            "reason": "smallest segment 0.27%, at least 2% needed",
        },
    )


def test_out_of_time_is_preferred_where_every_eligible_run_has_it():
    runs = [
        run("a", oot_r2=0.10, silhouette_macro_common=0.5),
        run("b", oot_r2=0.20, silhouette_macro_common=0.2),
        run("not eligible", oot_r2=NAN, stability_min=0.1),
    ]
    ranked, verdict = select(*runs)
    assert verdict.name == "b"
    assert verdict.metric == "oot_r2"
    assert set(ranked["ranked_by"]) == {"oot_r2"}
    assert verdict.runner_up == "a"


def test_without_out_of_time_for_all_the_macro_silhouette_decides():
    runs = [run("a", oot_r2=NAN, silhouette_macro_common=0.5), run("b", oot_r2=0.20)]
    assert select(*runs)[1].name == "a"
    assert select(run("a"), run("b", silhouette_macro_common=0.4))[1].name == "b"


def test_fewest_segments_within_one_standard_error_of_the_best():
    runs = [
        run("k=8", n_segments=8.0, oot_r2=0.25, oot_r2_se=0.03),
        run("k=4", n_segments=4.0, oot_r2=0.23, oot_r2_se=0.03),
        run("k=3", n_segments=3.0, oot_r2=0.221, oot_r2_se=0.03),
        run("k=2", n_segments=2.0, oot_r2=0.219, oot_r2_se=0.03),
    ]
    ranked, verdict = select(*runs)
    assert ranked["name"].tolist() == ["k=3", "k=4", "k=8", "k=2"]
    assert "within one standard error of the highest, 0.250 of k=8" in verdict.sentence


def test_the_standard_error_that_counts_is_that_of_the_best():
    runs = [
        run("best", n_segments=5.0, oot_r2=0.25, oot_r2_se=0.001),
        run("near", n_segments=2.0, oot_r2=0.24, oot_r2_se=0.5),
    ]
    assert order(*runs) == ["best", "near"]


def test_on_equal_segments_the_simpler_algorithm_then_the_higher_figure_then_the_lower_id():
    runs = [
        run("hdbscan", simplicity=2, oot_r2=0.25, oot_r2_se=0.1),
        run("gmm", simplicity=1, oot_r2=0.24, oot_r2_se=0.1),
        run("kmeans b", oot_r2=0.22, oot_r2_se=0.1),
        run("kmeans a", oot_r2=0.22, oot_r2_se=0.1),
        run("kmeans c", oot_r2=0.23, oot_r2_se=0.1),
        run("own", simplicity=3, oot_r2=0.25, oot_r2_se=0.1),
    ]
    assert order(*runs) == ["kmeans c", "kmeans a", "kmeans b", "gmm", "hdbscan", "own"]


def test_fewer_segments_win_an_exact_tie_without_any_standard_error():
    assert order(run("k=4"), run("k=3", n_segments=3.0)) == ["k=3", "k=4"]


def test_the_order_of_the_table_does_not_matter():
    runs = [run(name, silhouette_macro_common=0.3) for name in "cab"]
    assert order(*runs) == order(*reversed(runs)) == ["a", "b", "c"]


def test_a_failed_run_is_shown_with_its_error_and_never_chosen():
    failed = run("failed", status="FAILED", error="UserError: k too large")
    failed |= dict.fromkeys([*GOOD, "silhouette_macro_common"], NAN)
    ranked, verdict = select(failed, run("sound"))
    assert ranked["name"].tolist() == ["sound", "failed"]
    assert verdict.name == "sound"
    assert verdict.excluded[0]["reason"] == "failed: UserError: k too large"


def test_a_killed_run_without_error_is_excluded_too():
    ranked, _ = select(run("gone", status="KILLED"), run("sound"))
    assert ranked["ineligible_reason"].tolist() == ["", "killed: no reason recorded"]


def test_nothing_is_chosen_where_nothing_is_eligible():
    _, verdict = select(run("a", stability_min=0.3), run("b", n_segments=1.0))
    assert verdict.run_id is None
    assert not verdict.eligible
    assert "nothing is registered" in verdict.sentence
    assert "Try" in verdict.sentence
    assert {entry["name"] for entry in verdict.excluded} == {"a", "b"}


def test_only_failed_runs_give_no_champion():
    only = {"run_id": "1", "name": "x", "status": "FAILED", "simplicity": 0}
    _, verdict = select(only | {"degenerate": "", "error": "UserError: k=0"})
    assert verdict.run_id is None


def test_the_classic_rule_takes_the_highest_silhouette_and_says_when_it_may_not_be_used():
    rules = SelectionRules(metric="silhouette", eligible_only=False)
    runs = [
        run("trap", silhouette=0.96, smallest_segment_share=0.0027),
        run("sound", silhouette=0.34),
        run("failed", status="FAILED", silhouette=NAN),
    ]
    ranked, verdict = select(*runs, rules=rules)
    assert ranked["name"].tolist()[:2] == ["trap", "sound"]
    assert verdict.name == "trap"
    assert not verdict.eligible
    assert verdict.warning == (
        "the highest silhouette, 0.960, belongs to trap, which is not eligible: "
        "smallest segment 0.27%, at least 2% needed"
    )


def test_no_warning_where_the_highest_silhouette_is_eligible():
    assert select(run("a", silhouette=0.5), run("b", silhouette=0.4))[1].warning is None


def test_the_verdict_is_plain_values_and_one_sentence():
    _, verdict = select(run("a"), run("b", silhouette_macro_common=0.2))
    assert verdict.to_dict()["run_id"] == "id-a"
    assert verdict.sentence == (
        "a is chosen of 2 eligible runs (2 in all): highest silhouette_macro_common, 0.300; "
        "runner-up: b."
    )


def test_stability_that_was_measured_and_is_unknown_is_a_reason():
    unknown = {name: value for name, value in GOOD.items() if name != "stability_min"}
    assert reasons_against(unknown, None, RULES) == []
    assert reasons_against(unknown | {"seconds_stability": 1.0}, None, RULES) == []
    (reason,) = reasons_against(unknown | {"stability_draws": 20.0}, None, RULES)
    assert reason.startswith("stability unknown")
