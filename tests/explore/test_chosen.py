"""What can be chosen beside the page: sweeps, runs, and lists of customers by their label."""

from dataclasses import replace

from segmentation.explore.chosen import NO_SWEEP, by_label
from segmentation.explore.lists import CustomerList
from segmentation.segments.scored_by import ScoredBy
from segmentation.tracking.recording import create_run
from segmentation.tracking.store import open_store
from tests.helpers.explored import labelled

LIST = CustomerList("2024-05-01, training", "2024-05-01T00:00:00", ScoredBy(), None, "a.parquet")


def test_lists_of_the_same_day_can_be_told_apart():
    evening = replace(LIST, as_of="2024-05-01T18:30:00")
    other = replace(LIST, label="2024-06-01, training")
    assert by_label([LIST, evening, other]) == {
        "2024-05-01, training, 00:00:00": LIST,
        "2024-05-01, training, 18:30:00": evening,
        "2024-06-01, training": other,
    }


def test_a_run_without_a_sweep_has_a_place_of_its_own(page, workplace):
    store = open_store("sqlite:///mlflow.db", "alone")
    run_id = create_run(store, "kmeans k=4", {"kind": "segmentation"})
    store.client.set_terminated(run_id, "FINISHED")
    opened = page("tracking.experiment=alone", folder=workplace)
    assert labelled(opened.selectbox, "Sweep").options == [NO_SWEEP]
    assert labelled(opened.selectbox, "Run").options == ["kmeans k=4"]


def test_a_sweep_whose_runs_are_gone_says_so(page, workplace):
    store = open_store("sqlite:///mlflow.db", "gone")
    parent = create_run(store, "sweep", {"kind": "sweep"})
    store.client.set_terminated(parent, "FINISHED")
    (error,) = page("tracking.experiment=gone", folder=workplace).error
    assert "every run of this sweep failed or is deleted" in error.value
