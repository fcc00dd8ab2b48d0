"""The gate and the names: kept while they hold, told where they do not, and no move of anybody."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segmentation.customers.rhythm import Rhythm
from segmentation.model.fitting import fit_segmenter
from segmentation.segments.naming import name_segments
from segmentation.selection.gate import compare, known_names, same_recipe
from segmentation.selection.guards import SelectionRules
from segmentation.selection.out_of_use import no_longer_usable
from tests.helpers.models import log_scaler
from tests.helpers.shop import FEATURES, measured_of

RULES = SelectionRules()
TOLD = Rhythm(gap_days=1.0, return_auc=0.8)


@pytest.fixture(scope="module")
def table(table) -> pd.DataFrame:
    """The clear customers, who buy every day; thirty of one order, fifteen of them new."""
    regulars = table.assign(recency_days=1.0, mean_gap_days=1.0)
    days = np.concatenate([np.linspace(0, 1, 15), np.linspace(1.1, 9, 15)])
    once = pd.DataFrame(
        {
            "revenue": 1.5,
            "orders": 1.0,
            "average_order_value": 1.5,
            "recency_days": days,
            "mean_gap_days": days,
        },
        index=[f"n{number}" for number in range(30)],
    )
    found = pd.concat([regulars, once])
    return found.assign(tenure_days=found["recency_days"] + found["orders"] - 1)


def fitted(table, gaps=None, share=None, k=3):
    clusterer = KMeans(n_clusters=k, n_init=10, random_state=0)
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), clusterer, share, gaps)
    names = name_segments(
        table,
        segmenter.labels_,
        rhythm=TOLD,
        key_accounts=segmenter.key_account_segment,
        newcomers=segmenter.newcomer_segment,
    )
    segmenter.names_ |= {name.segment: name.name for name in names}
    return segmenter


def measured(table):
    customers = measured_of(table)
    object.__setattr__(customers, "rhythm", TOLD)
    return customers


def test_the_same_segments_keep_their_names_and_nothing_is_told(table):
    gate = compare(fitted(table), fitted(table), measured(table), RULES, 0)
    assert gate.same_recipe
    assert (gate.changes, gate.reassigned_share, gate.reasons) == ((), 0.0, ())
    assert all("kept from the champion" in name.rule for name in gate.names)


def test_a_segment_whose_rule_fails_today_is_renamed_with_both_names_and_nobody_moves(table):
    champion = fitted(table)
    before = champion.names_[0]
    best = champion.labels_ == 0
    away = table.assign(recency_days=table["recency_days"].where(~best, 252.0))
    away["tenure_days"] = away["recency_days"] + away["orders"] - 1
    gate = compare(fitted(away), champion, measured(away), RULES, 0)
    named = {name.segment: name for name in gate.names}
    assert before == "champions"
    assert (named[0].name, named[0].former) == ("at risk", "champions")
    assert gate.changes == (
        'segment 0 "at risk" was "champions" before: the rule of that name (orders in quintile 4 '
        "to 5, revenue in quintile 4 to 5, absent for at most their own gap) does not hold for it "
        "any more",
    )
    assert (gate.reassigned_share, gate.reasons) == (0.0, ())
    assert {name["former"] for name in gate.to_dict()["names"]} >= {"", "champions"}


def test_new_customers_set_apart_make_another_recipe_and_no_segment_more(table):
    plain, apart, wider = fitted(table), fitted(table, 1.0), fitted(table, 2.0)
    assert not same_recipe(plain, apart)
    assert not same_recipe(apart, wider)
    assert same_recipe(apart, fitted(table, 1.0))
    # a usual gap of other customers is no other recipe
    slower = table.assign(mean_gap_days=table["mean_gap_days"].where(table["orders"] == 1, 2.0))
    assert same_recipe(apart, fitted(slower, 1.0))
    both = fitted(table, 1.0, share=0.01)
    assert [each.n_segments_ for each in (plain, apart, both)] == [3, 4, 5]


def test_the_gate_takes_models_with_and_without_the_rule(table):
    gate = compare(fitted(table, 1.0), fitted(table), measured(table), RULES, 0)
    named = {name.segment: name.name for name in gate.names}
    assert named[3] == "new"
    assert 0 < gate.reassigned_share < 0.3
    assert not gate.same_recipe


def test_few_new_customers_do_not_break_a_guard_of_size(table):
    few = table.drop(index=[f"n{number}" for number in range(3, 30)])
    champion = fitted(few, 1.0)
    assert (champion.labels_ == champion.newcomer_segment).sum() == 3
    assert no_longer_usable(champion, few, RULES, 0) == ""


def test_new_customers_keep_their_name_where_absence_tells_nothing(table):
    customers = measured_of(table)
    gate = compare(fitted(table, 1.0), fitted(table, 1.0), customers, RULES, 0)
    assert {name.segment: name.name for name in gate.names}[3] == "new"
    assert not any(name.former == "new" for name in gate.names)


def test_a_renamed_segment_is_known_by_its_former_name_and_who_takes_that_by_none(table):
    low, best = name_segments(
        table, np.repeat([0, 1], [len(table) // 2, len(table) - len(table) // 2])
    )
    names = [replace(low, name="high value", former="low value"), replace(best, name="low value")]
    assert known_names(names) == {0: "low value", 1: ""}
    assert known_names([low, best]) == {0: low.name, 1: best.name}
