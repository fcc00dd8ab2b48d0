"""How much there is to be predicted."""

import numpy as np
import pandas as pd
import pytest

from segmentation.evaluation.ceiling import ceiling
from tests.helpers.shop import past_of

RNG = np.random.default_rng(0)
TABLE = pd.DataFrame({"a": RNG.uniform(0, 6, 1000), "b": RNG.uniform(0, 1, 1000)})


def test_it_is_what_all_metrics_together_tell_of_next_revenue():
    known = past_of(TABLE, np.expm1(TABLE["a"]))
    assert ceiling(known, 5) > 0.98
    assert ceiling(past_of(TABLE, RNG.exponential(9, 1000)), 5) < 0.05


def test_it_is_learned_with_trees_that_are_small_enough_for_a_thousand_customers():
    returns = np.random.default_rng(1).integers(0, 2, 1000)
    half = past_of(TABLE, np.expm1(TABLE["a"] * returns))
    # .079 with scikit-learn's defaults; .155 is all that there is to be known.
    assert ceiling(half, 5) == pytest.approx(0.1399, abs=0.001)


def test_refunds_count_as_nothing_spent_and_little_revenue_as_much_as_it_is():
    few = TABLE.iloc[:300]
    refunded = past_of(few, few["a"] - 1)
    assert ceiling(refunded, 2) == ceiling(past_of(few, np.maximum(few["a"] - 1, 0)), 2)
    assert ceiling(past_of(few, few["a"] / 6), 2) > 0.98


def test_without_enough_customers_or_differences_there_is_none():
    assert ceiling(past_of(TABLE.iloc[:199], np.arange(199.0)), 5) is None
    assert ceiling(past_of(TABLE.iloc[:200], np.arange(200.0)), 5) is not None
    assert ceiling(past_of(TABLE, np.zeros(1000)), 5) is None


@pytest.mark.slow
@pytest.mark.parametrize(("data", "r2"), [("online_retail", 0.263), ("complete_journey", 0.520)])
def test_the_published_ceilings_come_out(data, r2, shared_data):
    import segmentation as sg

    source = shared_data / "online_retail.parquet" if data == "online_retail" else data
    assert ceiling(sg.measure(source).pasts[0], 5) == pytest.approx(r2, abs=0.01)
