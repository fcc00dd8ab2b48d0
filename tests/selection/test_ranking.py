"""The order of the runs, best first."""

import pandas as pd
import pytest

from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.selection.runs_table import run_row
from tests.helpers.ranked import GOOD, NAN, RULES, order, run, select


def test_out_of_time_is_preferred_where_every_eligible_run_has_it():
    runs = [
        run("a", oot_score=0.10, silhouette_macro_common=0.5),
        run("b", oot_score=0.20, silhouette_macro_common=0.2),
        run("not eligible", oot_score=NAN, stability_min=0.1),
    ]
    ranked, verdict = select(*runs)
    assert verdict.name == "b"
    assert verdict.metric == "oot_net"
    assert set(ranked["ranked_by"]) == {"oot_net"}
    assert verdict.runner_up == "a"


def test_without_out_of_time_for_all_the_macro_silhouette_decides():
    runs = [run("a", oot_score=NAN, silhouette_macro_common=0.5), run("b", oot_score=0.20)]
    assert select(*runs)[1].name == "a"
    assert select(run("a"), run("b", silhouette_macro_common=0.4))[1].name == "b"


def test_every_segment_pays_for_itself():
    runs = [
        run("k=5", n_segments=5.0, oot_score=0.25),
        run("k=4", n_segments=4.0, oot_score=0.241),
    ]
    ranked, _ = select(*runs)
    assert ranked["name"].tolist() == ["k=4", "k=5"]
    assert ranked["oot_net"].tolist() == pytest.approx([0.201, 0.20])
    assert order(*runs, rules=SelectionRules(cost_per_segment=0.0)) == ["k=5", "k=4"]


@pytest.mark.parametrize("beside", ["noise_share", "n_key_accounts", "n_new_customers"])
def test_noise_and_those_set_apart_cost_as_much_as_a_segment(beside):
    ranked, _ = select(run("a", oot_score=0.25, **{beside: 0.1}), run("b", oot_score=0.25))
    assert ranked.set_index("name")["oot_net"].to_dict() == pytest.approx({"a": 0.20, "b": 0.21})
    assert order(run("a", **{beside: 0.1}), run("b")) == ["b", "a"], "of equal runs, fewer groups"


def test_another_metric_that_was_named_decides_with_its_own_error():
    rules = SelectionRules(metric="oot_r2")
    runs = [
        run("k=8", n_segments=8.0, oot_r2=0.25, oot_r2_se=0.03),
        run("k=3", n_segments=3.0, oot_r2=0.221, oot_r2_se=0.5),
        run("k=2", n_segments=2.0, oot_r2=0.219, oot_r2_se=0.5),
    ]
    ranked, verdict = select(*runs, rules=rules)
    assert ranked["name"].tolist() == ["k=3", "k=8", "k=2"]
    assert "cannot be told apart (one standard error) from the highest, 0.250" in verdict.sentence


def test_on_equal_segments_the_simpler_algorithm_then_the_higher_figure_then_the_lower_id():
    error = {"oot_score_se": 0.1}
    runs = [
        run("hdbscan", simplicity=2, oot_score=0.25, **error),
        run("gmm", simplicity=1, oot_score=0.24, **error),
        run("kmeans b", oot_score=0.22, **error),
        run("kmeans a", oot_score=0.22, **error),
        run("kmeans c", oot_score=0.23, **error),
        run("own", simplicity=3, oot_score=0.25, **error),
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
    ranked, verdict = select(failed, run("sound"), run("unstable", stability_min=0.1))
    assert ranked["name"].tolist() == ["sound", "unstable", "failed"]
    assert ranked["ineligible_briefly"].tolist() == ["", "unstable", "failed"]
    assert verdict.name == "sound"
    assert verdict.excluded[-1]["reason"] == "failed: UserError: k too large"


def test_a_killed_run_without_error_is_excluded_too():
    ranked, _ = select(run("gone", status="KILLED"), run("sound"))
    assert ranked["ineligible_reason"].tolist() == ["", "killed: no reason recorded"]


def test_of_rules_that_rank_all_only_finished_runs_say_by_what():
    """The classic rule; a run that failed has no figures and counts for nothing."""
    classic = SelectionRules(eligible_only=False)
    failed = run("failed", status="FAILED", oot_score=NAN)
    runs = [run("a", oot_score=0.2, stability_min=0.1), run("b", oot_score=0.1), failed]
    ranked, _ = select(*runs, rules=classic)
    assert ranked["name"].tolist() == ["a", "b", "failed"]
    assert set(ranked["ranked_by"]) == {"oot_net"}
    assert ranked["not_told_apart"].tolist() == [True, False, False]
    assert select(*runs)[0]["name"].tolist()[0] == "b"


def test_runs_that_differ_by_their_seed_stand_alone_unless_they_are_put_together():
    seeds = [
        run_row(
            run_id=f"id{seed}",
            name=f"kmeans seed={seed}",
            k=3,
            estimator="sklearn.cluster.KMeans",
            metrics=GOOD | {"oot_score": 0.2},
            seed=seed,
            configuration="same",
        )
        for seed in "12"
    ]
    table = pd.DataFrame(seeds)
    assert rank_runs(table, RULES)["seeds"].tolist() == [1, 1]
    assert rank_runs(table, RULES, by_seed=False)["seeds"].tolist() == [2]


def test_a_run_that_is_not_eligible_is_not_among_those_that_cannot_be_told_apart():
    ranked, _ = select(run("a"), run("b"), run("unstable", stability_min=0.1))
    assert ranked.set_index("name")["not_told_apart"].to_dict() == {
        "a": True,
        "b": True,
        "unstable": False,
    }


def test_where_no_run_is_eligible_the_silhouette_ranks():
    ranked, verdict = select(run("a", oot_score=0.2, stability_min=0.1))
    assert set(ranked["ranked_by"]) == {"silhouette_macro_common"}
    assert verdict.run_id is None
    assert "index" not in ranked


def test_one_eligible_run_is_ranked_by_what_it_has():
    assert set(select(run("a", oot_score=0.2))[0]["ranked_by"]) == {"oot_net"}
    assert set(select(run("a"))[0]["ranked_by"]) == {"silhouette_macro_common"}
