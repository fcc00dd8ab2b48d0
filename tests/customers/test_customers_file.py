"""All customers in a file are read by column and batch by batch."""

import gc
from tempfile import TemporaryDirectory

import ibis
import pandas as pd
import pytest

from segmentation.customers.customers_file import CustomersFile, customers_file, ids_of
from segmentation.engine.duckdb_engine import DuckDB
from segmentation.engine.tables import kept

TABLE = pd.DataFrame({"customer_id": list("cab"), "revenue": [3.0, 1.0, 2.0]})


@pytest.fixture
def file(tmp_path):
    # written with an index in the metadata of pandas, as other lists of customers are
    TABLE.set_index("customer_id").to_parquet(tmp_path / "all.parquet")
    return CustomersFile(tmp_path / "all.parquet")


def test_columns_and_their_number_are_those_of_the_file(file):
    assert len(file) == 3
    frame = file.frame(["revenue"])
    assert frame["revenue"].to_dict() == {"c": 3, "a": 1, "b": 2}
    assert list(ids_of(file)) == list(ids_of(frame)) == ["c", "a", "b"]
    assert file["revenue"].tolist() == [3, 1, 2]
    assert file["customer_id"].tolist() == ["c", "a", "b"]


def test_batches_have_all_customers_in_their_order(file):
    batches = list(file.batches(batch_size=2))
    assert [len(batch) for batch in batches] == [2, 1]
    pd.testing.assert_frame_equal(pd.concat(batches), TABLE.set_index("customer_id"))


def test_a_file_is_its_path_whoever_keeps_the_folder(file):
    folder = TemporaryDirectory()
    held = CustomersFile(file.path, folder)
    assert held == file
    assert repr(held) == repr(file)


def test_a_temporary_file_goes_with_the_last_who_refers_to_it():
    connection = DuckDB().connect()
    written = customers_file(kept(connection, ibis.memtable(TABLE)))
    path = written.path
    pd.testing.assert_frame_equal(next(written.batches()), TABLE, check_dtype=False)
    del written
    gc.collect()
    assert not path.exists()
    assert not path.parent.exists()
