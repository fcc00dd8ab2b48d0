"""The views of flows: between months, between runs, and from one k to the next."""

import pandas as pd
import pytest

from tests.helpers.explored import labelled, told, view


@pytest.fixture
def history(explored):
    kept = pd.read_parquet(explored / "history.parquet")
    before, after = (part.set_index("customer_id") for _, part in kept.groupby("as_of"))
    return before["segment_name"], after["segment_name"]


def flows(page):
    return page.dataframe[0].value.set_index(["from", "to"])["customers"].to_dict()


@pytest.mark.slow
def test_two_months_are_compared_the_earlier_first(page, history):
    opened = page("history=history.parquet")
    when = labelled(opened.selectbox, "Customers as of")
    when.set_value(when.options[1]).run()
    view(opened, "Flows")
    assert labelled(opened.selectbox, "Compare with").value.startswith("2024-05-01")
    before, after = history
    both = pd.DataFrame({"from": before, "to": after}).fillna({"from": "(new)", "to": "(lost)"})
    assert flows(opened) == both.value_counts().to_dict()
    stayed = both[~both["from"].eq("(new)")]
    share = (stayed["from"] != stayed["to"]).mean()
    assert f"{share:.1%} of the customers in both changed segment" in told(opened)


@pytest.mark.slow
def test_two_runs_are_compared(page):
    opened = view(page(), "Flows")
    with_whom = labelled(opened.selectbox, "Compare with")
    other = next(
        option for option in with_whom.options if option.startswith("run ") and "k=4" in option
    )
    with_whom.set_value(other).run()
    assert not opened.exception
    assert sum(flows(opened).values()) == 300
    assert len({to for _, to in flows(opened)}) == 4


def test_k_moves_and_what_splits_is_said(page):
    opened = view(page(), "Move k")
    slider = opened.select_slider[0]
    assert slider.options == ["2 → 3", "3 → 4"]
    assert "k=3. Right: those of k=4" in opened.caption[-1].value
    three = flows(opened)
    assert " splits: " in told(opened)
    slider.set_value(2).run()
    assert "k=2. Right: those of k=3" in opened.caption[-1].value
    two = flows(opened)
    assert len({a for a, _ in two}) == 2
    assert len({a for a, _ in three}) == 3
    assert sum(two.values()) == sum(three.values()) == 300


def test_a_single_run_has_nothing_to_be_compared_with(page, monkeypatch):
    from segmentation.tracking import reading

    runs = reading.finished_runs
    monkeypatch.setattr(
        "segmentation.explore.held.finished_runs",
        lambda store, sweep: [run for run in runs(store, sweep) if run.params["k"] == "3"],
    )
    monkeypatch.setattr("segmentation.explore.held.scored_lists", lambda *_: [])
    opened = view(page(), "Flows")
    assert "nothing to compare with" in opened.error[0].value
    assert "k=2,3,4" in view(opened, "Move k").error[0].value
