"""Text in CSV files: no spreadsheet executes it, and every text comes back as it was."""

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.data.harmless_text import (
    harmless,
    harmless_frame,
    restored,
    restored_text,
)
from segmentation.engine.connection import connect

FORMULAS = ["=1+1", "+44 20", "-1", "@SUM(A1)", "\t=1", "\t1", "\r=1", "\n=1"]
TRICKS = [
    *("＝1", "＋1", "－1", "＠a", "﹦1", "−1"),
    *(" =1", "\u00a0=1", "\u3000＝1", "\ufeff=1", "\u200b+1", "\u2003 @a"),
    *("'=1", "''=1", "' =1", "'\u00a0＝1"),
]
HARMLESS = [
    "1",
    "01",
    "a b",
    'q"',
    "ü,",
    "nan",
    "'quoted'",
    "a=b",
    "'",
    "o'=1",
    " 1",
    "\u00a0a",
    "",
]


@pytest.mark.parametrize("cell", [*FORMULAS, *TRICKS])
def test_what_a_spreadsheet_would_execute_gets_an_apostrophe(cell):
    assert harmless(pa.table({"text": [cell]}))["text"].to_pylist() == [f"'{cell}"]
    assert harmless_frame(pd.DataFrame({"text": [cell]}))["text"].tolist() == [f"'{cell}"]
    assert restored_text(f"'{cell}") == cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_all_other_text_stays(cell):
    assert harmless(pa.table({"text": [cell]}))["text"].to_pylist() == [cell]
    assert harmless_frame(pd.DataFrame({"text": [cell]}))["text"].tolist() == [cell]
    assert restored_text(cell) == cell


def test_numbers_and_missing_values_stay():
    table = pa.table({"number": [-1.5], "nothing": pa.array([None], pa.string())})
    assert harmless(table).equals(table)
    frame = pd.DataFrame({"number": [-1.5], "nothing": [None], "is": [True]})
    pd.testing.assert_frame_equal(harmless_frame(frame), frame)


@given(st.lists(st.text("'=-＝ \u00a0a\t", max_size=5), unique=True, min_size=1))
@settings(max_examples=60, deadline=None)
@pytest.mark.slow
def test_every_text_comes_back_and_no_two_become_one(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("list") / "list.csv"
    # an empty text is nothing to a reader of CSV, with or without apostrophes
    numbers = {f"number {n}": [float(n)] * len(texts) for n in range(4)}
    written = harmless(pa.table({"text": [f"{text}." for text in texts], **numbers}))
    assert len(set(written["text"].to_pylist())) == len(texts)
    pyarrow.csv.write_csv(written, path)
    # How it is written is known, and not to be found here.
    table = connect().read_csv(path, types={"text": "VARCHAR"}, delim=",", quote='"', escape='"')
    assert sorted(restored(table.text).to_pyarrow().to_pylist()) == sorted(f"{t}." for t in texts)
