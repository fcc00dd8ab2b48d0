from dataclasses import replace

import pytest

from experiments.finding import (
    AUTHORED,
    FindingContent,
    Profile,
    render_finding,
    render_index,
    sections,
)

WORDS = {"Question": "Does it?", "Verdict": "It does not. Far from it.", "Next": "Try *more*."}
RUN = {
    "name": "kmeans k=2 log rfm",
    "judgement": "chosen",
    "oot_net": 0.1784,
    "n_segments": 2.0,
    "ranked_by": "oot_net",
}
CONTENT = FindingContent(
    study="a_study",
    command="uv run train.py sweep=a_study",
    commit="0123abc",
    data=(
        {
            "data": "online_retail",
            "customers": 4338,
            "orders": 18532,
            "lines_kept": 392692,
            "lines_read": 541909,
            "first_invoiced_at": "2010-12-01 08:26:00",
            "last_invoiced_at": "2011-12-09 12:50:00",
            "revenue_kept": 8887208.89,
            "fingerprint": "e8beed375b64bb7b",
        },
    ),
    runs=(
        RUN,
        RUN | {"name": "gmm k=2 <b>|", "judgement": "noise_share", "oot_net": float("nan")},
    ),
    verdict="kmeans k=2 log rfm is chosen.",
    profiles=(
        Profile(
            "kmeans k=2 log rfm, which is chosen",
            ("recency_days",),
            (
                {
                    "name": "champions",
                    "customers": 12,
                    "customer_share": 0.0027,
                    "revenue_share": 0.172,
                    "recency_days_median": 2.5,
                    "stability": 0.53,
                    "dissolved_share": float("nan"),
                },
            ),
        ),
    ),
)


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").replace(r"\|", "").split("|")]


def test_a_finding_has_its_sections_in_order_and_the_words_of_its_author():
    parts = sections(render_finding(CONTENT, WORDS))
    assert list(parts) == ["Question", "Command", "Data and commit", "Result", "Verdict", "Next"]
    assert {name: parts[name] for name in AUTHORED} == WORDS
    assert "uv run train.py sweep=a_study" in parts["Command"]
    for fact in ("e8beed375b64bb7b", "0123abc", "4,338 customers", "8,887,208.89", "2011-12-09"):
        assert fact in parts["Data and commit"]


def test_words_survive_new_tables():
    page = render_finding(CONTENT, WORDS)
    again = render_finding(replace(CONTENT, commit="fedcba9"), sections(page))
    assert sections(again)["Verdict"] == WORDS["Verdict"]
    assert page.replace("0123abc", "fedcba9") == again


def test_the_tables_show_what_was_measured_and_nothing_else():
    rows = [line for line in render_finding(CONTENT, WORDS).splitlines() if line.startswith("|")]
    assert cells(rows[0]) == ["run", "net", "segm.", ""]
    assert cells(rows[2]) == ["kmeans k=2 log rfm", "0.178", "2", "chosen"]
    assert cells(rows[3])[1:] == ["", "2", r"noise\_share"]
    assert r"gmm k=2 \<b\>\|" in rows[3]
    assert cells(rows[6]) == ["champions", "12", "0.3%", "17.2%", "2.50", "0.53", "–"]
    assert {len(cells(row)) for row in rows[:4]} == {4}
    assert {len(cells(row)) for row in rows[4:]} == {7}


def test_a_study_without_a_segment_has_no_table_of_segments():
    page = render_finding(replace(CONTENT, profiles=()), WORDS)
    assert "medians" not in page
    assert "\n\n\n" not in page


@pytest.mark.parametrize("verdict", ["No. But 0.53 is near.", "No."])
def test_the_index_gives_the_verdict_in_a_sentence(verdict):
    pages = {name: render_finding(CONTENT, WORDS | {"Verdict": verdict}) for name in ("b", "a")}
    rows = render_index(pages).splitlines()
    assert rows[2] == "| [a](findings/a.md) | Does it? | No. |"
    assert rows[3].startswith("| [b](findings/b.md)")
