"""Who is where in two lists, in words, and which runs differ by k alone."""

from types import SimpleNamespace

import ibis
import pandas as pd

from segmentation.explore.flows import flows_between, moved, runs_over_k, splits_and_merges


def customers(names: str):
    ids = [f"c{n}" for n in range(len(names))]
    return ibis.memtable(
        pd.DataFrame({"customer_id": ids, "segment_name": list(names), "revenue": 1.0})
    )


def test_splits_and_merges_are_told_with_their_shares():
    flows = flows_between(customers("A" * 60 + "B" * 40), customers("X" * 45 + "Y" * 55)).flows
    assert splits_and_merges(flows) == [
        "A splits: 75% X, 25% Y.",
        "Y merges parts of: 73% B, 27% A.",
    ]


def test_what_stays_together_is_told_once():
    flows = flows_between(customers("AAB"), customers("XXY")).flows
    assert splits_and_merges(flows) == [
        "No segment splits or merges: the same customers stay together."
    ]


def test_few_who_leave_and_those_of_one_list_split_nothing():
    flows = flows_between(customers("A" * 20), customers("X" * 19 + "Y" + "Z" * 9)).flows
    assert flows["customers"].sum() == 29
    assert splits_and_merges(flows) == [
        "No segment splits or merges: the same customers stay together."
    ]


def test_moves_are_told_as_a_share_of_those_in_both():
    moves = flows_between(customers("AABB"), customers("AAAB"))
    assert moved(moves).startswith("25.0% of the customers in both changed segment, with 1.00 ")
    others = customers("A").mutate(customer_id=ibis.literal("other"))
    assert (
        moved(flows_between(others, customers("A"))) == "The two lists have no customer in common."
    )


def test_only_runs_that_differ_by_k_are_put_in_a_row():
    def run(**params):
        return SimpleNamespace(params={"algorithm": "kmeans", "scaler": "log", **params})

    four, two, path = run(k="4"), run(k="2"), run(k="10", **{"data.path": "again.csv"})
    others = [run(k="3", scaler="standard"), run(k="3", seed="7"), run()]
    assert runs_over_k([four, *others, path, two], four) == {2: two, 4: four, 10: path}
    assert list(runs_over_k([four, path, two], four)) == [2, 4, 10]
