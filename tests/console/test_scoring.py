"""What the terminal shows of campaigns and control groups, in 80 columns."""

from datetime import datetime

import pytest

from segmentation.console.scoring import print_campaign, print_holdout
from segmentation.console.terminal import console
from segmentation.evaluation.two_groups import Difference
from segmentation.segments.campaign import MEASURES, ORDERS, RETURN, Effect
from segmentation.segments.holdout import ControlGroup

LONG = "at risk, higher order value"


@pytest.fixture
def width(monkeypatch):
    return lambda number: monkeypatch.setattr(console, "width", number)


def test_a_campaign_fits_eighty_columns(width, capsys):
    width(80)
    large, small = Difference(234.56, -1_000.25, 1_345.67), Difference(-0.123, -0.456, 0.234)
    values = {RETURN: (0.5, 0.623, small), ORDERS: (12.5, 12.6, small)}
    found = [
        Effect(name, measure, 123_456, 12_345, *values.get(measure, (1_234.5, 1_000.0, large)))
        for measure in MEASURES
        for name in (LONG, "[bold]loyal[/]")
    ]
    print_campaign(found, datetime(2024, 5, 1), datetime(2024, 8, 1), 1_234)
    out = capsys.readouterr().out
    tables = [line for line in out.splitlines() if not line.startswith(("Each", "Cannot"))]
    assert max(map(len, tables)) <= 80
    assert "…" not in out
    assert out.count("to +1,346)") == 2, "no row is broken"
    assert f"Cannot be told apart: {LONG}; [bold]loyal[/]." in out
    assert "[bold]loyal[/]" in out
    assert "1,234 customers who bought are not in the list" in out


def test_a_control_group_that_teaches_nothing_is_warned_about(width, capsys):
    width(80)
    print_holdout([ControlGroup(LONG, 1_234_567, 123_456, 0.5, 0.004)])
    assert "warning" not in capsys.readouterr().out
    print_holdout([ControlGroup(LONG, 10, 1, 0.5, None)])
    out = capsys.readouterr().out
    table, warning = out.split("warning: ")
    assert max(map(len, table.splitlines())) <= 80
    warning = " ".join(warning.split())
    assert warning.startswith(f"too few customers to learn anything about {LONG}: even a rise")
