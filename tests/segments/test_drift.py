import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.segments.drift import (
    Reference,
    SegmentCounts,
    population_stability_index,
    reading,
    reference,
)


def test_the_index_by_hand():
    # (0.4-0.5) ln(0.4/0.5) + (0.3-0.3) ln 1 + (0.3-0.2) ln(0.3/0.2) = 0.022314 + 0 + 0.040547
    assert population_stability_index([50, 30, 20], [4, 3, 3]) == pytest.approx(0.062861, abs=1e-6)
    assert population_stability_index([5, 5], [50, 50]) == 0


def test_an_empty_bin_counts_as_one_in_ten_thousand():
    # (1-0.5) ln(1/0.5) + (0.0001-0.5) ln(0.0001/0.5) = 0.346574 + 4.257745
    assert population_stability_index([1, 1], [7, 0]) == pytest.approx(4.604319, abs=1e-5)


@pytest.mark.parametrize(
    ("psi", "word"),
    [(0, "stable"), (0.0999, "stable"), (0.1, "shifted"), (0.2499, "shifted"), (0.25, "changed")],
)
def test_the_usual_reading(psi, word):
    assert reading(psi) == word


def test_bins_are_deciles_and_ties_stay_in_one_bin():
    features = pd.DataFrame(
        {"revenue": np.arange(1.0, 101), "orders": [1.0] * 60 + [2.0] * 30 + [9.0] * 10}
    )
    stored = reference(features, ["loyal"] * 100)
    assert stored.edges["revenue"] == (10, 20, 30, 40, 50, 60, 70, 80, 90)
    assert stored.counts.features["revenue"] == (10,) * 10
    assert stored.edges["orders"] == (1, 2)
    assert stored.counts.features["orders"] == (60, 30, 10)


def customers(seed: int, n: int = 4_000) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(seed)
    features = pd.DataFrame(
        {"revenue": random.lognormal(5, 1, n), "orders": random.geometric(0.4, n).astype(float)}
    )
    return features, np.where(features["orders"] > 2, "loyal", "casual")


def test_only_what_drifted_is_reported():
    stored = reference(*customers(0))
    features, names = customers(1)
    same = stored.drift(stored.count(features, names)).set_index("of")
    assert list(same.index) == ["revenue", "orders", "segment"]
    assert (same["reading"] == "stable").all()
    assert (same["psi"] < 0.01).all()
    dearer = stored.drift(stored.count(features * [2.0, 1.0], names)).set_index("of")
    assert dearer["reading"].to_dict() == {
        "revenue": "changed",
        "orders": "stable",
        "segment": "stable",
    }


def test_a_segment_that_is_new_or_missing_enters_with_the_floor():
    features, _ = customers(0, n=4)
    stored = reference(features, ["loyal", "loyal", "casual", "casual"])
    counts = stored.count(features, ["loyal", "loyal", "unassigned", "unassigned"])
    psi = stored.drift(counts).set_index("of")["psi"]["segment"]
    assert psi == pytest.approx(2 * (0.5 - 0.0001) * np.log(0.5 / 0.0001))


@given(st.lists(st.integers(1, 3_999), max_size=5))
@settings(max_examples=25, deadline=None)
def test_chunks_add_up_to_the_whole(cuts):
    stored = reference(*customers(0))
    features, names = customers(1)
    edges = [0, *sorted(set(cuts)), len(features)]
    chunks = [stored.count(features[start:end], names[start:end]) for start, end in pairwise(edges)]
    total = sum(chunks[1:], start=chunks[0])
    assert total == stored.count(features, names)


def test_counts_start_from_nobody():
    features, names = customers(1, n=40)
    stored = reference(features, names)
    nobody = stored.no_customers()
    assert nobody.features["revenue"] == (0,) * 10
    assert nobody + stored.counts == stored.counts


def test_counts_of_other_bins_are_not_added():
    wide = SegmentCounts({"revenue": (1, 2, 3)}, {})
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        wide + SegmentCounts({"revenue": (1, 2)}, {})


def test_those_held_out_are_added_by_segment():
    both = SegmentCounts({}, {"a": 5}, {"a": 1}) + SegmentCounts({}, {"a": 4, "b": 3}, {"b": 2})
    assert both == SegmentCounts({}, {"a": 9, "b": 3}, {"a": 1, "b": 2})


def test_the_reference_survives_json_and_is_small():
    stored = reference(*customers(0))
    text = json.dumps(stored.to_dict())
    assert Reference.from_dict(json.loads(text)) == stored
    assert len(text) < 1_000
