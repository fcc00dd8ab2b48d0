"""From a chosen run to the champion, on the runs of a sweep over the made-up shop."""

import json
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
from segmentation.jobs.roll_back import roll_back
from segmentation.selection.guards import SelectionRules
from segmentation.selection.judgement import Judgement
from segmentation.tracking.aliases import (
    CHALLENGER,
    CHAMPION,
    DRY,
    PREVIOUS,
    add_version,
    aliased,
    make_champion,
)
from segmentation.tracking.model_loading import load_version, model_metadata
from segmentation.tracking.model_logging import log_model
from segmentation.tracking.recorded_run import read_run, recorded
from segmentation.tracking.store import open_store
from tests.helpers.commands import command, environment, run_here

MODEL = "customer-segments"
STRICT, LAX = SelectionRules(max_reassigned=0.0), SelectionRules(max_reassigned=1.0)


@pytest.fixture
def shop(shop_with_champion):
    return open_store("sqlite:///mlflow.db", "customer-segments")


@pytest.fixture
def runs(shop):
    """The runs of the sweep; the champion's is left out."""
    found = shop.client.search_runs([shop.experiment_id], "tags.kind = 'segmentation'")
    champion = aliased(shop, MODEL, CHAMPION).run_id
    return [recorded(shop, run) for run in found if run.info.run_id != champion]


def register(shop, run, rules=LAX, reasons=(), model=MODEL, **options):
    def customers():
        return customers_of(run, None)

    return promote(
        shop,
        run,
        Judgement(rules, tuple(reasons)),
        model,
        customers,
        command="register.py",
        **options,
    )


def versions(shop):
    return {alias: aliased(shop, MODEL, alias) for alias in (CHAMPION, PREVIOUS, CHALLENGER)}


def numbers(shop):
    return {
        alias: None if version is None else int(version.version)
        for alias, version in versions(shop).items()
    }


def decision(shop, promotion_id):
    path = shop.client.download_artifacts(promotion_id, "decision.json")
    return json.loads(Path(path).read_text(encoding="utf-8"))


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


def test_a_run_does_not_change_when_it_is_registered(shop, runs):
    run = runs[0]
    before = files(shop, run.run_id)
    register(shop, run, force=True)
    marked = run.tags | {"champion": MODEL}
    assert read_run(shop, run.run_id) == replace(run, tags=marked)
    assert files(shop, run.run_id) == before


def test_the_tags_of_a_version_are_short_enough_for_the_list_of_the_registry(shop, runs):
    register(shop, runs[0], STRICT)
    register(shop, runs[0], STRICT, force=True)
    for version in shop.client.search_model_versions(f"name = '{MODEL}'"):
        tags = dict(version.tags)
        assert len(tags.pop("promotion_run")) == 32
        assert tags.keys() == {"data", "as_of", "decision"}
        assert all(len(name) + len(value) <= 30 for name, value in tags.items()), tags


def refused(shop, runs):
    """A run that gives customers another name, refused by a gate that allows none to."""
    for run in runs:
        registration = register(shop, run, STRICT)
        if registration.alias == CHALLENGER:
            return run, registration
    raise AssertionError("every run names all customers alike")


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


def refitted(shop, shop_csv, monkeypatch):
    """The champion's own configuration, fitted anew with another seed."""
    champion = read_run(shop, aliased(shop, MODEL, CHAMPION).run_id)
    chosen = [f"{name}={champion.params[name]}" for name in ("algorithm", "features", "k")]
    data = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none", "seed=7"]
    assert run_here(monkeypatch, *data, *chosen) == 0
    newest = shop.client.search_runs([shop.experiment_id], max_results=1)[0]
    assert newest.info.run_id != champion.run_id
    return recorded(shop, newest)


def test_segments_found_again_keep_their_names_in_what_the_new_version_predicts(
    shop, shop_csv, monkeypatch
):
    """Also when the champion's own names are not those that the vocabulary would give today."""
    champion = aliased(shop, MODEL, CHAMPION)
    other_names = rename_champion(shop)
    run = refitted(shop, shop_csv, monkeypatch)
    own_names = dict(run.segmenter().names_)
    registration = register(shop, run, STRICT)
    assert registration.alias == CHAMPION, registration.sentence
    mlflow.set_tracking_uri(shop.uri)
    predicted = mlflow.pyfunc.load_model(registration.uri).predict(run.customers())
    assert set(predicted["name"]) == set(other_names.values())
    assert aliased(shop, MODEL, PREVIOUS).run_id == champion.run_id
    metadata = mlflow.models.get_model_info(registration.uri).metadata
    assert {name["segment"]: name["name"] for name in metadata["segments"]} == other_names
    assert set(metadata["reference"]["counts"]["segments"]) == set(other_names.values())
    assert "already is" in register(shop, run, STRICT).sentence
    # The model with other names belongs to the promotion; the run keeps its own.
    assert len(read_run(shop, registration.promotion_id).model_ids) == 1
    assert read_run(shop, run.run_id).model_ids == run.model_ids
    assert own_names != load_version(shop, aliased(shop, MODEL, CHAMPION)).names_
    register(shop, run, model="another")
    assert load_version(shop, aliased(shop, "another", CHAMPION)).names_ == own_names


def rename_champion(shop):
    """Give the champion's segments names of the same rule, told apart otherwise, as a version."""
    champion = aliased(shop, MODEL, CHAMPION)
    segmenter = load_version(shop, champion)
    segments = sorted(set(segmenter.names_) - {-1})
    terms = {segment: segmenter.names_[segment].partition(",")[0] for segment in segments}
    names = {segment: f"{term} ({segment + 5})" for segment, term in terms.items()}
    segmenter.names_ |= names
    customers = read_run(shop, champion.run_id).customers()
    metadata = model_metadata(shop, f"models:/{MODEL}/{champion.version}")
    model_id = log_model(
        shop, champion.run_id, segmenter, customers, metadata, name="renamed", tags={}
    )
    version = add_version(shop, MODEL, champion.run_id, f"models:/{model_id}", "renamed", {})
    assert make_champion(shop, MODEL, version, champion)
    return names


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


def test_rolling_back_swaps_and_swaps_again(shop, runs):
    register(shop, runs[0], force=True)
    there = roll_back(shop, MODEL, command="register.py rollback=true")
    assert (there.version, there.alias) == ("1", CHAMPION)
    assert numbers(shop) == {CHAMPION: 1, PREVIOUS: 2, CHALLENGER: None}
    assert decision(shop, there.promotion_id)["decision"] == there.sentence
    roll_back(shop, MODEL, command="register.py rollback=true")
    assert numbers(shop) == {CHAMPION: 2, PREVIOUS: 1, CHALLENGER: None}


def test_a_dry_way_back_changes_nothing(shop, runs):
    register(shop, runs[0], force=True)
    said = roll_back(shop, MODEL, command="register.py rollback=true dry=true", dry=True)
    assert said.sentence == "would be: rolled back from version 2 to version 1"
    assert numbers(shop) == {CHAMPION: 2, PREVIOUS: 1, CHALLENGER: None}


def test_without_a_previous_champion_there_is_no_way_back(shop):
    with pytest.raises(UserError, match="no previous champion"):
        roll_back(shop, MODEL, command="register.py rollback=true")
