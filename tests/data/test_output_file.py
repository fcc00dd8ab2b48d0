"""The file that score.py writes: whole or not at all, and safe to open in a spreadsheet."""

import pandas as pd
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.data.harmless_text import restored
from segmentation.data.output_file import output_file
from segmentation.engine.connection import connect
from segmentation.engine.tables import read_csv
from segmentation.errors import UserError

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
HARMLESS = ["1", "01", "1.0", "a b", 'q"', "ü,", "NULL", "nan", "'quoted'"]


def scored(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "name", "revenue"])


def write(path, *batches, overwrite=False):
    with output_file(path, overwrite) as append:
        for batch in batches:
            append(batch)
    return path


def files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_batches_come_back_as_one_table(tmp_path, ending):
    one, two = scored(("007", "loyal", 1.5)), scored(("8", "at risk, recent", -2.0))
    path = write(tmp_path / f"segments.{ending}", one, two)
    back = pd.read_parquet(path) if ending == "parquet" else pd.read_csv(path, dtype={0: str})
    pd.testing.assert_frame_equal(back, pd.concat([one, two], ignore_index=True))
    assert files(tmp_path) == [path.name]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_csv_file_is_a_formula(tmp_path, cell):
    path = write(tmp_path / "segments.csv", scored((cell, "loyal", -5.0)))
    back = pd.read_csv(path, dtype={"customer_id": str}, lineterminator=None)
    assert back["customer_id"][0].startswith("'")
    assert back["revenue"][0] == -5.0
    parquet = write(tmp_path / "segments.parquet", scored((cell, "loyal", -5.0)))
    assert pd.read_parquet(parquet)["customer_id"].tolist() == [cell]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_nothing_behind_and_the_old_file_as_it_was(tmp_path, ending, interruption):
    new, old = tmp_path / f"new.{ending}", tmp_path / f"old.{ending}"
    old.write_text("old")

    def begin(path):
        with output_file(path, overwrite=True) as append:
            append(scored(("1", "loyal", 1.0)))
            raise interruption

    for path in (new, old):
        with pytest.raises(interruption):
            begin(path)
    assert files(tmp_path) == [old.name]
    assert old.read_text() == "old"


def test_the_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "segments.csv"
    with output_file(path, overwrite=False) as append:
        append(scored(("1", "loyal", 1.0)))
        assert not path.exists()
    assert path.exists()


def test_a_file_is_replaced_only_when_told_to(tmp_path):
    path = write(tmp_path / "segments.csv", scored(("1", "loyal", 1.0)))
    with pytest.raises(UserError, match=r"exists; set overwrite=true"):
        write(path, scored(("2", "loyal", 1.0)))
    assert "2" not in path.read_text()
    write(path, scored(("2", "casual", 7.0)), overwrite=True)
    assert pd.read_csv(path)["name"].tolist() == ["casual"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("segments.xlsx", "must end in .csv or .parquet"), ("no/segments.csv", "does not exist")],
)
def test_an_output_that_cannot_be_is_refused_before_any_work(tmp_path, name, said):
    with pytest.raises(UserError, match=said), output_file(tmp_path / name, False):
        pytest.fail("work was begun")


def test_an_error_of_the_data_is_not_taken_for_one_of_the_output(tmp_path):
    with pytest.raises(FileNotFoundError), output_file(tmp_path / "segments.csv", False):
        (tmp_path / "missing").read_text()


@settings(deadline=None, max_examples=10)
@given(ids=st.lists(st.sampled_from(FORMULAS + HARMLESS), unique=True, min_size=1))
def test_the_engine_reads_back_every_text_as_it_was(tmp_path_factory, ids):
    rows = scored(*((text, "loyal", 1.0) for text in ids))
    path = write(tmp_path_factory.mktemp("ids") / "segments.csv", rows)
    table = read_csv(connect(), path, text=["customer_id"])
    assert sorted(restored(table.customer_id).to_pyarrow().to_pylist()) == sorted(ids)


def test_a_parquet_file_is_written_batch_by_batch(tmp_path):
    path = write(tmp_path / "segments.parquet", *[scored(("1", "loyal", 1.0))] * 5)
    assert pyarrow.parquet.ParquetFile(path).num_row_groups == 5


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_is_no_file_to_write(tmp_path, overwrite):
    (tmp_path / "list.csv").mkdir()
    with pytest.raises(UserError, match="is a folder; set it to a file in it"):
        write(tmp_path / "list.csv", scored(("1", "loyal", 1.0)), overwrite=overwrite)
