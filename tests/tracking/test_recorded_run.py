"""The one door to what a run stored, on the runs of a sweep over the made-up shop."""

import tempfile
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from mlflow.exceptions import MlflowException

from segmentation.errors import UserError
from segmentation.tracking.full_disks import local_folder
from segmentation.tracking.recorded_run import (
    DATA_REPORT_FILE,
    PROFILE_FILE,
    RULES_TEXT_FILE,
    read_run,
)
from segmentation.tracking.recording import create_run, log_values
from segmentation.tracking.store import open_store


@pytest.fixture
def shop(shop_with_champion):
    return open_store("sqlite:///mlflow.db", "customer-segments")


@pytest.fixture
def champion(shop):
    version = shop.client.get_model_version_by_alias("customer-segments", "champion")
    return read_run(shop, version.run_id)


def test_facts_are_there_at_once_and_cannot_be_changed(champion):
    assert (champion.name, champion.status) == ("kmeans k=3 log rfm", "FINISHED")
    assert (champion.data, champion.degenerate) == ("transactions", "")
    assert champion.params["k"] == "3"
    assert champion.metrics["n_segments"] == 3
    assert champion.seconds > 0
    with pytest.raises(FrozenInstanceError):
        champion.name = "another"


def test_customers_profile_and_estimator_agree(champion):
    customers, profile = champion.customers(), champion.profile()
    assert customers.index.name == "customer_id"
    assert customers["segment"].value_counts().sort_index().tolist() == list(profile["customers"])
    segmenter = champion.segmenter()
    features = customers[list(segmenter.feature_names_in_)]
    np.testing.assert_array_equal(segmenter.predict(features), customers["segment"])
    assert profile["name"].tolist() == [segmenter.names_[each] for each in profile["segment"]]


def test_what_the_sweep_measured_is_found_from_its_run(champion):
    measured = champion.measured()
    assert measured.report.fingerprint == champion.tags["data_fingerprint"]
    assert measured.as_of.isoformat() == champion.tags["as_of"]
    customers = champion.customers()
    assert measured.table.index.tolist() == customers.index.tolist()
    assert {"products", "return_share"} <= set(measured.table), "more than the run clustered on"
    assert measured.table["revenue"].tolist() == customers["revenue"].tolist()


def test_measured_customers_that_are_gone_are_none(shop, champion):
    log_values(shop, champion.run_id, tags={"measured_in": "0123456789abcdef:nowhere"})
    assert read_run(shop, champion.run_id).measured() is None


def test_what_lies_here_is_read_where_it_lies_and_not_copied(shop, champion, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    artifacts = local_folder(shop.client.get_run(champion.run_id).info.artifact_uri)
    assert champion.file(PROFILE_FILE) == artifacts / PROFILE_FILE
    assert len(champion.customers()) == len(champion.measured().table)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("beside", ["../secret.csv", "{workplace}/secret.csv"])
def test_a_path_that_leads_out_of_the_artifacts_is_read_from_nowhere(shop, champion, beside):
    artifacts = local_folder(shop.client.get_run(champion.run_id).info.artifact_uri)
    for place in (artifacts.parent / "secret.csv", Path("secret.csv")):
        place.write_text("personal")
    with pytest.raises((MlflowException, OSError)):
        champion.file(beside.format(workplace=Path.cwd()))


def test_texts_and_values_of_artifacts(champion):
    assert champion.configuration()["k"] == 3
    assert champion.values(DATA_REPORT_FILE)["customers"] == 300
    assert len(champion.text(RULES_TEXT_FILE).splitlines()) >= 3
    assert champion.pictures() == {}, "the sweep was told to draw none"


def test_a_run_that_failed_early_has_nothing_to_give(store):
    run = read_run(store, create_run(store, "a run", {}))
    assert (run.status, run.seconds, run.data, run.parent_id) == ("RUNNING", 0, "", None)
    assert run.customers() is None
    assert run.measured() is None
    assert run.pictures() == {}
    with pytest.raises(UserError, match=r"run 'a run' .* has no model; choose a finished run"):
        _ = run.model_uri


def test_a_run_that_does_not_exist_is_one_line(store):
    with pytest.raises(UserError, match=r"run_id='0123' is not in sqlite:.*; take a run id from"):
        read_run(store, "0123")
