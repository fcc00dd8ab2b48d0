"""A database: its tables and queries, its errors, and that its connections end."""

import gc
import weakref

import pytest

from segmentation.data.queried import queried, table_of
from segmentation.engine.connection import DUCKDB
from segmentation.engine.database_engine import Database
from segmentation.errors import UserError


def test_the_engine_does_not_show_its_url():
    assert "geheim" not in repr(Database("postgresql://me:geheim@host/db"))


@pytest.mark.slow
def test_a_database_that_cannot_be_reached_is_one_line_without_its_secrets():
    pytest.importorskip("psycopg")
    with pytest.raises(UserError) as raised:
        Database("postgresql://me:geheim@127.0.0.1:1/shop?application_name=x").connect()
    said = str(raised.value)
    assert said.startswith("engine.url=postgresql://127.0.0.1:1/shop cannot be connected to")
    assert not {"geheim", "me:", "application_name"} & {*said.split(), said[:60]}
    assert "geheim" not in said


def test_files_are_refused(tmp_path):
    with pytest.raises(UserError, match=r"engine=database reads no files, and data\.path=a\.csv"):
        Database("postgresql://host/db").read_files(["a.csv"], {})


def test_duckdb_has_no_tables():
    with pytest.raises(UserError, match=r"is a table of .*; set engine=database"):
        table_of("orders", DUCKDB)


@pytest.fixture
def shop(postgres_url):
    engine = Database(postgres_url)
    connection = engine.connect()
    for statement in (
        "CREATE SCHEMA IF NOT EXISTS sales",
        'CREATE TABLE IF NOT EXISTS sales."Orders of 2011" AS SELECT 1 AS a, 2 AS b',
    ):
        connection.raw_sql(statement).close()
    return engine


@pytest.mark.slow
def test_a_table_is_named_with_its_schema(shop):
    assert table_of("sales.Orders of 2011", shop).table.columns == ("a", "b")
    with pytest.raises(UserError, match=r"no table 'orders' in sales, .* is: Orders of 2011"):
        table_of("sales.orders", shop)


@pytest.mark.slow
def test_a_query_is_one_select_and_nothing_else_is_run(shop):
    table = 'sales."Orders of 2011"'
    assert queried(f"select a + b as c from {table};", shop).table.execute()["c"].tolist() == [3]
    for query in (
        f"delete from {table}",
        f"select 1; drop table {table}",
        f"with gone as (delete from {table} returning *) select * from gone",
        f"select * into sales.copy from {table}",
    ):
        with pytest.raises(UserError, match="is not one SELECT, and nothing else is run"):
            queried(query, shop)
    assert table_of("sales.Orders of 2011", shop).table.count().execute() == 1
    with pytest.raises(UserError, match=r"cannot be run: .*nowhere.*; write it in the SQL of"):
        queried("select * from nowhere", shop)


@pytest.mark.slow
def test_a_connection_ends_with_what_refers_to_it(shop):
    connection = shop.connect()
    raw, gone = connection.con, weakref.ref(connection)
    table = connection.table("Orders of 2011", database="sales")
    assert not raw.closed
    del connection, table
    gc.collect()
    assert gone() is None
    assert raw.closed


@pytest.mark.slow
def test_the_server_ends_the_query_of_a_client_that_is_gone(shop):
    setting = shop.connect().raw_sql("SHOW client_connection_check_interval").fetchone()
    assert setting == ("2s",)
