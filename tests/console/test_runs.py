"""What the terminal shows of runs: never cut, whatever its width."""

import pandas as pd
import pytest

from segmentation.console.runs import print_leaderboard, print_verdict, run_in_words
from segmentation.console.terminal import console
from segmentation.selection.leaderboard import COLUMNS
from segmentation.selection.verdict import Verdict

FIGURES = {
    "oot_net": 0.361,
    "oot_score": 0.401,
    "oot_score_se": 0.010,
    "oot_best_sorting": 0.447,
    "oot_score_revenue_quantiles": 0.447,
    "oot_lead": -0.046,
    "oot_lead_se": 0.006,
    "oot_r2": 0.399,
    "stability_min": 0.79,
    "n_segments": 4.0,
    "smallest_segment_share": 0.175,
    "null_z": -0.04,
    "silhouette_common": 0.329,
    "silhouette_macro_common": 0.325,
    "silhouette": 0.329,
    "noise_share": 0.0,
}
SHORT = ("score", "±", "stable", "smallest")
ELIGIBLE = {"eligible": True, "ineligible_reason": "", "ineligible_briefly": "", "reused": False}
BROKEN = {
    "eligible": False,
    "ineligible_reason": "smallest segment 0.10%, at least 2% needed",
    "ineligible_briefly": "one tiny segment",
}


@pytest.fixture
def width(monkeypatch):
    return lambda number: monkeypatch.setattr(console, "width", number)


def runs(n_eligible: int = 1, n_broken: int = 1, **figures: float) -> pd.DataFrame:
    row = ELIGIBLE | {"ranked_by": "oot_net"} | FIGURES | figures
    best = [row | {"name": f"kmeans k={k} log value"} for k in range(4, 4 + n_eligible)]
    name, reused = "kmeans k=9 standard value", {"reused": True}
    table = pd.DataFrame([*best, *[row | BROKEN | reused | {"name": name}] * n_broken])
    return table.assign(run_id=[str(place) for place in range(len(table))])


def legend_of(out: str) -> dict[str, str]:
    """Heading to the first words of what is said of it."""
    below = out.split("─\n")[-1].partition("\n\n")[2] if "─\n" in out else out
    return {line.split()[0]: line for line in below.splitlines() if line.strip()}


@pytest.mark.parametrize("columns", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("shown", ["short", "full"])
def test_a_leaderboard_is_never_cut_and_leaves_nothing_out(columns, shown, width, capsys):
    width(columns)
    print_leaderboard(runs(noise_share=0.12), chosen="0", columns=shown)
    out = capsys.readouterr().out
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= columns
    headings = [
        word for line in out.splitlines() if line.startswith(" run ") for word in line.split()
    ]
    wanted = [column.heading for column in COLUMNS] if shown == "full" else [*SHORT, "noise"]
    assert [word for word in headings if word not in ("run", "verdict")] == wanted
    for text in ("chosen", "tiny", "0.401", "17.50%"):
        assert text in out
    for column in COLUMNS:
        said = [line for line in out.splitlines() if line.startswith(f"{column.heading} ")]
        assert len(said) == (column.heading in wanted), "a line a column"


@pytest.mark.parametrize("columns", [80, 120])
def test_the_legend_has_a_line_a_column_at_usual_widths(columns, width, capsys):
    width(columns)
    print_leaderboard(runs(noise_share=0.12), columns="full")
    out = capsys.readouterr().out
    for column in COLUMNS:
        assert any(line.endswith(column.in_words) for line in out.splitlines())


def test_a_column_without_figures_is_left_out_and_zero_has_no_sign(width, capsys):
    width(200)
    print_leaderboard(runs(), columns="full")
    out = capsys.readouterr().out
    assert "noise" not in out
    assert "-0.0" not in out


def test_what_ranks_the_runs_is_shown_where_that_is_no_score(width, capsys):
    width(80)
    fast = runs().drop(columns=["oot_net", "oot_score", "oot_score_se", "stability_min"])
    print_leaderboard(fast.assign(ranked_by="silhouette_macro_common"))
    out = capsys.readouterr().out
    assert " macro " in out
    assert "0.325" in out


def test_why_a_run_is_not_eligible_is_said_below_the_table(width, capsys):
    width(80)
    skipped = [{"name": "kmeans k=900 log value", "reason": "300 customers are too few"}]
    print_leaderboard(runs(), skipped)
    out = capsys.readouterr().out
    assert "✗ kmeans k=9 standard value: smallest segment 0.10%, at least 2% needed" in out
    assert "✗ kmeans k=900 log value: skipped: 300 customers are too few" in out


@pytest.mark.parametrize(("n_eligible", "rows"), [(10, 20), (290, 10)])
def test_of_more_than_20_runs_the_best_ten_are_shown_and_the_others_counted(
    n_eligible, rows, width, capsys
):
    width(80)
    print_leaderboard(runs(n_eligible, 10), file="outputs/leaderboard.csv")
    out = capsys.readouterr().out
    assert out.count("0.401") == rows
    assert len(out.splitlines()) < 50
    assert "10 of" in out
    assert "runs are reused" in out
    assert "All runs with all figures: outputs/leaderboard.csv" in out
    if rows == 10:
        assert "Leaderboard, the best 10 of 300 runs" in out
        assert "10 of 300 runs are not eligible: 10 one tiny segment." in out


@pytest.mark.parametrize(("lead", "said"), [(-0.046, "better than"), (0.013, "more than")])
def test_the_verdict_says_whether_a_simple_sorting_would_do(lead, said, width, capsys):
    width(200)
    verdict = Verdict("0", "kmeans k=4", True, None, "oot_net", "It is chosen.", None, ())
    print_verdict(verdict, runs(oot_lead=lead))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "It is chosen."
    assert said in lines[1]
    assert "by revenue into as many groups" in lines[1]


def test_a_run_is_told_by_what_decides():
    told = run_in_words("kmeans k=4", FIGURES, ["stability_min 0.600, at least 0.75 needed"])
    assert told == (
        "kmeans k=4: score 0.401, ± 0.010, stable 0.79, smallest 17.50%; "
        "not eligible: stability_min 0.600, at least 0.75 needed"
    )
