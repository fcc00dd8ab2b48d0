"""Columns in which runs are shown beside one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segmentation.evaluation.metrics import METRICS
from segmentation.evaluation.options import MIN_CUSTOMERS


@dataclass(frozen=True)
class Column:
    """A column of a table of runs: its heading, the metric in it, and its format."""

    heading: str
    metric: str
    form: str

    @property
    def meaning(self) -> str:
        """Meaning of the metric, see `evaluation.metrics`."""
        return METRICS[self.metric].meaning

    def text(self, run: Mapping[str, Any]) -> str:
        """The cell of a run; empty where the metric was not measured."""
        value = run.get(self.metric)
        return "" if _is_missing(value) else self.form.format(value)


COLUMNS = (
    Column("net", "oot_net", "{:.3f}"),
    Column("score", "oot_score", "{:.3f}"),
    Column("±", "oot_score_se", "{:.3f}"),
    Column("sorting", "oot_best_sorting", "{:.3f}"),
    Column("stable", "stability_min", "{:.2f}"),
    Column("segm.", "n_segments", "{:.0f}"),
    Column("least", "smallest_segment_share", "{:.2%}"),
    Column("R²", "oot_r2", "{:.3f}"),
    Column("z", "null_z", "{:z.1f}"),
    Column("common", "silhouette_common", "{:.3f}"),
    Column("noise", "noise_share", "{:.1%}"),
    Column("macro", "silhouette_macro_common", "{:.3f}"),
    Column("silh.", "silhouette", "{:.3f}"),
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
LEADERBOARD_METRICS = tuple(column.metric for column in COLUMNS)


def columns_of(runs: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Columns in which a run has a figure other than 0."""
    return [
        column
        for column in COLUMNS
        if any(run.get(column.metric) and not _is_missing(run[column.metric]) for run in runs)
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
            found.append(f"No {column.heading} ({column.meaning}): {reason}.")
    return found


def _is_missing(value: Any) -> bool:
    return value is None or value != value
