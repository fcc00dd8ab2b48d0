"""Runs that differ by their seed only stand together."""

import math

import pandas as pd
import pytest

from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.selection.runs_table import run_row
from segmentation.selection.seeds import over_seeds
from segmentation.selection.verdict import choose
from tests.helpers.ranked import NAN


def run(name, seed, score, *, configuration, smallest=0.2, status="FINISHED"):
    return run_row(
        run_id=f"{configuration}{seed}",
        name=f"{name} seed={seed}",
        k=3,
        estimator="sklearn.cluster.KMeans",
        metrics={
            "oot_score": score,
            "oot_score_se": 0.001,
            "n_segments": 3.0,
            "smallest_segment_share": smallest,
            "largest_segment_share": 0.5,
        },
        status=status,
        error="ValueError: no" if status == "FAILED" else "",
        seed=str(seed),
        configuration=configuration,
    )


STEADY = [run("steady", seed, 0.40, configuration="a") for seed in (1, 2, 3)]
LUCKY = [
    run("lucky", seed, score, configuration="b") for seed, score in ((1, 0.5), (2, 0.3), (3, 0.31))
]


def ranked(rows, *, by_seed=False):
    return rank_runs(pd.DataFrame(rows), SelectionRules(), by_seed=by_seed)


def test_a_choice_that_a_seed_decides_is_none():
    assert choose(ranked([*STEADY, *LUCKY], by_seed=True), SelectionRules()).name == "lucky seed=1"
    table = ranked([*STEADY, *LUCKY])
    verdict = choose(table, SelectionRules())
    assert verdict.name == "steady (3 seeds)"
    assert "2 eligible configurations (2 in all)" in verdict.sentence
    assert "0.370 in the mean of 3 seeds (±0.000)" in verdict.sentence
    lucky = table[table["name"] == "lucky (3 seeds)"].iloc[0]
    assert lucky["score"] == lucky["oot_net"] == pytest.approx(0.34)
    assert lucky["score_spread"] == pytest.approx(pd.Series([0.5, 0.3, 0.31]).std())
    assert lucky["k"] == 3


def test_the_run_nearest_the_mean_stands_for_its_configuration():
    (row,) = ranked(LUCKY).to_dict("records")
    assert (row["run_id"], row["seeds"]) == ("b3", 3)


def test_a_run_without_a_score_stands_for_its_configuration_only_where_none_has_one():
    unknown = [run("lucky", seed, NAN, configuration="b") for seed in (4, 5)]
    rules = SelectionRules(metric="oot_score")
    (row,) = rank_runs(pd.DataFrame([*unknown, *LUCKY]), rules, by_seed=False).to_dict("records")
    assert (row["run_id"], row["seeds"]) == ("b3", 5)
    assert row["score"] == pytest.approx(0.37)
    (row,) = rank_runs(pd.DataFrame(unknown), rules, by_seed=False).to_dict("records")
    assert (row["run_id"], row["seeds"]) == ("b4", 2)


def test_a_configuration_is_eligible_where_every_seed_is():
    small = run("steady", 4, 0.4, configuration="a", smallest=0.0012)
    (row,) = ranked([*STEADY, small]).to_dict("records")
    assert not row["eligible"]
    assert row["ineligible_reason"].endswith("(seed 4; 1 of 4 seeds)")
    assert choose(ranked([*STEADY, small]), SelectionRules()).run_id is None
    smaller = run("steady", 5, 0.4, configuration="a", smallest=0.0005)
    (row,) = ranked([*STEADY, small, smaller]).to_dict("records")
    assert row["ineligible_reason"] == (
        "smallest segment 0.12%, at least 2% needed (seed 4; 2 of 5 seeds)"
    )


def test_what_failed_and_what_is_alone_stays_as_it_is():
    failed = run("steady", 4, 0.4, configuration="a", status="FAILED")
    alone = run("alone", 1, 0.2, configuration="c")
    table = ranked([*STEADY, failed, alone]).set_index("run_id")
    assert table["seeds"].to_dict() == {"a1": 3, "c1": 1, "a4": 1}
    assert table.loc["c1", "name"] == "alone seed=1"
    assert math.isnan(table.loc["c1", "score_spread"])
    assert table.loc["a4", "status"] == "FAILED"


def test_configurations_stand_in_the_order_of_their_first_run():
    table = pd.DataFrame([LUCKY[0], STEADY[0], STEADY[1], LUCKY[1]])
    judged = {"eligible": True, "ineligible_reason": "", "ineligible_briefly": "", "score": 0.4}
    together = over_seeds(table.assign(**judged))
    assert together["configuration"].tolist() == ["b", "a"]
    assert "index" not in together


def test_the_order_of_the_runs_changes_nothing():
    rows = [*STEADY, *LUCKY]
    one, other = (ranked(given).drop(columns="run_id") for given in (rows, rows[::-1]))
    columns = ["name", "score", "seeds", "eligible"]
    pd.testing.assert_frame_equal(one[columns], other[columns])
