"""Files to tables and back."""

import gzip

import ibis
import pandas as pd
import pytest

from segmentation.engine.connection import EngineError, connect
from segmentation.engine.tables import (
    append,
    batches,
    kept,
    read_csv,
    read_csv_as_text,
    read_parquet,
    write_parquet,
)


def rows(table):
    return table.to_pyarrow().to_pylist()


def test_parquet_files_are_one_table_and_a_column_that_one_lacks_is_null_there(
    connection, tmp_path
):
    pd.DataFrame({"a": [1], "b": ["x"]}).to_parquet(tmp_path / "1.parquet")
    pd.DataFrame({"b": ["y"]}).to_parquet(tmp_path / "2.parquet")
    table = read_parquet(connection, sorted(tmp_path.iterdir()))
    assert rows(table.order_by("b")) == [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]


def test_every_query_reads_the_parquet_file_anew_and_a_kept_table_is_computed_once(
    connection, tmp_path
):
    path = tmp_path / "lines.parquet"
    pd.DataFrame({"a": [1, 2]}).to_parquet(path)
    table = read_parquet(connection, [path])
    held = kept(connection, table.mutate(b=table.a * 2))
    pd.DataFrame({"a": [3, 4, 5]}).to_parquet(path)
    assert table.count().execute() == 3
    path.unlink()
    assert rows(held) == [{"a": 1, "b": 2}, {"a": 2, "b": 4}]


def test_text_files_are_columns_of_text_with_blanks_as_null(connection, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text('id,paid,when\n007,1.50,2011-01-01\n"a,b",,NULL\n')
    table = read_csv_as_text(connection, path)
    assert {str(kind) for kind in table.schema().types} == {"string"}
    assert rows(table) == [
        {"id": "007", "paid": "1.50", "when": "2011-01-01"},
        {"id": "a,b", "paid": None, "when": "NULL"},
    ]


def test_a_delimiter_is_found_or_told(connection, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("a;b,c\n1;2,3\n4;5,6\n")
    assert read_csv_as_text(connection, path, ";").columns == ("a", "b,c")
    assert read_csv_as_text(connection, path, ",").columns == ("a;b", "c")
    path.write_text("a|b\n1|2\n3|4\n")
    assert read_csv_as_text(connection, path).columns == ("a", "b")


def test_a_compressed_file_is_told_apart_by_what_is_said_not_by_its_name(connection, tmp_path):
    path = tmp_path / "orders.CSV.GZ"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert rows(read_csv_as_text(connection, path, gzipped=True)) == [{"a": "1", "b": "2"}]


def test_the_first_line_is_the_header_though_later_ones_look_better(connection, tmp_path):
    """What comes first is not passed over in silence: lines would be lost."""
    path = tmp_path / "orders.csv"
    path.write_text("customer,order\n" + "1,2\n" * 3)
    assert len(rows(read_csv_as_text(connection, path))) == 3
    path.write_text("export of 2011\na,b\n1,2\n3,4\n")
    assert "a" not in read_csv_as_text(connection, path).columns


def test_a_line_with_too_many_cells_is_an_error_with_its_number(connection, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n" + "1,2\n" * 30_000 + "1,2,3\n")
    with pytest.raises(EngineError, match="Line: 30002"):
        kept(connection, read_csv_as_text(connection, path))


def test_types_are_found_but_for_the_columns_that_stay_text(connection, tmp_path):
    path = tmp_path / "scored.csv"
    path.write_text("id,revenue\n007,1.5\n8,2\n")
    assert rows(read_csv(connection, path, text=["id"])) == [
        {"id": "007", "revenue": 1.5},
        {"id": "8", "revenue": 2.0},
    ]
    with pytest.raises(EngineError, match="customer"):
        read_csv(connection, path, text=["customer"])


@pytest.mark.parametrize("read", [read_csv_as_text, lambda *of: read_parquet(of[0], [of[1]])])
def test_a_file_that_is_none_is_an_error_of_the_engine(connection, tmp_path, read):
    path = tmp_path / "broken"
    path.write_bytes(b"PAR1\xff\xfe not really PAR1")
    with pytest.raises(EngineError):
        kept(connection, read(connection, path))


def test_rows_are_appended_by_the_names_of_their_columns(connection):
    table = kept(connection, ibis.memtable({"a": [1], "b": ["x"]}))
    append(connection, table, ibis.memtable({"b": ["y"], "a": [2]}))
    assert rows(table) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def test_kept_tables_do_not_replace_one_another(connection):
    first, second = (kept(connection, ibis.memtable({"a": [number]})) for number in (1, 2))
    assert (rows(first), rows(second)) == ([{"a": 1}], [{"a": 2}])


def test_a_frame_is_kept_where_it_is_told_to(connection):
    table = kept(connection, ibis.memtable({"a": [1]}))
    connection.disconnect()
    with pytest.raises(EngineError, match="closed"):
        table.execute()


def test_a_table_is_written_with_its_types_and_its_order(connection, tmp_path):
    table = kept(connection, ibis.memtable({"id": ["10", "9"], "value": [0.1, 2.0]}))
    write_parquet(table.order_by(table.id.length()), tmp_path / "customers.parquet")
    back = pd.read_parquet(tmp_path / "customers.parquet")
    assert back.to_numpy().tolist() == [["9", 2.0], ["10", 0.1]]
    assert back["value"].dtype == "float64"


def test_a_file_that_cannot_be_written_is_an_error(connection, tmp_path):
    table = kept(connection, ibis.memtable({"a": [1]}))
    with pytest.raises((EngineError, OSError), match="no folder"):
        write_parquet(table, tmp_path / "no folder" / "customers.parquet")


def test_a_table_without_rows_is_one_batch_with_its_columns():
    table = kept(connect(), ibis.memtable({"a": [1], "b": ["x"]}))
    (batch,) = batches(table.filter(table.a > 1))
    assert (batch.num_rows, batch.schema.names) == (0, ["a", "b"])
    assert [len(each) for each in batches(table)] == [1]
