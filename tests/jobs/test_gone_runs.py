"""Runs that were deleted, or removed for good by ``mlflow gc``: checked before, or one line."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from mlflow.cli import gc

from segmentation.tracking.aliases import CHAMPION, PREVIOUS
from segmentation.tracking.store import absolute_uri
from tests.helpers.commands import (
    active_runs,
    child_runs,
    client,
    parent_runs,
    run_here,
    without_progress,
)
from tests.helpers.registry import aliases, version

LAX = "selection.max_reassigned=1"


@pytest.fixture
def others(shop_with_champion):
    """Runs of the sweep that are not the champion."""
    return [
        run.info.run_id
        for run in child_runs(parent_runs()[0])
        if run.info.run_id != version(CHAMPION).run_id
    ]


def remove(*run_ids):
    for run_id in run_ids:
        client().delete_run(run_id)
    store = absolute_uri("sqlite:///mlflow.db")
    options = ["--backend-store-uri", store, "--tracking-uri", store]
    done = CliRunner().invoke(gc, [*options, "--run-ids", ",".join(run_ids)])
    assert done.exit_code == 0, done.output


def warnings(captured):
    assert "Traceback" not in captured.out + captured.err
    return [line for line in captured.out.splitlines() if line.startswith("warning: ")]


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["the run", "its promotion", "both"])
def test_back_to_a_version_whose_run_is_gone(register, others, capsys, gone):
    assert register(f"run_id={others[0]}", "force=true") == 0
    old = version(PREVIOUS)
    ids = {"the run": [old.run_id], "its promotion": [old.tags["promotion_run"]]}
    remove(*ids.get(gone, [*ids["the run"], *ids["its promotion"]]))
    capsys.readouterr()
    assert register("rollback=true") == 0
    captured = capsys.readouterr()
    assert aliases() == {CHAMPION: 1, PREVIOUS: 2}
    assert "rolled back from version 2 to version 1" in captured.out
    assert "models:/customer-segments@champion is version 1" in captured.out
    (line,) = warnings(captured)
    assert "report" in line
    returned = client().get_run(version(CHAMPION).tags["rolled_back_in"])
    assert returned.info.status == "FINISHED"


@pytest.mark.slow
def test_no_way_back_to_a_version_whose_model_is_gone(register, others, capsys):
    assert register(f"run_id={others[0]}", "force=true") == 0
    model_id = version(PREVIOUS).source.rpartition("/")[2]
    client().delete_logged_model(model_id)
    folder = client().get_run(version(PREVIOUS).run_id).info.artifact_uri
    remove_model(folder, model_id)
    before = len(active_runs())
    capsys.readouterr()
    assert register("rollback=true") == 2
    error = without_progress(capsys.readouterr().err).strip()
    assert error.count("\n") == 0
    assert "version 1 of 'customer-segments' cannot be loaded" in error
    assert aliases() == {CHAMPION: 2, PREVIOUS: 1}
    assert len(active_runs()) == before


def remove_model(artifacts, model_id):
    """What gc does to the files of a deleted model."""
    root = Path(artifacts.removeprefix("file://")).parents[1]
    shutil.rmtree(root / "models" / model_id)


@pytest.mark.slow
def test_a_run_whose_parent_is_gone_can_be_registered(register, others, capsys):
    (parent,) = parent_runs()
    remove(parent.info.run_id)
    capsys.readouterr()
    # The customers lay with the parent.
    assert register(f"run_id={others[0]}", LAX) == 2
    assert "data.path=" in capsys.readouterr().err
    assert aliases() == {CHAMPION: 1}
    assert register(f"run_id={others[0]}", "force=true", f"data.path={Path.cwd()}/orders.csv") == 0
    captured = capsys.readouterr()
    assert warnings(captured) == []
    assert aliases() == {CHAMPION: 2, PREVIOUS: 1}
    assert register(f"run_id={others[1]}", "tracking.model_name=another") == 0
    assert warnings(capsys.readouterr()) == []


@pytest.mark.slow
def test_a_champion_whose_run_is_gone_is_replaced_by_force_only(register, others, capsys):
    remove(version(CHAMPION).run_id)
    capsys.readouterr()
    assert register(f"run_id={others[0]}", LAX) == 0
    captured = capsys.readouterr()
    assert warnings(captured) == []
    assert "so that nobody knows whether they are of one shop" in captured.out
    assert register(f"run_id={others[0]}", LAX, "force=true") == 0
    assert aliases() == {CHAMPION: 2, PREVIOUS: 1}


@pytest.mark.slow
def test_a_sweep_goes_on_without_a_reused_run_that_is_gone(
    register, others, monkeypatch, capsys, shop_with_champion
):
    options = ["evaluation=fast", "plots=none", "features=rfm"]
    shop = ["data=transactions", f"data.path={shop_with_champion / 'orders.csv'}"]
    assert run_here(monkeypatch, "-m", *shop, *options, "k=2,3,4") == 0
    capsys.readouterr()
    remove(others[0])
    assert register("tracking.model_name=another") == 0
    captured = capsys.readouterr()
    (line,) = warnings(captured)
    assert others[0] in line
    assert "is the first champion" in captured.out


def test_a_run_that_is_deleted_is_not_registered(register, others, capsys):
    client().delete_run(others[0])
    capsys.readouterr()
    assert register(f"run_id={others[0]}", LAX) == 2
    error = without_progress(capsys.readouterr().err).strip()
    assert error.count("\n") == 0
    assert f"mlflow runs restore --run-id {others[0]}" in error
    assert aliases() == {CHAMPION: 1}
