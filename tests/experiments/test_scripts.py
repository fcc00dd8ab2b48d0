"""The scripts that are no sweeps print whole tables, here of little."""

import sys

import pytest

from experiments import not_told_apart, null_size


@pytest.fixture
def printed(monkeypatch, capsys):
    def run(script, little, *arguments):
        for name, value in little.items():
            monkeypatch.setattr(script, name, value)
        monkeypatch.setattr(sys, "argv", [script.__name__, *arguments])
        script.main()
        tables = capsys.readouterr().out.split("\n\n")
        return [[row.count("|") for row in table.splitlines()] for table in tables]

    return run


def require_whole(table, rows):
    heading, _, *body = table
    assert len(body) == rows
    assert set(body) == {heading}


@pytest.mark.slow
@pytest.mark.executes(r"-m experiments\.hdbscan_separation( --transactions \S+)?")
def test_hdbscan_separation(printed, shop_csv):
    script = pytest.importorskip("experiments.hdbscan_separation")
    little = {"SEPARATIONS": (6.0,), "SEEDS": 1}
    planted, real = printed(script, little, "--transactions", str(shop_csv))
    require_whole(planted, len(script.SETTINGS))
    require_whole(real, len(script.REAL))


@pytest.mark.slow
@pytest.mark.executes(r"-m experiments\.null_size")
def test_null_size(printed):
    (table,) = printed(null_size, {"SHOPS": {300: 1}})
    together = {features for _, features in null_size.CASES}
    require_whole(table, len(null_size.CASES) + len(together))


@pytest.mark.slow
@pytest.mark.executes(r"-m experiments\.not_told_apart( --transactions \S+)?")
def test_not_told_apart(printed, shop_csv):
    little = {"SEGMENTS": range(2, 4), "FEATURES": ("value",), "SEEDS": (42,), "SPLITS": 1}
    seeds, halves = printed(not_told_apart, little, "--transactions", str(shop_csv))
    require_whole(seeds, len(not_told_apart.RULES))
    require_whole(halves, len(not_told_apart.RULES))
