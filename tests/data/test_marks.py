"""Marks within text files are given by their names or by themselves."""

import pytest

from segmentation.data.formats import BLANKS
from segmentation.data.marks import decimal_mark, delimiter_of
from segmentation.errors import UserError


@pytest.mark.parametrize(
    ("given", "mark"), [(None, "."), ("", "."), ("point", "."), ("comma", ","), (",", ",")]
)
def test_a_decimal_mark_is_a_point_where_none_is_given(given, mark):
    assert decimal_mark(given) == mark


@pytest.mark.parametrize("given", ["komma", ";"])
def test_another_decimal_mark_is_refused(given):
    with pytest.raises(UserError, match=rf"^data\.decimal={given} must be point or comma; set"):
        decimal_mark(given)


@pytest.mark.parametrize(
    ("given", "characters"),
    [
        *((None, None), ("", None), ("semicolon", ";"), ("comma", ","), ("tab", "\t")),
        *(("pipe", "|"), ("blanks", BLANKS), ("^", "^"), ("||", "||")),
    ],
)
def test_a_delimiter_is_its_name_or_its_characters(given, characters):
    assert delimiter_of(given) == characters


def test_a_word_that_is_no_name_is_no_delimiter():
    with pytest.raises(UserError, match=r"^data\.delimiter=colon must be semicolon, comma, tab, "):
        delimiter_of("colon")
