"""Columns in which runs are shown beside one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segmentation.evaluation.metrics import METRICS
from segmentation.evaluation.options import MIN_CUSTOMERS


@dataclass(frozen=True)
class Column:
    """A column of a table of runs.

    Attributes
    ----------
    heading : str
    metric : str
        What stands in it.
    form : str
        Its format.
    plainly : str
        What it says, for who knows no statistics; empty where the metric's own meaning does.
    is_short : bool
        Whether it is part of the short leaderboard.
    """

    heading: str
    metric: str
    form: str
    plainly: str = ""
    is_short: bool = False

    @property
    def meaning(self) -> str:
        """Meaning of the metric, see `evaluation.metrics`."""
        return METRICS[self.metric].meaning

    @property
    def in_words(self) -> str:
        """What the terminal says of the column."""
        return self.plainly or self.meaning

    def text(self, run: Mapping[str, Any]) -> str:
        """The cell of a run; empty where the metric was not measured."""
        value = run.get(self.metric)
        return "" if _is_missing(value) else self.form.format(value)


COLUMNS = (
    Column("net", "oot_net", "{:.3f}", "score less a price for every segment; the runs' order"),
    Column(
        "score",
        "oot_score",
        "{:.3f}",
        "share of what customers did later that the segments explain",
        is_short=True,
    ),
    Column("±", "oot_score_se", "{:.3f}", "how much the score may be off by chance", is_short=True),
    Column("sorting", "oot_best_sorting", "{:.3f}", "score of the best of three simple sortings"),
    Column(
        "stable",
        "stability_min",
        "{:.2f}",
        "how alike the least stable segment is in other samples, 1: the same",
        is_short=True,
    ),
    Column("segm.", "n_segments", "{:.0f}", "number of segments"),
    Column(
        "smallest",
        "smallest_segment_share",
        "{:.2%}",
        "share of the customers in the smallest segment",
        is_short=True,
    ),
    Column("R²", "oot_r2", "{:.3f}", "share of the later revenue that the segments explain"),
    Column(
        "z", "null_z", "{:z.1f}", "how clear groups are, against customers without; clear from 2"
    ),
    Column(
        "common",
        "silhouette_common",
        "{:.3f}",
        "how far apart segments are, on one scale for all runs",
    ),
    Column("noise", "noise_share", "{:.1%}", "share of the customers in no segment", is_short=True),
    Column(
        "macro",
        "silhouette_macro_common",
        "{:.3f}",
        "how far apart segments are, each counting alike",
    ),
    Column("silh.", "silhouette", "{:.3f}", "how far apart segments are, on the run's own scale"),
)
"""The most important first."""
UNMEASURED = {
    "oot_score": (
        "seconds_out_of_time",
        f"at least {MIN_CUSTOMERS} customers must be known before a cut, whose outcomes vary, "
        "and be segmented there",
    ),
    "stability_min": ("seconds_stability", "the segments were found again in no subsample"),
    "null_z": ("seconds_null", "a silhouette was measured of no run or of none of the draws"),
}
"""Metric to the figure that tells whether it was asked for, and why it is absent if it was."""
NET, FULL = "oot_net", "full"
LEADERBOARD_METRICS = tuple(column.metric for column in COLUMNS)


def columns_of(runs: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Columns in which a run has a figure other than 0."""
    return [
        column
        for column in COLUMNS
        if any(run.get(column.metric) and not _is_missing(run[column.metric]) for run in runs)
    ]


def short_columns(runs: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Columns of the short leaderboard; with what ranks the runs, where that is no score."""
    ranked_by = {run.get("ranked_by") for run in runs}
    return [
        column
        for column in columns_of(runs)
        if column.is_short or (column.metric in ranked_by and column.metric != NET)
    ]


def legend(columns: Sequence[Column]) -> str:
    """Meaning of the columns, in one sentence."""
    return "; ".join(f"{column.heading}: {column.meaning}" for column in columns)


def absences(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say of the figures by which runs are judged why no run has one of them."""
    finished = [run for run in runs if run.get("status", "FINISHED") == "FINISHED"]
    found = []
    for column in COLUMNS:
        if column.metric not in UNMEASURED or not finished:
            continue
        part, reason = UNMEASURED[column.metric]
        if all(_is_missing(run.get(column.metric)) for run in finished):
            asked = any(not _is_missing(run.get(part)) for run in finished)
            reason = reason if asked else "this evaluation leaves it out"
            found.append(f"No {column.heading} ({column.in_words}): {reason}.")
    return found


def _is_missing(value: Any) -> bool:
    return value is None or value != value
