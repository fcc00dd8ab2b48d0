"""The report on a registered segmentation, for people who do not read metrics.

A pure function of plain values: everything shown is in `ReportContent`, and all text is escaped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from segmentation.customers.described import FEWEST_CUSTOMERS, SMALLEST_SHARE
from segmentation.customers.readiness import Readiness
from segmentation.customers.rhythm import Rhythm
from segmentation.evaluation.metrics import METRICS
from segmentation.report.first_step import first_step
from segmentation.report.readiness import not_to_be_claimed, readiness_in_words
from segmentation.report.rendering import render
from segmentation.report.rhythm import rhythm_in_words
from segmentation.report.segment_summary import SegmentSummary
from segmentation.report.trust import (
    FIGURES,
    prediction_in_short,
    prediction_in_words,
    prediction_rows,
)
from segmentation.report.who_they_are import typical_in_short, who_they_are
from segmentation.segments.descriptions import SMALL_EFFECT

MAX_RUNS_SHOWN = 20
MAX_CARDS = 12
"""Of more segments those of the most revenue have a card, and the others a line in a table."""


@dataclass(frozen=True)
class ReportContent:
    """All that a report says.

    Attributes
    ----------
    run_name : str
    settings : mapping of str to str
        What was chosen: data, features, algorithm and so on.
    data : mapping
        See `data.report.DataReport.to_dict`.
    segments : tuple of SegmentSummary
        By segment id; noise last.
    metrics : mapping of str to float
        Of the run; what was not measured is absent.
    structure : str
        natural, reproducible, constructive, or empty where not measured.
    separated_by : str
        Feature in which the segments differ most; empty where it was not recorded.
    rhythm : Rhythm
        How often customers come back.
    readiness : Readiness or None
        How much there was to learn from; ``None`` where it was not recorded.
    descriptions : DataFrame or None
        See `segments.descriptions.describe_segments`; ``None`` where nothing is described.
    drawn : str
        How many of how many customers were fitted; empty where all were.
    ceiling : float or None
        Share of next revenue that gradient boosting explains; ``None`` where not measured.
    reasons : str
        Why the run is not eligible; empty when it is.
    rules_text, rules_sql, rules_accuracy : str
    pictures, narrow_pictures : mapping of str to bytes
        Name to PNG file, for a page and for a phone; what has no narrow one is shown as it is.
    verdict, warning : str
        How the run was chosen among its sweep; empty for a run that was registered by hand.
    tried : tuple of dict
        ``name``, ``chosen``, ``eligible``, ``reason``, ``score`` and ``ranked_by`` of the runs of
        the sweep, best first.
    model_name, version, alias : str
        Of the registered version; empty where nothing is registered, as are all that follow.
    decision : str
        Why it was given the alias.
    changes : tuple of str
        What became of the segments of the champion before, and of their names, in sentences.
    run_id : str
    command : str
        What was typed.
    tracking_uri : str
    score_command, compare_command : str
        That score with this version, and show its run beside the others.
    """

    run_name: str
    settings: Mapping[str, str]
    data: Mapping[str, Any]
    segments: tuple[SegmentSummary, ...]
    metrics: Mapping[str, float]
    structure: str
    reasons: str
    rules_text: str
    rules_sql: str
    rules_accuracy: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    narrow_pictures: Mapping[str, bytes] = field(default_factory=dict)
    separated_by: str = ""
    rhythm: Rhythm = field(default_factory=Rhythm)
    readiness: Readiness | None = None
    descriptions: pd.DataFrame | None = None
    drawn: str = ""
    ceiling: float | None = None
    verdict: str = ""
    warning: str = ""
    tried: tuple[dict[str, Any], ...] = ()
    model_name: str = ""
    version: str = ""
    alias: str = ""
    decision: str = ""
    changes: tuple[str, ...] = ()
    run_id: str = ""
    command: str = ""
    tracking_uri: str = ""
    score_command: str = ""
    compare_command: str = ""

    @property
    def currency(self) -> str:
        """Of all money; empty where the data names none."""
        # An earlier edition did not look for it.
        return str(self.data.get("currency", ""))

    @property
    def cards(self) -> tuple[SegmentSummary, ...]:
        """Segments that are shown as cards: all, or those of the most revenue, in their order."""
        by_revenue = sorted(self.segments, key=lambda segment: -segment.revenue)
        return tuple(segment for segment in self.segments if segment in by_revenue[:MAX_CARDS])

    @property
    def others(self) -> tuple[SegmentSummary, ...]:
        """Segments without a card."""
        return tuple(segment for segment in self.segments if segment not in self.cards)


def render_report(content: ReportContent) -> str:
    """Return the report as one HTML file that needs no network and no script."""
    return _render("report.html.j2", content)


def render_description(content: ReportContent) -> str:
    """Return the same, short, as Markdown for the registered version."""
    return _render("description.md.j2", content)


def _render(template: str, content: ReportContent) -> str:
    ready = content.readiness
    return render(
        template,
        content=content,
        readiness="" if ready is None else readiness_in_words(ready),
        not_to_be_claimed=() if ready is None else not_to_be_claimed(ready),
        rhythm=rhythm_in_words(content.rhythm),
        newcomers_apart="n_new_customers" in content.metrics,
        prediction=prediction_in_words(content.metrics, content.ceiling),
        prediction_in_short=prediction_in_short(content.metrics),
        prediction_rows=prediction_rows(content.metrics),
        first_step=first_step(content.segments, content.currency),
        typical=who_they_are(content.descriptions),
        typical_in_short=typical_in_short(content.descriptions),
        fewest=FEWEST_CUSTOMERS,
        smallest_share=SMALLEST_SHARE,
        small_effect=SMALL_EFFECT,
        headings=[METRICS[name].label for name in FIGURES],
        max_runs_shown=MAX_RUNS_SHOWN,
    )  # fmt: skip
