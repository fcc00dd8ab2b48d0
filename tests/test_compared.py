"""Several segmentations of the same customers, and the choice among them."""

import numpy as np
import pytest

from segmentation.compared import compared
from segmentation.errors import UserError
from segmentation.evaluation.options import EvaluationOptions
from segmentation.recipe import recipe_of
from segmentation.selection.guards import SelectionRules
from tests.helpers.shop import measured_of, past_of

SCORES_ONLY = EvaluationOptions(stability=None, null_test=None)


@pytest.fixture(scope="module")
def customers(table):
    now = table.assign(recency_days=5.0)
    chance = np.exp(np.random.default_rng(0).normal(0, 2, len(now)))
    return measured_of(now, past_of(now, now["revenue"].to_numpy() * chance))


def recipes(*ks):
    return {f"k={k}": recipe_of(k=k, evaluation=SCORES_ONLY) for k in ks}


def test_runs_on_the_same_customers_are_told_apart_by_what_each_customer_adds(customers):
    free = SelectionRules(cost_per_segment=0.0)
    found = compared(customers, recipes(2, 3), free)
    rows = found.table.set_index("run_id")
    behind = rows.loc["k=3", "oot_score"] - rows.loc["k=2", "oot_score"]
    # Unpaired, the difference would be within the error.
    assert 0 < behind < rows["oot_score_se"].max()
    assert not rows.loc["k=2", "not_told_apart"]
    assert found.verdict.run_id == "k=3"
    assert found.verdict.best_sorting == found.best.assessment.best_sorting != ""


def test_each_is_found_by_its_name(customers):
    found = compared(customers, recipes(2, 3), SelectionRules())
    assert set(found.segmentations) == set(found.table["run_id"]) == {"k=2", "k=3"}
    assert found.segmentations["k=2"].recipe.k == 2


def test_without_a_recipe_there_is_nothing_to_compare(customers):
    with pytest.raises(UserError, match="nothing to compare"):
        compared(customers, {}, SelectionRules())


def test_more_segments_than_a_tenth_of_the_customers_are_left_out_with_the_reason(customers):
    found = compared(customers, recipes(2, 31), SelectionRules())
    assert found.best.recipe.k == 2
    (left_out,) = found.verdict.excluded
    assert (left_out["run_id"], left_out["name"]) == ("", "k=31")
    assert "set k=30 or less" in left_out["reason"]
    with pytest.raises(UserError, match="no segmentation is possible: k=31 is more than"):
        compared(customers, recipes(31, 32), SelectionRules())
