"""From a chosen run to the champion, on the runs of a sweep over the made-up shop."""

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import mlflow
import pandas as pd
import pytest

from segmentation.errors import UserError
from segmentation.jobs.promote import promote
from segmentation.jobs.register import customers_of
from segmentation.selection.judgement import Judgement
from segmentation.tracking.aliases import (
    CHALLENGER,
    CHAMPION,
    DRY,
    PREVIOUS,
    aliased,
    make_champion,
)
from segmentation.tracking.model_loading import load_version
from segmentation.tracking.recorded_run import read_run, recorded
from tests.helpers.commands import command, environment, run_here
from tests.helpers.promoted import LAX, STRICT, decision, numbers, refitted, register, versions
from tests.helpers.registry import MODEL


def files(shop, run_id):
    return {file.path for file in shop.client.list_artifacts(run_id)}


def test_the_first_champion_says_why_on_which_data_and_by_which_command(shop):
    champion = aliased(shop, MODEL, CHAMPION)
    run = read_run(shop, champion.run_id)
    assert f"{run.name} is the first champion" in champion.description
    assert champion.tags["decision"] == "first champion"
    assert champion.tags["data"] == "transactions"
    assert champion.tags["as_of"] == run.tags["as_of"][:10]
    promotion = read_run(shop, champion.tags["promotion_run"])
    assert (promotion.status, promotion.tags["kind"]) == ("FINISHED", "promotion")
    assert promotion.tags["training_run"] == run.run_id
    assert promotion.tags["model_name"] == MODEL
    recorded_decision = decision(shop, promotion.run_id)
    assert recorded_decision["decision"] == f"{run.name} is the first champion"
    assert "train.py -m data=transactions" in recorded_decision["command"]
    assert recorded_decision["gate"] is None


@pytest.mark.slow
def test_a_challenger_that_passes_takes_over_and_the_old_one_is_previous(
    shop, shop_csv, monkeypatch
):
    run = refitted(shop, shop_csv, monkeypatch)
    registration = register(shop, run)
    assert (registration.alias, registration.version) == (CHAMPION, "2")
    assert "replaces champion version 1" in registration.sentence
    assert numbers(shop) == {CHAMPION: 2, PREVIOUS: 1, CHALLENGER: None}
    version = aliased(shop, MODEL, CHAMPION)
    assert version.run_id == run.run_id
    assert version.tags["decision"] == "replaces 1"
    assert version.tags["promotion_run"] == registration.promotion_id
    gate = decision(shop, registration.promotion_id)["gate"]
    assert (gate["reasons"], gate["same_recipe"]) == ([], True)
    assert "customers.csv" in files(shop, registration.promotion_id)


@pytest.mark.slow
def test_the_customers_of_a_champion_are_listed_under_the_names_of_the_version(shop, runs):
    would_be = register(shop, runs[0], force=True, dry=True)
    registration = register(shop, runs[0], force=True)
    assert registration.changes == would_be.changes != ()
    told = decision(shop, registration.promotion_id)["gate"]["changes"]
    assert list(registration.changes) == told
    path = shop.client.download_artifacts(registration.promotion_id, "customers.csv")
    listed = pd.read_csv(path, dtype={"customer_id": str}).set_index("customer_id")
    names = load_version(shop, aliased(shop, MODEL, CHAMPION)).names_
    assert listed["segment_name"].tolist() == listed["segment"].map(names).tolist()
    assert listed["segment"].tolist() == runs[0].customers()["segment"].tolist()


@pytest.mark.slow
def test_a_run_does_not_change_when_it_is_registered(shop, runs):
    run = runs[0]
    before = files(shop, run.run_id)
    register(shop, run, force=True)
    marked = run.tags | {"champion": MODEL}
    assert read_run(shop, run.run_id) == replace(run, tags=marked)
    assert files(shop, run.run_id) == before


def refused(shop, runs):
    """A run that gives customers another name, refused by a gate that allows none to."""
    for run in runs:
        registration = register(shop, run, STRICT)
        if registration.alias == CHALLENGER:
            return run, registration
    raise AssertionError("every run names all customers alike")


@pytest.mark.slow
def test_a_challenger_that_does_not_pass_waits_and_can_be_forced(shop, runs):
    run, registration = refused(shop, runs)
    standing = numbers(shop)
    assert standing[CHALLENGER] == int(registration.version) != standing[CHAMPION]
    assert "would change to a differently named segment" in registration.sentence
    assert "force=true overrules" in registration.sentence
    assert decision(shop, registration.promotion_id)["gate"]["reasons"]
    forced = register(shop, run, STRICT, force=True)
    assert "by force" in forced.sentence
    assert numbers(shop) == {
        CHAMPION: int(forced.version),
        PREVIOUS: standing[CHAMPION],
        CHALLENGER: None,
    }
    version = aliased(shop, MODEL, CHAMPION)
    assert version.tags["decision"] == f"forced over {standing[CHAMPION]}"
    assert decision(shop, forced.promotion_id)["decision"] == forced.sentence
    # What was decided before stays on record.
    assert decision(shop, registration.promotion_id)["decision"] == registration.sentence


def test_a_dry_run_says_what_would_be_and_does_nothing(shop, runs):
    before = numbers(shop)
    for run in runs:
        registration = register(shop, run, dry=True)
        assert registration.sentence.startswith("would be: ")
        assert registration.promotion_id == ""
    assert numbers(shop) == before
    assert len(shop.client.search_model_versions(f"name = '{MODEL}'")) == 1


def test_the_champion_is_not_registered_twice(shop):
    champion = aliased(shop, MODEL, CHAMPION)
    registration = register(shop, read_run(shop, champion.run_id))
    assert "already is the champion" in registration.sentence
    assert registration.promotion_id == "", "nothing new to report"
    assert register(shop, read_run(shop, champion.run_id), dry=True).version == DRY
    assert len(shop.client.search_model_versions(f"name = '{MODEL}'")) == 1


def test_a_run_that_is_not_eligible_needs_force_and_the_record_says_so(shop, runs):
    bad = {"run": runs[0], "reasons": ["smallest segment 0.27%"]}
    with pytest.raises(
        UserError, match=r"may not be registered: smallest segment 0.27%.*force=true"
    ):
        register(shop, **bad)
    forced = register(shop, **bad, force=True)
    assert "by force: smallest segment 0.27%" in forced.sentence
    first = register(shop, **bad, model="another", force=True)
    assert "first champion by force: smallest segment 0.27%" in first.sentence


def test_the_parent_of_a_sweep_has_no_model(shop):
    (parent,) = shop.client.search_runs([shop.experiment_id], "tags.kind = 'sweep'")
    with pytest.raises(UserError, match="has no model; choose a finished run"):
        register(shop, recorded(shop, parent), force=True)


def test_customers_are_only_read_where_there_is_something_to_compare(shop, runs):
    def never():
        raise AssertionError("nobody to compare with")

    first = promote(shop, runs[0], Judgement(LAX), "another", never, command="register.py")
    assert (first.alias, first.version) == (CHAMPION, "1")


@pytest.mark.slow
def test_a_champion_that_is_replaced_meanwhile_is_met_again(shop, runs, monkeypatch):
    """The decision is made anew against whoever is the champion then."""
    register(shop, runs[0], force=True)
    answers = iter([False])

    def beaten_once(*arguments):
        return next(answers, None) is None and make_champion(*arguments)

    monkeypatch.setattr("segmentation.jobs.promote.make_champion", beaten_once)
    before = known(shop)
    registration = register(shop, runs[1], force=True)
    assert registration.alias == CHAMPION
    assert "replaces champion version 2" in registration.sentence
    added = known(shop) - before
    assert len(added) == 2, "one version and one promotion: the beaten ones are taken back"


@pytest.mark.slow
def test_a_version_that_was_there_before_keeps_what_it_said_when_it_is_beaten(
    shop, runs, monkeypatch
):
    waiting, _ = refused(shop, runs)
    before = versions(shop)[CHALLENGER]
    monkeypatch.setattr("segmentation.jobs.promote.make_champion", lambda *_: False)
    register(shop, waiting, force=True)
    standing = versions(shop)[CHALLENGER]
    assert standing.version == before.version
    promoted = shop.client.search_runs([shop.experiment_id], "tags.kind = 'promotion'")
    assert standing.tags["promotion_run"] in {run.info.run_id for run in promoted}


def known(shop):
    """Versions and promotions that are there."""
    found = shop.client.search_model_versions(f"name = '{MODEL}'")
    promoted = shop.client.search_runs([shop.experiment_id], "tags.kind = 'promotion'")
    return {version.version for version in found} | {run.info.run_id for run in promoted}


@pytest.mark.slow
def test_who_is_beaten_every_time_waits_as_challenger_and_says_why(shop, runs, monkeypatch):
    monkeypatch.setattr("segmentation.jobs.promote.make_champion", lambda *_: False)
    before = known(shop)
    registration = register(shop, runs[0], force=True)
    assert registration.alias == CHALLENGER
    assert "others replaced the champion 3 times while it was compared" in registration.sentence
    assert numbers(shop)[CHAMPION] == 1
    assert len(known(shop) - before) == 2
    version = versions(shop)[CHALLENGER]
    assert version.tags["decision"] == "challenger, overtaken"
    assert "replaces" not in version.description


@pytest.mark.slow
def test_a_run_equal_to_that_of_the_champion_registers_nothing(shop, shop_csv, monkeypatch):
    champion = read_run(shop, aliased(shop, MODEL, CHAMPION).run_id)
    chosen = [f"{name}={champion.params[name]}" for name in ("algorithm", "features", "k")]
    data = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none"]
    before = known(shop)
    assert run_here(monkeypatch, *data, *chosen, "reuse=false") == 0
    newest = recorded(shop, shop.client.search_runs([shop.experiment_id], max_results=1)[0])
    assert newest.run_id != champion.run_id
    assert "already is the champion, version 1" in register(shop, newest).sentence
    assert known(shop) == before


@pytest.mark.slow
def test_two_people_who_register_at_once_leave_the_aliases_whole(shop, runs):
    both = [run.run_id for run in runs[:2]]
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


def with_customers(shop, run, ids):
    """Keep customers of such ids with a run, in place of its own."""
    customers = run.customers()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "customers.parquet"
        others = pd.Index([f"{ids}{id_}" for id_ in customers.index], name="customer_id")
        customers.set_axis(others).to_parquet(file)
        shop.client.log_artifact(run.run_id, str(file))


def test_a_champion_of_public_data_gives_way_to_a_shop_of_ones_own(shop, runs):
    """Whoever tried the embedded data first must not have to overrule it."""
    shop.client.set_model_version_tag(MODEL, "1", "data", "complete_journey")
    with_customers(shop, read_run(shop, aliased(shop, MODEL, CHAMPION).run_id), "household ")
    registration = register(shop, runs[0], STRICT)
    assert registration.alias == CHAMPION
    assert "which segments other customers (complete_journey, 0% in" in registration.sentence
    assert numbers(shop) == {CHAMPION: 2, PREVIOUS: 1, CHALLENGER: None}


def test_a_champion_does_not_give_way_to_another_shop_whatever_its_data_are_called(shop, runs):
    """Two shops are both ``transactions``."""
    with_customers(shop, runs[0], "other ")
    registration = register(shop, read_run(shop, runs[0].run_id))
    assert registration.alias == CHALLENGER
    assert "which segments other customers (transactions, 0% in common)" in registration.sentence
    (own,) = registration.changes
    assert f"register.py run_id={runs[0].run_id} tracking.model_name={MODEL}-2; then" in own
    forced = register(shop, runs[0], force=True)
    assert forced.alias == CHAMPION
    assert numbers(shop)[PREVIOUS] == 1


def test_the_same_shop_is_compared_whatever_its_data_are_called(shop, runs):
    shop.client.set_model_version_tag(MODEL, "1", "data", "online_retail")
    registration = register(shop, runs[0])
    assert decision(shop, registration.promotion_id)["gate"] is not None


def test_a_feature_that_cannot_be_measured_any_more_is_a_gap(shop, runs):
    """The champion needs it, and the customers of the new run do not have it."""

    def without_recency():
        customers = customers_of(runs[0], None)
        return replace(customers, table=customers.table.drop(columns="recency_days"))

    registration = promote(
        shop, runs[0], Judgement(LAX), MODEL, without_recency, command="register.py"
    )
    assert registration.alias == CHALLENGER
    assert "the champion needs recency_days, which the data does not allow" in registration.sentence
