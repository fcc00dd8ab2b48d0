import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.segments.matching import match_segments, reassigned_share

NAMES = {0: "champions", 1: "loyal", 2: "casual", 3: "dormant"}


def fits(counts: dict[tuple[int, int], int]) -> tuple[pd.Series, pd.Series]:
    """Two fits in which so many customers go from the first to the second segment."""
    pairs = np.array([pair for pair, customers in counts.items() for _ in range(customers)])
    ids = [f"c{number}" for number in range(len(pairs))]
    return pd.Series(pairs[:, 0], index=ids), pd.Series(pairs[:, 1], index=ids[:])


def test_renumbered_segments_keep_their_names():
    old, new = fits({(0, 2): 50, (1, 0): 70, (2, 1): 90})
    matching = match_segments(old, new.sample(frac=1, random_state=0), NAMES)
    assert matching.mapping == {0: 1, 1: 2, 2: 0}
    assert matching.changes == ()


def test_the_overlap_is_jaccard_over_common_customers_noise_included():
    old, new = fits({(0, 0): 60, (0, 1): 20, (1, 1): 50, (1, -1): 10, (-1, 0): 20})
    old["left the shop"], new["came to the shop"] = 0, 0
    matching = match_segments(old, new, NAMES)
    assert matching.mapping == {0: 0, 1: 1}
    # 60 of 60 + 20 + 20 keeps the name; with 41 more it is 60 of 141
    old, new = fits({(0, 0): 60, (0, 1): 20, (1, 1): 50, (1, -1): 10, (-1, 0): 61})
    assert match_segments(old, new, NAMES).mapping == {1: 1}


def test_half_is_enough_and_less_is_not():
    assert match_segments(*fits({(0, 0): 50, (0, -1): 50}), NAMES).mapping == {0: 0}
    assert match_segments(*fits({(0, 0): 49, (0, -1): 51}), NAMES).mapping == {}


def test_no_segment_loses_its_name_to_a_better_total():
    # 0-0 overlaps by 0.5; 0-1 and 1-0 by 0.45 and 0.15, which is more in sum
    old, new = fits({(0, 0): 55, (0, 1): 45, (1, 0): 10})
    matching = match_segments(old, new, NAMES)
    assert matching.mapping == {0: 0}


def test_a_segment_that_falls_apart_is_split():
    old, new = fits({(0, 0): 45, (0, 1): 40, (0, 2): 15, (1, 2): 60})
    matching = match_segments(old, new, NAMES)
    assert matching.mapping == {2: 1}
    (change,) = matching.changes
    assert (change.old, change.new) == ((0,), (0, 1))
    assert change.sentence == (
        'earlier segment 0 "champions" was split into new segments '
        "0 (45% of its customers) and 1 (40% of its customers)"
    )


def test_the_larger_part_of_a_split_keeps_the_name():
    matching = match_segments(*fits({(0, 0): 70, (0, 1): 30}), NAMES)
    assert matching.mapping == {0: 0}
    (change,) = matching.changes
    assert (change.old, change.new) == ((0,), (0, 1))
    assert "was split into" in change.sentence


def test_two_segments_in_one_are_merged():
    matching = match_segments(*fits({(0, 0): 45, (1, 0): 40, (2, 0): 15, (2, 1): 85}), NAMES)
    assert matching.mapping == {1: 2}
    (change,) = matching.changes
    assert (change.old, change.new) == ((0, 1), (0,))
    assert change.sentence == (
        'new segment 0 was merged from earlier segment 0 "champions" (45%) and '
        'earlier segment 1 "loyal" (40%) of its customers'
    )


def test_the_larger_part_of_a_merger_keeps_the_name():
    matching = match_segments(*fits({(0, 0): 70, (1, 0): 30}), NAMES)
    assert matching.mapping == {0: 0}
    (change,) = matching.changes
    assert (change.old, change.new) == ((0, 1), (0,))
    assert "was merged from" in change.sentence


@pytest.mark.parametrize(
    ("elsewhere", "told"),
    [(50, [((0,), (0, 1))]), (51, [((), (0,)), ((), (1,)), ((0,), ())])],
)
def test_half_of_a_segment_in_two_that_are_half_of_it_is_a_split(elsewhere, told):
    halves = {(0, 0): 25, (-1, 0): 25, (0, 1): 25, (-1, 1): 25}
    matching = match_segments(*fits(halves | {(0, -1): elsewhere}), NAMES)
    assert [(c.old, c.new) for c in matching.changes] == told


@pytest.mark.parametrize(("others", "told"), [(25, ((0,), (0, 1))), (26, ((), (1,)))])
def test_a_part_that_is_mostly_of_others_is_none_of_a_split(others, told):
    matching = match_segments(*fits({(0, 0): 60, (0, 1): 25, (-1, 1): others}), NAMES)
    assert matching.mapping == {0: 0}
    (change,) = matching.changes
    assert (change.old, change.new) == told


@pytest.mark.parametrize(
    ("elsewhere", "told"),
    [(50, [((0, 1), (0,))]), (51, [((), (0,)), ((0,), ()), ((1,), ())])],
)
def test_two_halves_that_are_half_of_a_segment_are_a_merger(elsewhere, told):
    halves = {(0, 0): 25, (0, -1): 25, (1, 0): 25, (1, -1): 25}
    matching = match_segments(*fits(halves | {(-1, 0): elsewhere}), NAMES)
    assert [(c.old, c.new) for c in matching.changes] == told


def test_what_comes_from_everywhere_is_new_and_what_scatters_is_gone():
    old, new = fits(
        {
            (0, 0): 100,
            (1, 1): 100,
            (0, 3): 20,
            (1, 3): 20,
            (-1, 3): 10,
            (3, 0): 14,
            (3, 1): 14,
            (3, -1): 2,
        }
    )
    matching = match_segments(old, new, NAMES)
    assert matching.mapping == {0: 0, 1: 1}
    assert [(c.old, c.new) for c in matching.changes] == [((), (3,)), ((3,), ())]
    assert (
        "new segment 3 has no earlier one: at most 40% of its customers come from one segment"
        in matching.changes[0].sentence
    )
    assert "at most 47% of its customers are together" in matching.changes[1].sentence


def test_three_parts_are_listed_in_one_sentence():
    (change,) = match_segments(*fits({(0, 0): 30, (0, 1): 30, (0, 2): 30}), NAMES).changes
    assert change.sentence.endswith(
        "0 (33% of its customers), 1 (33% of its customers) and 2 (33% of its customers)"
    )


@pytest.mark.parametrize("some", [{(0, 1): 50}, {(1, 0): 50}])
def test_segments_that_all_keep_their_names_did_neither_split_nor_merge(some):
    matching = match_segments(*fits({(0, 0): 100, (1, 1): 50} | some), NAMES)
    assert matching.mapping == {0: 0, 1: 1}
    assert matching.changes == ()


def test_one_segment_that_mostly_went_into_one_is_no_split_and_no_merger():
    # most of either is in the other, and yet they overlap by 60 of 140
    old, new = fits({(0, 0): 60, (0, -1): 40, (-1, 0): 40})
    matching = match_segments(old, new, NAMES)
    assert matching.mapping == {}
    assert [(c.old, c.new) for c in matching.changes] == [((), (0,)), ((0,), ())]


def test_segments_of_strangers_are_new_and_of_leavers_gone():
    old, new = pd.Series([0, 1], index=["a", "b"]), pd.Series([0, 1], index=["a", "z"])
    matching = match_segments(old, new, NAMES)
    assert matching.mapping == {0: 0}
    assert [(c.old, c.new) for c in matching.changes] == [((), (1,)), ((1,), ())]
    assert "no customer of it" in matching.changes[0].sentence


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 5)), min_size=1, max_size=50))
@settings(max_examples=60, deadline=None)
def test_every_segment_is_matched_or_accounted_for(pairs):
    old, new = pd.Series([o for o, _ in pairs]), pd.Series([n for _, n in pairs])
    matching = match_segments(old, new, NAMES)
    assert len(set(matching.mapping.values())) == len(matching.mapping)
    for segment, same in matching.mapping.items():
        either = ((new == segment) | (old == same)).sum()
        assert ((new == segment) & (old == same)).sum() >= either / 2
    told_new = {segment for change in matching.changes for segment in change.new}
    told_old = {segment for change in matching.changes for segment in change.old}
    assert set(matching.mapping) | told_new == set(new) - {-1}
    assert set(matching.mapping.values()) | told_old == set(old) - {-1}


def test_only_a_change_of_name_is_a_reassignment():
    old, new = fits({(0, 1): 60, (1, 0): 30, (1, -1): 10})
    old["left"], new["came"] = 0, 0
    swapped = {0: "loyal", 1: "champions"}
    assert reassigned_share(old, new, NAMES, swapped) == pytest.approx(0.10)
    assert reassigned_share(old, new, NAMES, NAMES) == pytest.approx(1.0)
    assert reassigned_share(old[:0], new, NAMES, NAMES) is None
