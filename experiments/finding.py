"""What a saved study found, as a page of Markdown: tables from its runs, words by its author."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segmentation.report.rendering import render
from segmentation.selection.leaderboard import COLUMNS, Column, columns_of, legend

AUTHORED = ("Question", "Verdict", "Next")
"""Sections that are written by hand, and kept when the tables are written anew."""
COLUMNS_OF = {
    "beyond_sorting": (
        *(each for each in COLUMNS if each.heading in ("net", "score", "±", "sorting")),
        Column("lead", "oot_lead", "{:.3f}"),
        Column("± of lead", "oot_lead_se", "{:.3f}"),
        Column("by revenue", "oot_score_revenue_quantiles", "{:.3f}"),
        Column("by recency", "oot_score_recency_quantiles", "{:.3f}"),
        Column("RFM grid", "oot_score_rfm_grid", "{:.3f}"),
    ),
}
"""Study to the columns of its runs, where those of the leaderboard do not answer its question."""


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
        ``name``, ``judgement`` (chosen, eligible, or why not), ``ranked_by`` and the metrics, best
        first.
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
    columns = COLUMNS_OF.get(content.study) or columns_of(content.runs)
    question, verdict, following = (words[name] for name in AUTHORED)
    page = render(
        "finding.md.j2",
        Path(__file__).parent,
        content=content,
        columns=columns,
        legend=legend(columns),
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
