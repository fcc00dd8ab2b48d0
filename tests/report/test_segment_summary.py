"""A segment as a marketing team needs to know it."""

from dataclasses import asdict, replace

import pandas as pd

from segmentation.report.provable import provable_difference
from segmentation.report.segment_summary import SIZES, segment_summaries
from segmentation.segments.segment_name import SegmentName
from tests.helpers.summaries import SEGMENT

NOT_OF_A_NAME = (*SIZES, "list_file", "list_of_all")
NAME = SegmentName(
    **{name: value for name, value in asdict(SEGMENT).items() if name not in NOT_OF_A_NAME}
)


def test_where_everybody_buys_already_something_else_is_measured():
    champions = replace(SEGMENT, recent_buyer_share=0.99)
    assert "measure the figure to move instead" in champions.test_size
    casual = replace(champions, action="keep informed", base="99.0% bought in the last 90 days")
    assert "measure revenue per customer instead" in casual.test_size


def test_a_test_is_sized_by_the_share_of_like_customers_that_came_back():
    segment = replace(SEGMENT, returned_share=0.4, horizon_days=93.3)
    assert segment.test_size == provable_difference(0.4, 700, "the figure to move", 93)
    assert "within 93 days (40.0% so far)" in segment.test_size
    assert "within 90 days (30.0% so far)" in SEGMENT.test_size


def test_sizes_stand_beside_the_names_with_their_lists_and_noise_comes_last():
    names = [replace(NAME, segment=segment, name=f"s{segment}") for segment in (-1, 1, 0)]
    sizes = dict.fromkeys(SIZES, 0.5) | {"customers": 7.0}
    profile = pd.DataFrame([{"segment": name.segment, **sizes} for name in names])
    found = segment_summaries(profile, names, {0: "a.csv"})
    assert [(each.segment, each.name) for each in found] == [(0, "s0"), (1, "s1"), (-1, "s-1")]
    assert [each.list_file for each in found] == ["a.csv", "", ""]
    assert str(found[0].customers) == "7"


def test_a_list_of_several_segments_is_known_as_one():
    names = [replace(NAME, segment=segment, name=f"s{segment}") for segment in (0, 1, 2)]
    profile = pd.DataFrame([{"segment": n, **dict.fromkeys(SIZES, 0.5)} for n in range(3)])
    files = {0: "all.csv", 1: "all.csv", 2: "own.csv"}
    assert [each.list_of_all for each in segment_summaries(profile, names, files)] == [
        *(True, True, False)
    ]
    assert not any(each.list_of_all for each in segment_summaries(profile, names))
