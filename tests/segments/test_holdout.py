"""Who is held out of a campaign: by chance, yet the same whenever and wherever it is drawn."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import chi2_contingency

from segmentation.errors import UserError
from segmentation.segments import holdout
from segmentation.segments.drift import SegmentCounts
from segmentation.segments.holdout import (
    ALL,
    ControlGroup,
    Holdout,
    control_groups,
    require_named,
    too_small,
)
from segmentation.segments.sample_size import detectable_rise

IDS = [f"customer {number}" for number in range(20_000)]


def drawn(ids=IDS, **options):
    given = {"share": 0.1, "campaign": "spring"} | options
    return np.array(Holdout(**given).control(ids))


def test_the_same_customers_are_drawn_again_in_any_order_and_company():
    everybody = drawn()
    np.testing.assert_array_equal(drawn(IDS[::-1]), everybody[::-1])
    np.testing.assert_array_equal(drawn(IDS[::7]), everybody[::7])
    np.testing.assert_array_equal(drawn(pa.array(IDS)), everybody)


def test_the_draw_is_what_it_was_when_lists_were_written_with_it():
    """Numbers of sha256("42\\nspring\\n" + id), computed by another program."""
    numbers = {"a": 0.9131, "b": 0.0709, "1": 0.3606, "2": 0.2786, "B": 0.8778}
    for number in numbers.values():
        shares = number - 0.0001, number + 0.0001
        told = [drawn(list(numbers), share=share).tolist() for share in shares]
        assert told[0] == [each < number for each in numbers.values()]
        assert told[1] == [each <= number for each in numbers.values()]


def test_a_database_draws_the_same_customers():
    ids = pd.DataFrame({"id": IDS})  # noqa: F841  # DuckDB finds it by its name
    border = f"{int(0.1 * 2**64):016x}"
    text = "'42' || chr(10) || 'spring' || chr(10) || id"
    query = f"SELECT left(sha256({text}), 16) < '{border}' FROM ids"
    np.testing.assert_array_equal(np.array(duckdb.sql(query).fetchall())[:, 0], drawn())


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_as_many_are_drawn_as_were_asked_for(share):
    error = np.sqrt(share * (1 - share) / len(IDS))
    assert abs(drawn(share=share).mean() - share) < 4 * error


def test_a_larger_share_keeps_who_was_held_out_by_a_smaller_one():
    assert drawn(share=0.3)[drawn(share=0.1)].all()


@pytest.mark.parametrize("other", [{"campaign": "summer"}, {"seed": 43}])
def test_another_campaign_or_seed_draws_independently(other):
    table = pd.crosstab(drawn(share=0.3), drawn(share=0.3, **other))
    assert chi2_contingency(table).pvalue > 0.001
    assert (drawn(share=0.3) & drawn(share=0.3, **other)).mean() == pytest.approx(0.09, abs=0.01)


def test_nobody_is_held_out_where_no_share_is_given():
    assert Holdout().control(IDS).to_pylist() == [False] * len(IDS)
    assert Holdout(0.5, "spring").control([]).to_pylist() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "holdout.share=0.1 needs the name of the campaign"),
        (" ", "needs the name of the campaign"),
        ("a\nb", "must be one line; set holdout.campaign=spring"),
    ],
)
def test_a_campaign_needs_a_name_of_one_line(name, said):
    with pytest.raises(UserError, match=said):
        require_named(Holdout(0.1, name))


def test_no_name_is_needed_where_nobody_is_held_out():
    require_named(Holdout())


COUNTS = SegmentCounts(
    {}, {"loyal": 4_000, "dormant": 90, "unwatched": 10}, {"loyal": 400, "dormant": 9}
)
SEGMENTS = [
    {"name": "loyal", "returned_share": 0.5, "horizon_days": 91.0},
    {"name": "dormant", "returned_share": 0.05},
    {"name": "unwatched", "returned_share": None},
]


def test_each_control_group_is_told_by_the_rise_that_it_can_show():
    loyal, dormant, unwatched, everybody = control_groups(COUNTS, SEGMENTS)
    assert (loyal.segment, loyal.customers, loyal.control, loyal.base) == ("loyal", 4_000, 400, 0.5)
    assert loyal.rise == pytest.approx(detectable_rise(0.5, 3_600, 400))
    assert dormant.rise == pytest.approx(detectable_rise(0.05, 81, 9))
    assert (unwatched.control, unwatched.base, unwatched.rise) == (0, None, None)
    # the share of one segment is unknown, so that of all is, too
    assert everybody == ControlGroup(ALL, 4_100, 409, None, None)
    assert (loyal.days, unwatched.days) == (91.0, None)


def test_all_customers_have_the_mean_share_of_their_segments():
    counts = SegmentCounts({}, {"loyal": 300, "dormant": 100}, {"loyal": 30, "dormant": 10})
    *_, everybody = control_groups(counts, SEGMENTS)
    assert everybody.base == pytest.approx((300 * 0.5 + 100 * 0.05) / 400)
    assert everybody.rise == pytest.approx(detectable_rise(everybody.base, 360, 40))


def test_groups_that_teach_nothing_are_named_in_one_line():
    said = too_small(control_groups(COUNTS, SEGMENTS))
    assert said.startswith("too few customers to learn anything about dormant: even a rise of 20 ")
    assert "\n" not in said
    assert "unwatched" not in said
    assert too_small(control_groups(COUNTS, SEGMENTS)[:1]) == ""


def group(customers=100, control=10, base=0.5, rise=0.1):
    return ControlGroup("loyal", customers, control, base, rise)


@pytest.mark.parametrize(
    ("known", "small"),
    [
        ({"rise": 0.2}, False),
        ({"rise": 0.2001}, True),
        ({"rise": None}, True),
        ({"rise": None, "base": None}, False),
    ],
)
def test_a_group_is_too_small_for_a_rise_of_more_than_twenty_points(known, small):
    assert group(**known).is_too_small is small
    assert (too_small([group(**known)]) != "") is small
    if small:
        assert "even a rise of 20 percentage points" in too_small([group(**known)])


@pytest.mark.parametrize(("control", "shows"), [(0, False), (1, True), (99, True), (100, False)])
def test_a_rise_needs_customers_on_both_sides(control, shows, monkeypatch):
    monkeypatch.setattr(holdout, "detectable_rise", lambda base, treated, held: (treated, held))
    counts = SegmentCounts({}, {"loyal": 100}, {"loyal": control})
    (loyal, _) = control_groups(counts, SEGMENTS[:1])
    assert loyal.rise == ((100 - control, control) if shows else None)


def test_without_customers_nothing_is_known_of_all():
    (everybody,) = control_groups(SegmentCounts({}, {}, {}), SEGMENTS)
    assert everybody == ControlGroup(ALL, 0, 0, None, None)


def test_the_days_are_those_of_the_first_segment_that_was_watched():
    counts = SegmentCounts({}, {"loyal": 100}, {"loyal": 10})
    late = [{"name": "other", "horizon_days": None}, {**SEGMENTS[0], "horizon_days": 60.0}]
    assert control_groups(counts, late)[0].days == 60.0
    unwatched = [{"name": "loyal", "returned_share": 0.5}]
    assert control_groups(counts, unwatched)[0].days is None


def test_the_seed_by_default_is_that_of_conf():
    np.testing.assert_array_equal(drawn(), drawn(seed=42))
    assert Holdout().campaign == ""
    assert Holdout().share is None


@pytest.mark.parametrize("name", ["spring", "Spring 2024: 10 %", "春"])
def test_a_campaign_of_one_line_is_taken(name):
    require_named(Holdout(0.1, name))
