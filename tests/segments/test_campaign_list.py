"""Lists with a control group, as score.py writes them and as spreadsheets save them."""

import pandas as pd
import pytest

from segmentation.data.output_file import output_file
from segmentation.errors import UserError
from segmentation.segments.campaign_list import read_list

LIST = pd.DataFrame(
    {
        "customer_id": ["007", "=1+1", "c"],
        "orders": [1.0, 2.0, 3.0],
        "segment": [0, 1, -1],
        "segment_name": ["loyal", "at risk, dear", "unassigned"],
        "control": [True, False, False],
        "as_of": "2024-05-01T00:00:00",
    }
)
COLUMNS = ["customer_id", "segment", "segment_name", "control", "as_of"]


def write(path, frame=LIST):
    with output_file(path, overwrite=True) as append:
        append(frame)
    return str(path)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_list_comes_back_as_it_was_written(tmp_path, ending):
    found = read_list(write(tmp_path / f"segments.{ending}"))
    found = found.sort_values("customer_id", ignore_index=True)
    expected = LIST[COLUMNS].sort_values("customer_id", ignore_index=True)
    expected = expected.rename(columns={"segment_name": "name"})
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert found["control"].dtype == bool


def test_a_folder_of_parts_is_one_list(tmp_path):
    (tmp_path / "scored").mkdir()
    for part in range(3):
        write(tmp_path / "scored" / f"part-{part}.parquet", LIST.iloc[[part]])
    found = read_list(str(tmp_path / "scored"))
    assert sorted(found["customer_id"]) == sorted(LIST["customer_id"])


def test_a_list_that_a_spreadsheet_has_saved_is_read(tmp_path):
    saved = LIST.assign(control=["TRUE", "FALSE", "FALSE"], customer_id=["007", "8", "9"])
    saved.to_csv(tmp_path / "saved.csv", sep=";", index=False)
    found = read_list(str(tmp_path / "saved.csv")).set_index("customer_id")
    assert found["control"].to_dict() == {"007": True, "8": False, "9": False}


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (LIST.drop(columns="control"), "has no column 'control'; give what score.py has written"),
        (LIST.drop(columns="customer_id"), "has no column 'customer_id'"),
        (LIST.drop(columns=["as_of", "segment"]), "has no column 'segment'"),
        (LIST.assign(control=False), "has 3 customers and nobody in control"),
        (LIST.assign(control=True), "has 3 customers and all of them in control"),
        (LIST.assign(control=["perhaps", "true", "false"]), "empty cells"),
        (LIST.assign(segment=["one", "2", "3"]), "empty cells"),
        (LIST.iloc[:0], "has no customers"),
        (pd.concat([LIST, LIST]), "has the customer '007' twice"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_is_no_such_list_is_refused_in_one_line(tmp_path, frame, said, ending):
    with pytest.raises(UserError, match=said) as refused:
        read_list(write(tmp_path / f"list.{ending}", frame))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.csv", None, "is neither a file nor a folder"),
        ("empty", "folder", "is neither a file nor a folder"),
        ("broken.parquet", b"PAR1 not really", "cannot be read"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path, name, content, said):
    if content == "folder":
        (tmp_path / name).mkdir()
    elif content:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=said):
        read_list(str(tmp_path / name))
