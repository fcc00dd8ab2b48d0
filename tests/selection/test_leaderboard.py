"""The columns of the leaderboard say what the rows of their metrics say."""

import pytest

from segmentation.evaluation.metrics import METRICS
from segmentation.selection.leaderboard import (
    COLUMNS,
    LEADERBOARD_METRICS,
    Column,
    absences,
    columns_of,
    legend,
    short_columns,
)
from tests.helpers.ranked import NAN


def test_every_column_is_a_metric_with_the_meaning_of_its_row():
    assert len({column.metric for column in COLUMNS}) == len(COLUMNS)
    for column in COLUMNS:
        assert column.meaning == METRICS[column.metric].meaning


def test_the_legend_explains_the_columns_that_are_shown():
    shown = columns_of([{"oot_r2": 0.2, "noise_share": 0.0}, {"oot_r2": NAN, "null_z": NAN}])
    assert [column.metric for column in shown] == ["oot_r2"]
    assert legend(shown) == f"R²: {METRICS['oot_r2'].meaning}"
    assert shown[0].text({"oot_r2": 0.2}) == "0.200"
    assert shown[0].text({}) == ""


def test_the_terminal_says_plainly_what_a_column_shows_or_what_its_metric_means():
    own = Column("AUC", "oot_r2", "{:.3f}", "how well it tells who comes back")
    assert own.in_words == "how well it tells who comes back"
    assert Column("AUC", "oot_r2", "{:.3f}").in_words == METRICS["oot_r2"].meaning


@pytest.mark.parametrize(
    ("ranked_by", "more"), [("oot_net", []), ("oot_score", []), ("silhouette", ["silh."])]
)
def test_the_short_leaderboard_has_what_decides_and_another_metric_that_ranks(ranked_by, more):
    measured = dict.fromkeys(LEADERBOARD_METRICS, 0.5) | {"ranked_by": ranked_by}
    short = [column.heading for column in short_columns([measured])]
    assert short == ["score", "±", "stable", "smallest", "noise", *more]


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
