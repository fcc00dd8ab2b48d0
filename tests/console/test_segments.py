"""Segments on the terminal: a row each, within its width, and all of them counted."""

import re

import numpy as np
import pandas as pd
import pytest

from segmentation.console.segments import print_profile
from segmentation.console.terminal import console


@pytest.fixture
def width(monkeypatch):
    return lambda number: monkeypatch.setattr(console, "width", number)


def profile(n_segments: int, *, noise: bool = False) -> pd.DataFrame:
    """Segments of ever less revenue; noise stands first, as its number says."""
    numbers = [*([-1] if noise else []), *range(n_segments)]
    weights = np.array([1 + n_segments - max(number, 0) for number in numbers], dtype=float)
    return pd.DataFrame(
        {
            "segment": numbers,
            "name": ["noise" if n < 0 else f"casual, {n}th highest order value" for n in numbers],
            "customers": 523,
            "customer_share": 1 / len(numbers),
            "revenue": 1_000 * weights,
            "revenue_share": weights / weights.sum(),
            "revenue_median": 123_456.78,
            "orders_median": 12.0,
            "average_order_value_median": np.nan,
            "action": "keep informed",
        }
    )


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("n_segments", [2, 12, 20, 50])
def test_segments_fit_the_width_and_none_is_lost(columns, n_segments, width, capsys):
    width(columns)
    print_profile(profile(n_segments))
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= columns
    assert "…" not in out
    rows = re.findall(r"\b523\b", out)
    assert len(rows) == min(n_segments, 20)
    assert out.count("keep") == len(rows)
    shown = {"revenue": "123,456.78", "orders": "12.00", "average order value": "nan"}
    left_out = " ".join(out.partition("Left out at this width: ")[2].split())
    for feature, figure in shown.items():
        assert (figure in out) != (feature in left_out)


def test_of_more_than_20_those_of_the_highest_revenue_have_a_row_and_the_others_are_summed(
    width, capsys
):
    width(120)
    table = profile(50)
    print_profile(table)
    out = capsys.readouterr().out
    others = table.iloc[20:]
    (row,) = [line for line in out.splitlines() if "30 others" in line]
    assert f"{others['customers'].sum():,}" in row
    assert f"{others['revenue_share'].sum():.1%}" in row
    assert "20 of 50 segments have a row: those of the highest revenue." in out


def test_noise_stands_last(width, capsys):
    width(120)
    print_profile(profile(3, noise=True))
    rows = [line.split()[0] for line in capsys.readouterr().out.splitlines() if "523" in line]
    assert rows == ["casual,", "casual,", "casual,", "noise"]
