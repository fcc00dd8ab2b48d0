"""A row of the table of runs, and the metrics back out of it."""

import math

import pandas as pd
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from segmentation.model.algorithms import simplicity
from segmentation.selection.runs_table import measured_metrics, run_row

METRICS = {"silhouette": 0.4, "n_segments": 3.0}


def test_a_row_holds_what_is_given():
    given = {"run_id": "4f2a", "name": "gmm k=3", "status": "FAILED", "error": "ValueError: no"}
    given |= {"reused": True, "degenerate": "one value", "seed": 7}
    row = run_row(k=3, estimator=GaussianMixture(), metrics=METRICS, **given)
    assert row == {**given, "k": 3.0, "simplicity": simplicity(GaussianMixture()), **METRICS}


def test_a_run_has_no_k_where_the_algorithm_finds_it_and_finished_unless_it_is_said():
    row = run_row(run_id="a", name="a", k=None, estimator=KMeans(), metrics=METRICS)
    assert math.isnan(row["k"])
    assert (row["status"], row["error"], row["degenerate"]) == ("FINISHED", "", "")
    assert row["reused"] is False


def test_what_was_not_measured_is_no_metric():
    rows = [
        run_row(run_id="a", name="a", k=2, estimator=KMeans(), metrics=METRICS),
        run_row(run_id="b", name="b", k=2, estimator=KMeans(), metrics={"inertia": 5.0}),
    ]
    first = measured_metrics(pd.DataFrame(rows).iloc[0])
    assert {name: first[name] for name in METRICS} == METRICS
    assert not {"inertia", "run_id"} & first.keys()
