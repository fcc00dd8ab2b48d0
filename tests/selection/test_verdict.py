"""Which run is chosen, and what is said of it."""

import pytest

from segmentation.selection.guards import SelectionRules
from segmentation.selection.verdict import choose
from tests.helpers.ranked import NAN, RULES, run, select


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
    assert verdict.sentence == (
        "trap is chosen of 2 runs (3 in all): highest silhouette, 0.960; runner-up: sound. It is "
        "not eligible (smallest segment 0.27%, at least 2% needed), so nothing is registered."
    )


def test_no_warning_where_the_highest_silhouette_is_eligible_or_none_was_measured():
    assert select(run("a", silhouette=0.5), run("b", silhouette=0.4))[1].warning is None
    assert select(run("a", silhouette=NAN))[1].warning is None


def test_the_verdict_is_plain_values_and_one_sentence():
    _, verdict = select(run("a"), run("b", silhouette_macro_common=0.2))
    assert verdict.to_dict()["run_id"] == "id-a"
    assert verdict.runner_up == "b"
    assert verdict.sentence == (
        "a is chosen of 2 eligible runs (2 in all): highest silhouette_macro_common, 0.300; "
        "runner-up: b."
    )


def test_a_run_without_a_rival_is_called_the_only_one():
    _, alone = select(run("a"))
    assert alone.sentence == ("a is the only eligible run: highest silhouette_macro_common, 0.300.")
    assert alone.runner_up is None
    _, of_two = select(run("a"), run("b", stability_min=0.1))
    assert of_two.sentence.startswith("a is the only eligible run of 2: highest")


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (
            None,
            "net score (0.01 off for each segment) 0.190 cannot be told apart (one paired standard "
            "error) from the highest, 0.200 of better",
        ),
        (
            "oot_score",
            "score 0.220 cannot be told apart (one paired standard error) from the highest, 0.250 "
            "of better",
        ),
        (
            "oot_r2",
            "oot_r2 0.120 cannot be told apart (one standard error) from the highest, 0.150 of "
            "better",
        ),
    ],
)
def test_a_simpler_run_that_cannot_be_told_apart_is_explained(metric, said):
    errors = {"oot_score_se": 0.03, "oot_r2_se": 0.05}
    _, verdict = select(
        run("better", n_segments=5.0, oot_score=0.25, oot_r2=0.15, **errors),
        run("simpler", n_segments=3.0, oot_score=0.22, oot_r2=0.12, **errors),
        rules=SelectionRules(metric=metric),
    )
    assert verdict.sentence == (
        f"simpler is chosen of 2 eligible runs (2 in all): {said}, and it has fewer segments or a "
        "simpler algorithm; not told apart: better."
    )


def test_what_was_not_run_is_excluded_for_its_reason():
    ranked, _ = select(run("a"))
    skipped = {"name": "k=9", "reason": "too few customers"}
    assert choose(ranked, RULES, [skipped]).excluded == ({"run_id": "", **skipped},)


@pytest.mark.parametrize(("score", "predicts"), [(0.0201, True), (0.0199, False)])
def test_segments_that_predict_nothing_say_so(score, predicts):
    _, verdict = select(run("a", oot_score=score, oot_score_se=0.01))
    assert (verdict.name, verdict.eligible, verdict.predicts) == ("a", True, predicts)
    said = "predict nothing" in verdict.sentence
    assert said is not predicts
    assert ("nothing is registered without force=true" in verdict.sentence) is said


@pytest.mark.parametrize(("lead", "beats"), [(0.0201, True), (0.0199, False), (-0.05, False)])
def test_the_best_sorting_is_beaten_by_two_standard_errors_or_not(lead, beats):
    found = {"oot_lead": lead, "oot_lead_se": 0.01, "best_sorting": "rfm_grid"}
    _, verdict = select(run("a", oot_score=0.2, oot_score_se=0.01, **found))
    assert (verdict.beats_sorting, verdict.best_sorting) == (beats, "rfm_grid")


def test_what_was_not_measured_is_not_claimed():
    _, verdict = select(run("a"))
    assert (verdict.predicts, verdict.beats_sorting, verdict.best_sorting) == (None, None, "")


@pytest.mark.parametrize(("runs", "counted"), [(6, ""), (7, " and 1 more"), (8, " and 2 more")])
def test_many_that_are_not_told_apart_are_counted_and_all_are_kept(runs, counted):
    _, verdict = select(*(run(f"r{n}") for n in range(runs)))
    assert verdict.not_told_apart == tuple(f"r{n}" for n in range(1, runs))
    assert verdict.sentence.endswith(f"; not told apart: r1, r2, r3, r4, r5{counted}.")
