"""Lists of segments: each has its own, and nothing of anybody else's is replaced."""

import pandas as pd
import pyarrow as pa
import pytest

from segmentation.errors import UserError
from segmentation.jobs.segment_lists import (
    list_of_segment,
    lists_in,
    old_segment_lists,
    segment_lists,
)


@pytest.mark.parametrize(
    ("name", "file"),
    [("at risk", "at-risk"), ("loyal (2)", "loyal-2"), ("Über <b>", "über-b"), ("a/../b", "a-b")],
)
def test_a_file_is_named_like_its_segment(name, file):
    assert list_of_segment(name) == f"segments/{file}.csv"


def part(*names):
    ids = [str(n) for n in range(len(names))]
    return pa.table({"customer_id": ids, "segment_name": list(names)})


def test_segments_of_like_names_do_not_share_a_list(tmp_path):
    with segment_lists(tmp_path / "lists", False) as append:
        append(part("a b", "a, b", "a b"))
        append(part("a, b"))
    found = {file.name: len(pd.read_csv(file)) for file in tmp_path.glob("lists/*")}
    assert found == {"a-b.csv": 2, "a-b-1.csv": 2}


def test_who_is_held_out_of_a_campaign_is_in_no_list_of_a_segment(tmp_path):
    table = part("a", "a", "b").append_column("control", pa.array([True, False, True]))
    with segment_lists(tmp_path / "segments", False) as append:
        append(table)
    (file,) = (tmp_path / "segments").iterdir()
    assert (file.name, pd.read_csv(file)["customer_id"].tolist()) == ("a.csv", [1])


def test_lists_of_segments_that_are_no_more_do_not_stay(tmp_path):
    folder = tmp_path / "lists"
    with segment_lists(folder, False) as append:
        append(part("old"))
    (folder / "notes.txt").write_text("mine")
    (folder / "orders.csv").write_text("order,customer_id\n1,2\n")
    with (
        pytest.raises(UserError, match="has lists; set overwrite=true"),
        segment_lists(folder, False),
    ):
        pytest.fail("work was begun")
    with segment_lists(folder, True) as append:
        append(part("new"))
    assert sorted(file.name for file in folder.iterdir()) == [
        *("new.csv", "notes.txt", "orders.csv")
    ], "what is no list is somebody's own"


def test_a_failure_leaves_the_lists_as_they_were(tmp_path):
    folder = tmp_path / "segments"
    with segment_lists(folder, False) as append:
        append(part("old"))

    def fail():
        with segment_lists(folder, True) as append:
            append(part("new"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [file.name for file in tmp_path.rglob("*")] == ["segments", "old.csv"]


def test_lists_of_an_earlier_scoring_are_found(tmp_path):
    output = str(tmp_path / "now.csv")
    assert old_segment_lists(output) is None
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "orders.csv").write_text("order,customer_id\n1,2\n")
    assert old_segment_lists(output) is None
    with segment_lists(tmp_path / "segments", False) as append:
        append(part("a"))
    assert old_segment_lists(output) == tmp_path / "segments"
    assert old_segment_lists("table:shop.segments") is None


def test_a_folder_is_no_list(tmp_path):
    (tmp_path / "a.csv").mkdir()
    assert [*lists_in(tmp_path)] == []
