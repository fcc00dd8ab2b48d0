"""Runs say how they ended, and the process that launched them prints it."""

from dataclasses import replace

import pytest

from segmentation.jobs.run_notes import WARNED, RunsUnderWay, tell
from segmentation.jobs.shared_customers import Sweep
from segmentation.settings.sweep_folder import FOLDER_VARIABLE


@pytest.fixture
def sweep(tmp_path, monkeypatch):
    folder = tmp_path / "shared"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return Sweep("parent", folder, 3)


def test_each_run_is_noted_once_on_standard_error_and_counted(sweep, capsys):
    under_way = RunsUnderWay(sweep)
    assert under_way.doing == "running 3 configurations"
    assert under_way.status() == "0 of 3 done"
    tell(sweep, "warning: kmeans k=2 goes without a null", WARNED)
    tell(sweep, "kmeans k=2: score 0.2; eligible")
    said = under_way.status()
    assert said.startswith("1 of 3 done, about ")
    assert said == under_way.status() or said.startswith("1 of 3 done")
    tell(sweep, "kmeans k=3: failed: no")
    tell(sweep, "kmeans k=4: skipped: few")
    assert under_way.status() == "3 of 3 done"
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        "warning: kmeans k=2 goes without a null",
        "1 of 3  kmeans k=2: score 0.2; eligible",
        "2 of 3  kmeans k=3: failed: no",
        "3 of 3  kmeans k=4: skipped: few",
    ]


def test_of_more_than_20_runs_none_has_a_line(sweep, capsys):
    many = replace(sweep, n_runs=21)
    tell(many, "kmeans k=2: eligible")
    assert RunsUnderWay(many).status().startswith("1 of 21 done")
    assert capsys.readouterr().err == ""


def test_a_run_on_another_host_speaks_for_itself(sweep, tmp_path, capsys):
    tell(replace(sweep, folder=tmp_path / "of-this-host"), "kmeans k=2: eligible")
    assert capsys.readouterr().err == "kmeans k=2: eligible\n"
    assert RunsUnderWay(sweep).status() == "0 of 3 done"
