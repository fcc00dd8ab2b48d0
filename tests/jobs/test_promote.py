"""From a chosen run to the champion, on the runs of a sweep over the made-up shop."""

import json
import subprocess
from pathlib import Path

import mlflow
import pandas as pd
import pytest

from segmentation.errors import UserError
from segmentation.jobs.promote import promote
from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.tracking.aliases import CHALLENGER, CHAMPION, PREVIOUS, aliased
from segmentation.tracking.recorded_runs import read_run
from segmentation.tracking.store import open_store
from tests.helpers.commands import command, environment, run_here

MODEL = "customer-segments"
STRICT, LAX = SelectionRules(max_reassigned=0.0), SelectionRules(max_reassigned=1.0)


@pytest.fixture
def shop(shop_with_champion):
    return open_store("sqlite:///mlflow.db", "customer-segments")


@pytest.fixture
def runs(shop):
    """Run ids by name; the champion's is left out."""
    found = shop.client.search_runs([shop.experiment_id], "tags.kind = 'segmentation'")
    champion = aliased(shop, MODEL, CHAMPION).run_id
    return {run.info.run_name: run.info.run_id for run in found if run.info.run_id != champion}


def row(shop, run_id, **changes):
    ranked = rank_runs(read_run(shop, run_id), SelectionRules()).iloc[0].copy()
    for name, value in changes.items():
        ranked[name] = value
    return ranked


def register(shop, run_id, rules=LAX, **options):
    return promote(shop, row(shop, run_id), rules, MODEL, command="register.py", **options)


def versions(shop):
    return {alias: aliased(shop, MODEL, alias) for alias in (CHAMPION, PREVIOUS, CHALLENGER)}


def numbers(shop):
    return {
        alias: None if version is None else int(version.version)
        for alias, version in versions(shop).items()
    }


def decision(shop, run_id):
    path = shop.client.download_artifacts(run_id, "decision.json")
    return json.loads(Path(path).read_text(encoding="utf-8"))


def test_the_first_champion_says_why_on_which_data_and_by_which_command(shop):
    champion = aliased(shop, MODEL, CHAMPION)
    run = shop.client.get_run(champion.run_id)
    assert f"{run.info.run_name} is the first champion" in champion.description
    assert champion.tags["decision"] == f"{run.info.run_name} is the first champion"
    assert champion.tags["data"] == "transactions"
    assert champion.tags["data_fingerprint"] == run.data.tags["data_fingerprint"]
    assert champion.tags["as_of"].startswith("2024-07")
    assert "train.py -m data=transactions" in champion.tags["command"]
    recorded = decision(shop, champion.run_id)
    assert recorded["decision"] == champion.tags["decision"]
    assert recorded["gate"] is None


def test_a_challenger_that_passes_takes_over_and_the_old_one_is_previous(shop, runs):
    run_id = next(iter(runs.values()))
    registration = register(shop, run_id)
    assert (registration.alias, registration.version) == (CHAMPION, "2")
    assert "replaces champion version 1" in registration.sentence
    assert numbers(shop) == {CHAMPION: 2, PREVIOUS: 1, CHALLENGER: None}
    version = aliased(shop, MODEL, CHAMPION)
    assert version.run_id == run_id
    assert version.tags["decision"] == registration.sentence
    assert decision(shop, run_id)["gate"]["reasons"] == []
    files = {file.path for file in shop.client.list_artifacts(run_id)}
    assert "customers.csv" in files


def refused(shop, runs):
    """A run that gives customers another name, refused by a gate that allows none to."""
    for run_id in runs.values():
        registration = register(shop, run_id, STRICT)
        if registration.alias == CHALLENGER:
            return run_id, registration
    raise AssertionError("every run names all customers alike")


def test_a_challenger_that_does_not_pass_waits_and_can_be_forced(shop, runs):
    run_id, registration = refused(shop, runs)
    standing = numbers(shop)
    assert standing[CHALLENGER] == int(registration.version) != standing[CHAMPION]
    assert "would change to a differently named segment" in registration.sentence
    assert "force=true overrules" in registration.sentence
    assert decision(shop, run_id)["gate"]["reasons"]
    forced = register(shop, run_id, STRICT, force=True)
    assert "by force" in forced.sentence
    assert numbers(shop) == {
        CHAMPION: int(forced.version),
        PREVIOUS: standing[CHAMPION],
        CHALLENGER: None,
    }
    version = aliased(shop, MODEL, CHAMPION)
    assert forced.sentence in version.description
    assert version.tags["decision"] == decision(shop, run_id)["decision"] == forced.sentence


def test_a_dry_run_says_what_would_be_and_does_nothing(shop, runs):
    before = numbers(shop)
    for run_id in runs.values():
        assert register(shop, run_id, dry=True).sentence.startswith("would be: ")
    assert numbers(shop) == before
    assert len(shop.client.search_model_versions(f"name = '{MODEL}'")) == 1


def test_the_champion_is_not_registered_twice(shop):
    registration = register(shop, aliased(shop, MODEL, CHAMPION).run_id)
    assert "already is the champion" in registration.sentence
    assert len(shop.client.search_model_versions(f"name = '{MODEL}'")) == 1


def test_a_run_that_is_not_eligible_needs_force_and_the_record_says_so(shop, runs):
    run_id = next(iter(runs.values()))
    bad = row(shop, run_id, eligible=False, ineligible_reason="smallest segment 0.27%")
    with pytest.raises(UserError, match=r"not eligible: smallest segment 0.27%.*force=true"):
        promote(shop, bad, LAX, MODEL, command="register.py")
    forced = promote(shop, bad, LAX, MODEL, command="register.py force=true", force=True)
    assert "by force: it is not eligible (smallest segment 0.27%)" in forced.sentence
    first = promote(shop, bad, LAX, "another", command="register.py force=true", force=True)
    assert "first champion by force: it is not eligible" in first.sentence


def test_the_parent_of_a_sweep_has_no_model(shop):
    (parent,) = shop.client.search_runs([shop.experiment_id], "tags.kind = 'sweep'")
    with pytest.raises(UserError, match="has no model; choose a finished run"):
        promote(shop, row(shop, parent.info.run_id), LAX, MODEL, command="", force=True)


def refitted(shop, shop_csv, monkeypatch):
    """The champion's own configuration, fitted anew with another seed."""
    champion = shop.client.get_run(aliased(shop, MODEL, CHAMPION).run_id)
    recorded = champion.data.params
    chosen = [f"{name}={recorded[name]}" for name in ("algorithm", "features", "k")]
    data = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none", "seed=7"]
    assert run_here(monkeypatch, *data, *chosen) == 0
    newest = shop.client.search_runs([shop.experiment_id], max_results=1)[0]
    assert newest.info.run_id != champion.info.run_id
    return newest.info.run_id


def test_segments_found_again_keep_their_names_in_what_the_new_version_predicts(
    shop, shop_csv, monkeypatch
):
    """Also when the champion's own names are not those that the vocabulary would give today."""
    uri = f"models:/{MODEL}@champion"
    champion = aliased(shop, MODEL, CHAMPION)
    other_names = rename_champion(shop)
    run_id = refitted(shop, shop_csv, monkeypatch)
    registration = register(shop, run_id, STRICT)
    assert registration.alias == CHAMPION, registration.sentence
    customers = pd.read_parquet(shop.client.download_artifacts(run_id, "customers.parquet"))
    mlflow.set_tracking_uri(shop.uri)
    predicted = mlflow.pyfunc.load_model(uri).predict(customers)
    assert set(predicted["name"]) == set(other_names.values())
    assert aliased(shop, MODEL, PREVIOUS).run_id == champion.run_id
    metadata = mlflow.models.get_model_info(uri).metadata
    assert {name["segment"]: name["name"] for name in metadata["segments"]} == other_names
    assert set(metadata["reference"]["counts"]["segments"]) == set(other_names.values())
    # the run has two models now, and the newest is the one that counts
    assert "already is" in register(shop, run_id, STRICT).sentence


def rename_champion(shop):
    """Give the champion's segments the names of one another, as a new version."""
    from segmentation.tracking.aliases import add_version, promote_version
    from segmentation.tracking.model_loading import load_logged_segmenter
    from segmentation.tracking.model_logging import log_model

    champion = aliased(shop, MODEL, CHAMPION)
    uri = f"models:/{MODEL}/{champion.version}"
    segmenter = load_logged_segmenter(uri)
    segments = sorted(set(segmenter.names_) - {-1})
    names = dict(
        zip(segments, [segmenter.names_[segment] for segment in segments[::-1]], strict=True)
    )
    segmenter.names_ |= names
    customers = pd.read_parquet(
        shop.client.download_artifacts(champion.run_id, "customers.parquet")
    )
    metadata = mlflow.models.get_model_info(uri).metadata
    renamed = log_model(shop, champion.run_id, segmenter, customers, metadata)
    version = add_version(shop, MODEL, champion.run_id, renamed, "renamed", {})
    assert promote_version(shop, MODEL, version, champion)
    return names


@pytest.mark.slow
def test_two_people_who_register_at_once_leave_the_aliases_whole(shop, runs):
    both = list(runs.values())[:2]
    processes = [
        subprocess.Popen(
            command(f"run_id={run_id}", "force=true", script="register.py"),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for run_id in both
    ]
    printed = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], printed
    standing = versions(shop)
    assert standing[CHAMPION].run_id in both
    assert standing[PREVIOUS].version != standing[CHAMPION].version
    for version in (standing[CHAMPION], standing[PREVIOUS]):
        assert shop.client.get_model_version(MODEL, version.version)
        mlflow.set_tracking_uri(shop.uri)
        mlflow.pyfunc.load_model(f"models:/{MODEL}/{version.version}")


def test_a_champion_of_public_data_gives_way_to_a_shop_of_ones_own(shop, runs):
    """Whoever tried the embedded data first must not have to overrule it."""
    shop.client.set_model_version_tag(MODEL, "1", "data", "complete_journey")
    registration = register(shop, next(iter(runs.values())), STRICT)
    assert registration.alias == CHAMPION
    assert "which segments other customers (complete_journey)" in registration.sentence
    assert numbers(shop) == {CHAMPION: 2, PREVIOUS: 1, CHALLENGER: None}


def test_a_champion_of_a_shop_does_not_give_way_to_public_data(shop, runs):
    run_id = next(iter(runs.values()))
    public = row(shop, run_id, data="complete_journey")
    registration = promote(shop, public, LAX, MODEL, command="train.py")
    assert registration.alias == CHALLENGER
    assert "tracking.model_name= keeps a champion for each" in registration.sentence
    forced = promote(shop, public, LAX, MODEL, command="train.py", force=True)
    assert forced.alias == CHAMPION
    assert numbers(shop)[PREVIOUS] == 1
