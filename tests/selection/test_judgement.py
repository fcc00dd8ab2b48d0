"""How one run was judged is kept whole, and read from what earlier editions kept."""

import json

from segmentation.selection.guards import SelectionRules
from segmentation.selection.judgement import Judgement, judge
from tests.helpers.ranked import RULES, run, select


def judged(name, *runs):
    ranked, _ = select(*runs)
    return judge(ranked, RULES, f"id-{name}")


RUNS = run("best"), run("second", silhouette_macro_common=0.2), run("broken", stability_min=0.1)


def test_the_chosen_run_has_the_verdict_and_the_others_have_not():
    assert judged("best", *RUNS).verdict.startswith("best is chosen of 2 eligible runs")
    assert judged("second", *RUNS).verdict == ""


def test_what_was_tried_stands_beside_it_best_first():
    tried = judged("best", *RUNS).tried
    assert [each["name"] for each in tried] == ["best", "second", "broken"]
    assert [each["chosen"] for each in tried] == [True, False, False]
    assert [each["eligible"] for each in tried] == [True, True, False]
    assert tried[0]["score"] == "0.300"
    assert tried[0]["ranked_by"] == "silhouette_macro_common"
    assert "stability_min 0.100" in tried[2]["reason"]


def test_a_guard_and_a_score_of_nothing_are_both_objections():
    nothing = {"oot_score": 0.01, "oot_score_se": 0.02}
    sound = judged("a", run("a", oot_score=0.2, oot_score_se=0.02))
    assert sound.objections == ()
    eligible = judged("a", run("a", **nothing))
    assert eligible.reasons == ()
    assert len(eligible.objections) == 1
    assert "predict nothing" in eligible.objections[0]
    both = judged("a", run("a", stability_min=0.1, **nothing))
    assert len(both.reasons) == 1
    assert len(both.objections) == 2


def test_why_the_highest_silhouette_is_not_taken_is_told_whichever_run_is_judged():
    runs = run("sound", silhouette=0.3), run("trap", silhouette=0.9, stability_min=0.1)
    for name in ("sound", "trap"):
        warning = judged(name, *runs).warning
        assert warning.startswith("the highest silhouette, 0.900, belongs to trap")
    assert judged("best", *RUNS).warning == ""


def test_it_comes_back_from_json_as_it_was():
    judgement = judged("broken", *RUNS)
    assert Judgement.from_dict(json.loads(json.dumps(judgement.to_dict()))) == judgement


def test_one_that_an_earlier_edition_kept_is_read():
    kept = Judgement(SelectionRules(), reasons=("too small",)).to_dict()
    del kept["predicts_nothing"]
    del kept["rules"]["cost_per_segment"]
    assert Judgement.from_dict(kept).objections == ("too small",)
