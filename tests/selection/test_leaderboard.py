"""The columns of the leaderboard say what the rows of their metrics say."""

from segmentation.evaluation.metrics import METRICS
from segmentation.selection.leaderboard import COLUMNS, absences, columns_of, legend


def test_every_column_is_a_metric_with_the_meaning_of_its_row():
    assert len({column.metric for column in COLUMNS}) == len(COLUMNS)
    for column in COLUMNS:
        assert column.meaning == METRICS[column.metric].meaning


def test_the_legend_explains_the_columns_that_are_shown():
    shown = columns_of([{"oot_r2": 0.2, "noise_share": 0.0}, {"oot_r2": float("nan")}])
    assert [column.metric for column in shown] == ["oot_r2"]
    assert legend(shown) == f"R²: {METRICS['oot_r2'].meaning}"
    assert shown[0].text({"oot_r2": 0.2}) == "0.200"
    assert shown[0].text({}) == ""


NAN = float("nan")
JUDGED = {"oot_score": 0.2, "stability_min": 0.9, "null_z": 3.0}


def test_a_figure_that_no_run_has_is_absent_for_a_reason():
    few = JUDGED | {"oot_score": NAN, "seconds_out_of_time": 0.1}
    (sentence,) = absences([few])
    assert sentence.startswith("No score (share of what customers did later")
    assert "at least 200 customers must be known before a cut" in sentence
    fast = absences([{"silhouette": 0.5}])
    assert [sentence.split(" (")[0] for sentence in fast] == ["No score", "No stable", "No z"]
    assert all(sentence.endswith("this evaluation leaves it out.") for sentence in fast)


def test_what_a_run_has_is_not_absent_and_a_failed_run_says_nothing():
    assert absences([JUDGED, JUDGED | {"oot_score": NAN}]) == []
    assert absences([JUDGED, {"status": "FAILED"}]) == []
    assert absences([{"status": "FAILED"}]) == []
