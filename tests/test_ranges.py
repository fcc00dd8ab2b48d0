"""Ranges, and the refusal of a number outside of one."""

from dataclasses import dataclass, field
from math import inf, nan

import numpy as np
import pytest

from segmentation.errors import UserError
from segmentation.ranges import PART, SEED, SHARE, Range, ranged, ranged_options, require_in_range


@dataclass
class Part:
    draws: int = field(default=20, metadata=ranged(2))


@dataclass
class Options:
    part: Part | None = field(default_factory=Part)
    share: float = field(default=0.5, metadata=SHARE)
    aside: float | None = field(default=None, metadata=PART)
    free: int = -1


@pytest.mark.parametrize(
    ("allowed", "inside", "outside"),
    [
        (Range(2), [2, 3, 10**30], [1, 0, -2, nan, -inf]),
        (Range(0, 1), [0, 0.0, 0.5, 1, 1.0], [-1e-9, 1 + 1e-9, nan, inf, -inf]),
        (Range(0, 1, with_ends=False), [1e-9, 0.5, 1 - 1e-9], [0, 1, -1, 2, nan, inf]),
    ],
)
def test_ends_are_inside_where_the_range_has_them(allowed, inside, outside):
    assert [number for number in inside if number not in allowed] == []
    assert [number for number in outside if number in allowed] == []


def test_a_range_reads_as_a_rule():
    assert str(Range(2)) == "at least 2"
    assert str(SHARE["range"]) == "from 0 to 1"
    assert str(PART["range"]) == "above 0 and below 1"
    assert str(SEED["range"]) == "from 0 to 4294967295"


def test_options_of_parts_have_their_full_names_and_those_of_no_part_have_none():
    assert [name for name, *_ in ranged_options(Options())] == ["part.draws", "share", "aside"]
    assert [name for name, *_ in ranged_options(Options(part=None))] == ["share", "aside"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(Part(1)), "part.draws=1 must be at least 2; set part.draws=20"),
        (Options(share=2.0), "share=2 must be from 0 to 1; set share=0.5"),
        (Options(share=nan), "share=nan must be from 0 to 1; set share=0.5"),
        (
            Options(aside=0.0),
            "aside=0 must be above 0 and below 1; set aside=null for none, or such a number",
        ),
        (
            Options(Part(2.5)),  # type: ignore[arg-type]
            "part.draws=2.5 must be a whole number, at least 2; set part.draws=20",
        ),
        (
            Options(Part(None)),  # type: ignore[arg-type]
            "part.draws=None must be a whole number, at least 2; set part.draws=20",
        ),
        (Options(share=True), "share=True must be a number, from 0 to 1; set share=0.5"),
        (
            Options(share="0.5"),  # type: ignore[arg-type]
            "share=0.5 must be a number, from 0 to 1; set share=0.5",
        ),
    ],
)
def test_a_refusal_says_value_rule_and_remedy(options, message):
    with pytest.raises(UserError) as refused:
        require_in_range(options)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(part=None),
        Options(aside=0.5),
        Options(Part(np.int64(2)), share=np.float64(1.0)),  # type: ignore[arg-type]
        Options(share=1),
    ],
)
def test_numbers_of_any_library_and_no_number_where_none_is_needed_are_taken(options):
    require_in_range(options)
