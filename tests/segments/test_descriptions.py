"""What is typical of segments, computed by hand."""

from math import asin, sqrt

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.described import Described
from segmentation.segments.descriptions import (
    COLUMNS,
    SMALL_EFFECT,
    describe_segments,
    effect_size,
    is_typical,
    read_descriptions,
    write_descriptions,
)
from segmentation.segments.segment_name import SegmentName


def named(segment: int, name: str) -> SegmentName:
    return SegmentName(segment, name, "", "", "retain", "", 0.5)


NAMES = (named(-1, "unassigned"), named(0, "champions"), named(1, "dormant"))
# 40 champions of whom 30 bought in the web, 60 dormant ones of whom 15 did; 30 of them in a store.
LABELS = np.repeat([0, 1], [40, 60])
WEB = [*range(30), *range(40, 55)]
STORE = [*range(70, 100)]


def described(*values: tuple[str, str, list[int]]) -> Described:
    table = pd.DataFrame(
        [(column, value, len(who)) for column, value, who in values],
        columns=["column", "value", "customers"],
    )
    return Described(
        tuple(dict.fromkeys(column for column, _, _ in values)),
        table,
        np.array([who for _, _, those in values for who in those], dtype=np.int32),
        np.repeat(np.arange(len(values)), [len(who) for _, _, who in values]).astype(np.int32),
    )


CHANNELS = described(("channel", "store", STORE), ("channel", "web", WEB))


def test_shares_over_index_and_effect_size():
    found = describe_segments(CHANNELS, LABELS, NAMES)
    assert list(found.columns) == list(COLUMNS)
    rows = found.set_index(["segment", "value"])
    web = rows.loc[(0, "web")]
    assert (web["name"], web["customers"], web["share"], web["share_of_all"]) == (
        "champions", 30, 0.75, 0.45,
    )  # fmt: skip
    assert web["over_index"] == pytest.approx(0.75 / 0.45)
    assert web["effect_size"] == pytest.approx(2 * asin(sqrt(0.75)) - 2 * asin(sqrt(0.45)))
    store = rows.loc[(0, "store")]
    assert (store["customers"], store["share"], store["over_index"]) == (0, 0.0, 0.0)
    assert list(found["value"]) == ["web", "store", "store", "web"], "the most typical first"


def test_the_effect_size_is_from_minus_to_plus_pi():
    shares = pd.Series([0.0, 1.0, 0.5])
    assert effect_size(shares, shares[::-1].reset_index(drop=True)).tolist() == pytest.approx(
        [-np.pi / 2, 0.0, np.pi / 2]
    )


def test_from_a_small_effect_on_a_value_is_typical_in_either_direction():
    below = np.nextafter(SMALL_EFFECT, 0)
    table = pd.DataFrame({"effect_size": [SMALL_EFFECT, -SMALL_EFFECT, below, -below, 0.0]})
    assert is_typical(table).tolist() == [True, True, False, False, False]


@pytest.mark.parametrize(("size", "shown"), [(20, True), (19, False)])
def test_a_segment_needs_twenty_customers(size, shown):
    labels = np.where(np.arange(100) < size, -1, 1)
    found = describe_segments(CHANNELS, labels, NAMES)
    assert (-1 in set(found["segment"])) is shown


def test_neither_the_order_of_customers_nor_the_numbers_of_segments_matter():
    order = np.random.default_rng(3).permutation(100)
    place = np.argsort(order)
    moved = Described(
        CHANNELS.columns, CHANNELS.values, place[CHANNELS.customers].astype(np.int32),
        CHANNELS.codes,
    )  # fmt: skip
    expected = describe_segments(CHANNELS, LABELS, NAMES)
    pd.testing.assert_frame_equal(describe_segments(moved, LABELS[order], NAMES), expected)
    other = describe_segments(CHANNELS, 1 - LABELS, (named(1, "champions"), named(0, "dormant")))
    key = ["name", "value"]
    figures = [*key, "customers", "share", "share_of_all", "over_index", "effect_size"]
    pd.testing.assert_frame_equal(
        *(each[figures].sort_values(key, ignore_index=True) for each in (other, expected))
    )


@pytest.mark.parametrize(("n_values", "rows"), [(100, 200), (101, 2)])
def test_of_many_values_only_what_is_typical_is_kept(n_values, rows):
    even = [("product", f"p{number:03d}", [0, 1, 40, 41, 42]) for number in range(n_values - 1)]
    found = describe_segments(described(*even, ("product", "web", WEB)), LABELS, NAMES)
    assert len(found) == rows


def test_of_equally_typical_values_the_first_in_the_alphabet_comes_first():
    both = described(("channel", "web", WEB), ("channel", "post", WEB))
    assert list(describe_segments(both, LABELS, NAMES)["value"]) == ["post", "web"] * 2


def test_columns_stand_in_the_order_in_which_they_were_asked_for():
    both = described(("zone", "web", WEB), ("area", "web", WEB))
    assert list(dict.fromkeys(describe_segments(both, LABELS, NAMES)["column"])) == ["zone", "area"]


def test_nothing_described_is_an_empty_table():
    assert describe_segments(Described(), LABELS, NAMES).empty
    assert list(describe_segments(Described(("channel",)), LABELS, NAMES).columns) == list(COLUMNS)


HOSTILE = ["=1+1", "@cmd", "-2", "<script>", "NA", "null", "", "a,b", 'say "x"', "'quoted'"]


def test_a_file_takes_the_place_of_the_last_comes_back_as_it_was_and_holds_no_formula(tmp_path):
    values = described(*(("channel", value, WEB) for value in HOSTILE))
    found = describe_segments(values, LABELS, NAMES)
    write_descriptions(found.head(1), tmp_path / "descriptions.csv")
    write_descriptions(found, tmp_path / "descriptions.csv")
    text = (tmp_path / "descriptions.csv").read_text(encoding="utf-8")
    assert "'=1+1" in text
    assert '"=1+1' not in text
    pd.testing.assert_frame_equal(
        read_descriptions(tmp_path / "descriptions.csv"), found, check_dtype=False
    )
