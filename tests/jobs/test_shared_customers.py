"""Customers that are measured once for all runs of a sweep."""

import sys
import tempfile
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from segmentation.customers.measured import MeasuringPlan
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from segmentation.jobs.shared_customers import (
    Sweep,
    current_sweep,
    keep_customers,
    measured_name,
    shared_customers,
)
from segmentation.tracking.recording import create_run


@pytest.fixture
def settings(shop_csv):
    """What sharing reads of the settings of a run, and how often the lines were read."""
    read = partial(transactions, shop_csv)
    times = []

    def counted():
        times.append(1)
        return read()

    def make(*horizon_shares, log_customers=True, **measured_by):
        plan = MeasuringPlan(counted, CleaningRules(), horizon_shares=horizon_shares)
        tracking = SimpleNamespace(log_customers=log_customers)
        values = {"data": {"path": str(shop_csv)}} | measured_by
        return SimpleNamespace(measuring=plan, measured_by=values, tracking=tracking)

    make.times = times
    return make


def test_without_variables_a_job_is_alone():
    assert current_sweep() == Sweep(None, None)


def test_a_job_learns_of_its_sweep_from_the_environment(monkeypatch, tmp_path):
    for name, value in {
        "PARENT_RUN": "4f2a",
        "SWEEP_FOLDER": str(tmp_path),
        "SWEEP_RUNS": "6",
    }.items():
        monkeypatch.setenv(f"SEGMENTATION_{name}", value)
    assert current_sweep() == Sweep("4f2a", tmp_path, 6)


@pytest.mark.slow
def test_the_second_run_reads_what_the_first_measured(settings, tmp_path):
    sweep = Sweep("4f2a", tmp_path / "shared")
    first, second = (shared_customers(sweep, settings(0.25)) for _ in range(2))
    assert len(settings.times) == 1
    assert first.table.equals(second.table)
    assert second.pasts_of(0.25)


def test_a_run_that_needs_no_past_takes_what_is_there(settings, tmp_path):
    sweep = Sweep("4f2a", tmp_path / "shared")
    shared_customers(sweep, settings(0.25))
    shared_customers(sweep, settings())
    assert len(settings.times) == 1


@pytest.mark.slow
def test_a_past_that_is_not_there_is_measured(settings, tmp_path):
    sweep = Sweep("4f2a", tmp_path / "shared")
    shared_customers(sweep, settings())
    assert shared_customers(sweep, settings(0.25)).pasts_of(0.25)


@pytest.mark.slow
def test_other_cleaning_is_measured_for_itself(settings, tmp_path):
    sweep = Sweep("4f2a", tmp_path / "shared")
    shared_customers(sweep, settings())
    shared_customers(sweep, settings(cleaning={"duplicates": False}))
    assert len(settings.times) == 2
    assert measured_name(settings()) != measured_name(settings(cleaning={"duplicates": False}))


def test_a_folder_that_cannot_be_written_is_one_line(settings, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"cannot be written .*set hydra\.sweep\.dir"):
        shared_customers(Sweep("4f2a", tmp_path / "file" / "shared"), settings())


def test_a_sweep_keeps_its_customers_once(settings, store, shop_customers, tmp_path):
    sweep = Sweep(create_run(store, "sweep", {}), tmp_path)
    run_id = create_run(store, "a run", {}, sweep.parent_id)
    places = {keep_customers(store, sweep, settings(), shop_customers, run_id) for _ in range(2)}
    assert places == {f"{sweep.parent_id}:measured_customers/{measured_name(settings())}"}
    assert store.client.list_artifacts(run_id) == []


def test_a_run_alone_keeps_them_itself_and_nobody_does_where_they_are_private(
    settings, store, shop_customers, tmp_path
):
    run_id = create_run(store, "a run", {})
    alone = Sweep(None, None)
    place = keep_customers(store, alone, settings(), shop_customers, run_id)
    assert place.startswith(f"{run_id}:")
    private = settings(log_customers=False)
    for sweep in (alone, replace(alone, parent_id=run_id, folder=tmp_path)):
        assert keep_customers(store, sweep, private, shop_customers, run_id) is None


def test_a_host_that_does_not_see_the_folder_of_the_sweep_measures_once(
    settings, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("SEGMENTATION_PARENT_RUN", "4f2a")
    monkeypatch.setenv("SEGMENTATION_SWEEP_FOLDER", "/of/another/host/shared")
    first, second = (shared_customers(current_sweep(), settings()) for _ in range(2))
    assert len(settings.times) == 1
    assert first.table.equals(second.table)
    assert [folder.name for folder in tmp_path.iterdir()] == ["segmentation-4f2a"]
    if sys.platform != "win32":
        assert (tmp_path / "segmentation-4f2a" / "shared").stat().st_mode & 0o077 == 0
