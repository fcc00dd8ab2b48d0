"""Which figures of a run are shown beside those of other runs, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column of a table of runs: its heading, the metric in it, its format and its meaning."""

    heading: str
    metric: str
    form: str
    meaning: str

    def text(self, run: Mapping[str, Any]) -> str:
        """The cell of a run; empty where the metric was not measured."""
        value = run.get(self.metric)
        return "" if _is_missing(value) else self.form.format(value)


COLUMNS = (
    Column(
        "R²",
        "oot_r2",
        "{:.3f}",
        "share of the differences in next revenue that the segments explain, out of time",
    ),
    Column("±", "oot_r2_se", "{:.3f}", "its standard error"),
    Column(
        "quant.",
        "oot_r2_revenue_quantiles",
        "{:.3f}",
        "the same R² for as many groups of equal size by revenue alone, key accounts counted",
    ),
    Column(
        "stable",
        "stability_min",
        "{:.2f}",
        "bootstrap Jaccard similarity of the least stable segment",
    ),
    Column("segm.", "n_segments", "{:.0f}", "number of segments, key accounts aside"),
    Column("least", "smallest_segment_share", "{:.2%}", "the smallest of them, of the customers"),
    Column(
        "z",
        "null_z",
        "{:z.1f}",
        "silhouette against customers without groups, in standard deviations",
    ),
    Column("common", "silhouette_common", "{:.3f}", "silhouette in the space that all runs share"),
    Column("noise", "noise_share", "{:.1%}", "customers in no segment"),
    Column("macro", "silhouette_macro_common", "{:.3f}", "its mean over the segments"),
    Column("silh.", "silhouette", "{:.3f}", "silhouette in the run's own space, not comparable"),
)
"""The most important first."""
LEADERBOARD_METRICS = tuple(column.metric for column in COLUMNS)


def columns_of(runs: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Columns in which a run has a figure other than 0."""
    return [
        column
        for column in COLUMNS
        if any(run.get(column.metric) and not _is_missing(run[column.metric]) for run in runs)
    ]


def legend(columns: Sequence[Column]) -> str:
    """What the columns mean, in one sentence."""
    return "; ".join(f"{column.heading}: {column.meaning}" for column in columns)


def _is_missing(value: Any) -> bool:
    return value is None or value != value
