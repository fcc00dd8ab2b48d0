"""Which run is chosen, and what is said of it."""

import pytest

from segmentation.selection.guards import SelectionRules
from tests.helpers.ranked import NAN, run, select


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


def test_no_warning_where_the_highest_silhouette_is_eligible():
    assert select(run("a", silhouette=0.5), run("b", silhouette=0.4))[1].warning is None


def test_the_verdict_is_plain_values_and_one_sentence():
    _, verdict = select(run("a"), run("b", silhouette_macro_common=0.2))
    assert verdict.to_dict()["run_id"] == "id-a"
    assert verdict.sentence == (
        "a is chosen of 2 eligible runs (2 in all): highest silhouette_macro_common, 0.300; "
        "runner-up: b."
    )


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


def test_many_that_are_not_told_apart_are_counted_and_all_are_kept():
    _, verdict = select(*(run(f"r{n}") for n in range(8)))
    assert verdict.not_told_apart == tuple(f"r{n}" for n in range(1, 8))
    assert "not told apart: r1, r2, r3, r4, r5 and 2 more" in verdict.sentence
