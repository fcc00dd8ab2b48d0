"""What a user sees of a whole sweep: few lines, each within the width, results apart."""

import pytest

from segmentation.console.terminal import console
from tests.helpers.commands import run_here

COPIED = ("  ", "All runs", "The report", "The list", "models:/")
"""What lines begin with that are copied, and never broken."""


@pytest.fixture
def sweep(shop_csv, workplace, monkeypatch, capsys):
    def run(width, *typed):
        monkeypatch.setattr(console, "width", width)
        shop = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none"]
        capsys.readouterr()
        assert run_here(monkeypatch, "-m", *shop, *typed) == 0
        return capsys.readouterr()

    return run


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.slow
def test_a_sweep_fits_the_width_and_standard_output_has_results_only(sweep, width):
    shown = sweep(width, "k=2,3")
    for line in shown.out.splitlines():
        assert len(line) <= width or line.startswith(COPIED), line
    assert "running 2 configurations" not in shown.out
    assert "reading" not in shown.out
    assert "1 of 2  kmeans k=2 log value: " in shown.err
    assert "Leaderboard" not in shown.err
    boards = [line for line in shown.out.splitlines() if line.endswith("leaderboard.csv")]
    assert len(boards) == 1


@pytest.mark.slow
def test_a_sweep_of_many_runs_has_few_lines(sweep):
    shown = sweep(80, "k=range(2,5)", "seed=range(0,7)", "leaderboard.by_seed=true")
    assert "Leaderboard, the best 10 of 21 runs" in shown.out
    assert len(shown.out.splitlines()) < 80
    assert "running 21 configurations …" in shown.err
    assert len(shown.err.splitlines()) < 10


@pytest.mark.slow
def test_the_full_leaderboard_is_an_option(sweep):
    assert " silh. " not in sweep(200, "k=2,3").out
    assert " silh. " in sweep(200, "k=2,3", "leaderboard=full").out
