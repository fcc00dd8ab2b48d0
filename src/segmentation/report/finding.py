"""What a saved study found, as a page of Markdown: tables from its runs, words by its author."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segmentation.report.templates import render

AUTHORED = ("Question", "Verdict", "Next")
"""Sections that are written by hand, and kept when the tables are written anew."""


@dataclass(frozen=True)
class Column:
    """A column of the table of runs."""

    heading: str
    metric: str
    form: str
    meaning: str
    error: str | None = None

    def text(self, run: Mapping[str, Any]) -> str:
        """The cell of a run; empty where the metric was not measured."""
        value = run.get(self.metric)
        if _is_missing(value):
            return ""
        error = run.get(self.error) if self.error else None
        return self.form.format(value) + ("" if _is_missing(error) else f" ± {error:.3f}")


COLUMNS = (
    Column(
        "R²",
        "oot_r2",
        "{:.3f}",
        "share of the differences in next revenue that the segments explain, out of time, ± its "
        "standard error",
        error="oot_r2_se",
    ),
    Column(
        "quantiles",
        "oot_r2_revenue_quantiles",
        "{:.3f}",
        "the same for as many groups of equal size by revenue alone",
    ),
    Column(
        "silhouette",
        "silhouette",
        "{:.3f}",
        "in the run's own space, not comparable between scalers",
    ),
    Column("common", "silhouette_common", "{:.3f}", "silhouette in the space that runs share"),
    Column(
        "stable",
        "stability_min",
        "{:.2f}",
        "bootstrap Jaccard similarity of the least stable segment",
    ),
    Column(
        "z", "null_z", "{:z.1f}", "silhouette against customers without groups, in standard errors"
    ),
    Column("segments", "n_segments", "{:.0f}", "how many"),
    Column("smallest", "smallest_segment_share", "{:.2%}", "share of customers"),
    Column("noise", "noise_share", "{:.1%}", "share of customers in no segment"),
)


@dataclass(frozen=True)
class Profile:
    """The segments of one run.

    Attributes
    ----------
    title : str
        Which run, and why it is shown.
    metrics : tuple of str
        What it was clustered on.
    segments : tuple of mapping
        Rows of `segments.profiles.segment_profile`.
    """

    title: str
    metrics: tuple[str, ...]
    segments: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class FindingContent:
    """All that the tables of a finding say.

    Attributes
    ----------
    study, command, commit : str
        Name of the saved study, what was typed, and the commit of the code that ran it.
    data : tuple of mapping
        See `data.report.DataReport.to_dict`, with ``data``, the option that was chosen.
    runs : tuple of mapping
        ``name``, ``judgement`` (chosen, eligible, or why not) and the metrics, best first.
    verdict : str
        The choice in a sentence.
    profiles : tuple of Profile
    """

    study: str
    command: str
    commit: str
    data: tuple[Mapping[str, Any], ...]
    runs: tuple[Mapping[str, Any], ...]
    verdict: str
    profiles: tuple[Profile, ...]


def render_finding(content: FindingContent, words: Mapping[str, str]) -> str:
    """Return a finding as Markdown.

    Parameters
    ----------
    content : FindingContent
    words : mapping
        The text of every section of ``AUTHORED``.
    """
    columns = [column for column in COLUMNS if any(run.get(column.metric) for run in content.runs)]
    question, verdict, following = (words[name] for name in AUTHORED)
    legend = "; ".join(f"*{column.heading}*: {column.meaning}" for column in columns)
    page = render(
        "finding.md.j2",
        content=content,
        columns=columns,
        legend=f"{legend}.",
        question=question,
        verdict=verdict,
        next=following,
    )
    return f"{page}\n"


def sections(page: str) -> dict[str, str]:
    """Split a page of Markdown at its headings of the second level: heading to text."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)[1:]
    return {heading: text.strip() for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def render_index(findings: Mapping[str, str]) -> str:
    """Return the table of all findings: study, question and the first sentence of its verdict.

    Parameters
    ----------
    findings : mapping of study to page
    """
    rows = ["| study | question | verdict |", "| --- | --- | --- |"]
    for study, page in sorted(findings.items()):
        text = sections(page)
        verdict = re.split(r"(?<=[.!?])\s", text["Verdict"], maxsplit=1)[0]
        rows.append(f"| [{study}](findings/{study}.md) | {text['Question']} | {verdict} |")
    return "\n".join(rows)


def _is_missing(value: Any) -> bool:
    return value is None or value != value
