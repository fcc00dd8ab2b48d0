"""Spark: files, tables of its catalogue and sessions that are joined."""

import os
import signal

import pandas as pd
import pytest

from segmentation.data.files import read_tables
from segmentation.data.formats import Notation
from segmentation.data.queried import queried, table_of
from segmentation.engine.spark_engine import Spark
from segmentation.errors import UserError


def rows(table):
    return table.to_pyarrow().to_pylist()


def read(path, notation=None):
    return read_tables(path, notation or Notation(), Spark())[0].table


def test_two_ways_to_a_cluster_are_refused():
    with pytest.raises(UserError, match=r"engine\.master=local and engine\.remote=sc://x cannot"):
        Spark(master="local", remote="sc://x").connect()


@pytest.mark.slow
def test_the_active_session_is_joined_and_no_other_master_is_pretended(spark_session):
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert Spark().connect()._session is spark_session
    assert Spark(master="local[2]").connect()._session is spark_session
    assert spark_session.conf.get("spark.sql.session.timeZone") == "UTC"
    assert os.environ["PYSPARK_PYTHON"]
    with pytest.raises(UserError, match=r"but a session of local\[2\] is active in this process"):
        Spark(master="spark://host:7077").connect()
    assert handlers == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


@pytest.mark.slow
@pytest.mark.usefixtures("spark_session")
def test_text_files_are_columns_of_text_and_no_line_is_lost(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text('id,note\n007,"a ""quoted"", note"\n8,\n', encoding="utf-8")
    assert rows(read(path)) == [
        {"id": "007", "note": 'a "quoted", note'},
        {"id": "8", "note": None},
    ]
    path.write_text("1;2\n3;4\n", encoding="utf-8")
    assert rows(read(path, Notation(";", None, ("a", "b")))) == [
        {"a": "1", "b": "2"},
        {"a": "3", "b": "4"},
    ]
    path.write_text("a,b\n1,2,3\n", encoding="utf-8")
    with pytest.raises(Exception, match="FAILFAST"):
        rows(read(path))


@pytest.mark.slow
@pytest.mark.usefixtures("spark_session")
def test_parquet_files_are_one_table_and_a_column_that_one_lacks_is_null_there(tmp_path):
    pd.DataFrame({"a": [1], "b": ["x"]}).to_parquet(tmp_path / "1.parquet")
    pd.DataFrame({"b": ["y"]}).to_parquet(tmp_path / "2.parquet")
    for path in (tmp_path, tmp_path / "*.parquet", sorted(tmp_path.iterdir())):
        found = sorted(rows(read(path)), key=lambda row: row["b"])
        assert found == [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]


@pytest.mark.slow
@pytest.mark.usefixtures("spark_session")
def test_what_spark_does_not_read_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"orders\.xlsx has a format that engine=spark does not"):
        read(tmp_path / "orders.xlsx")
    with pytest.raises(UserError, match=r"nothing\.parquet cannot be read by engine=spark"):
        read(tmp_path / "nothing.parquet")


@pytest.mark.slow
def test_tables_of_the_catalogue_and_queries(spark_session):
    spark_session.sql("SELECT 1 AS a").createOrReplaceTempView("seen")
    assert rows(table_of("seen", Spark()).table) == [{"a": 1}]
    assert rows(queried("select a + 1 as b from seen", Spark()).table) == [{"b": 2}]
    with pytest.raises(UserError, match="there is no table 'unseen'"):
        table_of("unseen", Spark())
    with pytest.raises(UserError, match="is not one SELECT"):
        queried("drop view seen", Spark())
