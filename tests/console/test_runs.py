"""What the terminal shows of runs: never cut, whatever its width."""

import re

import numpy as np
import pandas as pd
import pytest

from segmentation.console.runs import print_leaderboard, print_profile, print_verdict
from segmentation.console.terminal import console
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
}


@pytest.fixture
def width(monkeypatch):
    return lambda number: monkeypatch.setattr(console, "width", number)


def runs(**figures: float) -> pd.DataFrame:
    row = {"name": "kmeans k=4 log value", "reused": False, "eligible": True} | FIGURES | figures
    other = row | {"name": "kmeans k=9 standard value", "reused": True, "eligible": False}
    table = pd.DataFrame([row | {"noise_share": 0.0}, other | {"noise_share": 0.0}])
    return table.assign(ineligible_reason=["", "smallest segment 0.10%, at least 2% needed"])


def profile(n_segments: int) -> pd.DataFrame:
    names = [f"casual, {place}th highest order value" for place in range(n_segments)]
    figures = {"customers": 523, "customer_share": 0.212, "revenue_share": 0.146}
    figures |= {"revenue_median": 123_456.78, "average_order_value_median": np.nan}
    return pd.DataFrame([figures | {"name": name, "action": "keep informed"} for name in names])


@pytest.mark.parametrize("columns", [60, 80, 100, 120, 200])
def test_a_leaderboard_is_never_cut(columns, width, capsys):
    width(columns)
    print_leaderboard(runs())
    table, _, below = capsys.readouterr().out.partition("net: oot_score less")
    assert "…" not in table
    assert max(map(len, table.splitlines())) <= columns
    assert "kmeans k=9 standard value (reused)" in table
    left_out = re.findall(r"[a-z0-9_]+", below.partition("Not shown at this width: ")[2])
    texts = {"stability_min": "0.79", "silhouette": "silh.", "oot_net": "0.361", "null_z": "z"}
    for metric, text in texts.items():
        assert (text in re.split(r"\s+", table)) != (metric in left_out)
    assert "✗ kmeans k=9 standard value: smallest segment 0.10%" in below


def test_a_column_without_figures_is_left_out_and_zero_has_no_sign(width, capsys):
    width(200)
    print_leaderboard(runs())
    out = capsys.readouterr().out
    assert "noise" not in out
    assert "-0.0" not in out
    print_leaderboard(runs().assign(noise_share=[0.0, 0.12]))
    assert "12.0%" in capsys.readouterr().out


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("n_segments", [2, 12])
def test_a_profile_is_never_cut(columns, n_segments, width, capsys):
    width(columns)
    print_profile(profile(n_segments))
    out = capsys.readouterr().out
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= columns
    assert out.count("123,456.78") == out.count("523") == n_segments


@pytest.mark.parametrize(("lead", "said"), [(-0.046, "better than"), (0.013, "more than")])
def test_the_verdict_says_whether_a_simple_sorting_would_do(lead, said, capsys):
    verdict = Verdict("1", "kmeans k=4", True, None, "oot_net", "It is chosen.", None, ())
    print_verdict(verdict, runs(oot_lead=lead).assign(run_id=["1", "2"]))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "It is chosen."
    assert said in lines[1]
    assert "by revenue into as many groups" in lines[1]
