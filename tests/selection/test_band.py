"""Runs that cannot be told apart from the best are those within one paired standard error."""

import numpy as np
import pandas as pd
import pytest

from segmentation.evaluation.outcome_scores import standard_error
from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose
from tests.helpers.ranked import NAN, run

N = 2000
RULES = SelectionRules(cost_per_segment=0.0)
COMMON = np.random.default_rng(0).normal(0, 0.001, N)


def kept(score, difference):
    """Contributions that sum to a score, and differ from the common ones by such an error."""
    own = np.random.default_rng(1).normal(0, 1, N)
    own = (own - own.mean()) * difference / standard_error(own)
    return COMMON - COMMON.mean() + own + score / N


BEST = kept(0.25, 0.0)


def scored(name, contributions, n_segments, customers="x", **values):
    error = standard_error(contributions)
    facts = {
        "oot_score": contributions.sum(),
        "oot_score_se": error,
        "customers": customers,
        "reused": False,
    }
    return run(name, n_segments=float(n_segments), **facts, **values)


def ranked(*runs, read=None, by_seed=True):
    table = pd.DataFrame(list(runs))
    return rank_runs(table, RULES, by_seed=by_seed, contributions=read)


@pytest.mark.parametrize(("behind", "told_apart"), [(0.0099, False), (0.0101, True)])
def test_one_paired_standard_error_decides(behind, told_apart):
    fewer = kept(0.25 - behind, 0.01)
    runs = scored("best", BEST, 5), scored("fewer", fewer, 3)
    table = ranked(*runs, read={"id-best": BEST, "id-fewer": fewer}.get)
    assert table["name"].tolist()[0] == ("best" if told_apart else "fewer")
    assert table.set_index("name")["not_told_apart"].to_dict() == {
        "best": True,
        "fewer": not told_apart,
    }
    verdict = choose(table, RULES)
    assert verdict.not_told_apart == (() if told_apart else ("best",))
    if not told_apart:
        assert "cannot be told apart (one paired standard error)" in verdict.sentence
        assert "not told apart: best" in verdict.sentence


@pytest.mark.parametrize("metric", ["oot_score", "oot_r2"])
@pytest.mark.parametrize(
    ("known", "error"),
    [({"se": 0.25}, 0.25), ({"se": NAN}, 0.0), ({}, 0.0)],
    ids=["only of the best", "of none", "never measured"],
)
def test_an_error_that_is_unknown_adds_nothing_and_the_bound_itself_is_within(metric, known, error):
    rules = SelectionRules(metric=metric)
    of_best = {f"{metric}_{name}": value for name, value in known.items()}
    scores = {"best": 0.5, "within": 0.5 - error, "beyond": 0.4999 - error}
    runs = [
        run(name, **{metric: score}, **(of_best if name == "best" else {}))
        for name, score in scores.items()
    ]
    table = rank_runs(pd.DataFrame(runs), rules).set_index("name")
    assert table["not_told_apart"].to_dict() == {"best": True, "within": True, "beyond": False}


@pytest.mark.parametrize("customers", ["y", ""])
def test_runs_on_other_customers_are_compared_unpaired(customers):
    fewer = kept(0.22, 0.01)
    runs = scored("best", BEST, 5), scored("fewer", fewer, 3, customers=customers)
    runs[0]["customers"] = customers and "x"
    unpaired = np.hypot(runs[0]["oot_score_se"], runs[1]["oot_score_se"])
    assert unpaired > 0.03
    table = ranked(*runs, read={"id-best": BEST, "id-fewer": fewer}.get)
    assert table["name"].tolist() == ["fewer", "best"]


@pytest.mark.parametrize("gone", ["id-best", "id-fewer"])
def test_so_are_runs_whose_contributions_are_gone(gone):
    fewer = kept(0.22, 0.01)
    runs = scored("best", BEST, 5), scored("fewer", fewer, 3)
    known = {"id-best": BEST, "id-fewer": fewer, gone: None}
    assert ranked(*runs, read=known.get)["name"].tolist() == ["fewer", "best"]
    assert ranked(*runs)["name"].tolist() == ["fewer", "best"]


def test_a_paired_error_is_within_the_sum_of_both_so_that_far_runs_are_not_read():
    far, near, asked = kept(0.05, 0.01), kept(0.245, 0.01), []

    def read(run_id):
        asked.append(run_id)
        return {"id-best": BEST, "id-near": near}[run_id]

    ranked(scored("best", BEST, 5), scored("far", far, 2), scored("near", near, 3), read=read)
    assert asked == ["id-best", "id-near"]


def test_seeds_of_a_configuration_are_compared_by_the_mean_of_what_their_customers_add():
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 1, N)
    noise = (noise - noise.mean()) * 0.02 / standard_error(noise)
    mean = kept(0.241, 0.0)
    read = {"id-best": BEST, "id-a": mean + noise, "id-b": mean - noise}
    runs = [scored("best", BEST, 5, configuration="1", seed="0")]
    runs += [
        scored(name, read[f"id-{name}"], 3, configuration="2", seed=name) for name in ("a", "b")
    ]
    # Alone each is within 0.02 of the best; together they are 0.009 behind, without an error.
    assert ranked(*runs, read=read.get)["name"].tolist()[0] in ("a", "b")
    table = ranked(*runs, read=read.get, by_seed=False)
    assert table["seeds"].tolist() == [1, 2]
