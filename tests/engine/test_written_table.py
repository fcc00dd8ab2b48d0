"""A table that is given batch by batch: its values, and when others see it."""

import math

import ibis
import pyarrow as pa
import pytest

from segmentation.engine.connection import connect
from segmentation.engine.database_engine import Database
from segmentation.engine.dialects import dialect_of
from segmentation.engine.tables import is_schema, is_table, kept, named
from segmentation.engine.written_table import being_written

ROWS = pa.table(
    {
        "id": ["7", '=1, "quoted"', "line\nfeed", "", "\\N", "NULL", "ü\t"],
        "share": [0.1 + 0.2, -1e-300, 1e300, 0.0, math.pi, 5.0, 1 / 3],
        "segment": pa.array([2**53 + 1, -1, 0, 1, 2, 3, 4], "int64"),
        "outlier": [True, False, True, False, True, False, True],
    }
)


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.slow)])
def two(request):
    """Two connections: to one database of PostgreSQL; to DuckDB, as an engine without a class."""
    if request.param == "duckdb":
        connection = connect()
        yield connection, connection
        return
    engine = Database(request.getfixturevalue("postgres_url"))
    yield engine.connect(), engine.connect()
    run(engine.connect(), "DROP TABLE IF EXISTS written CASCADE")


def run(connection, statement):
    dialect_of(connection).run(connection, statement)


def names(connection):
    """Names of all tables, but for those that Ibis makes of what is in memory."""
    found = connection.con.execute("SELECT table_name FROM information_schema.tables").fetchall()
    return sorted(name for (name,) in found if not name.startswith("ibis_"))


def test_every_value_comes_back_as_it_was(two):
    connection, other = two
    with being_written(connection, "written") as writer:
        writer.append(ROWS[:3])
        writer.append(ROWS[3:])
        writer.finish(overwrite=False)
    assert named(other, "written").to_pyarrow().cast(ROWS.schema).to_pylist() == ROWS.to_pylist()


@pytest.mark.slow
def test_nobody_sees_a_part_and_the_old_table_is_read_until_the_end(two):
    connection, other = two
    if connection is other:
        pytest.skip("one connection sees what it does")
    run(other, "CREATE TABLE written AS SELECT 1 AS old")
    before = names(other)
    with being_written(connection, "written") as writer:
        writer.append(ROWS)
        assert names(other) == before
        assert named(other, "written").columns == ("old",)
        writer.finish(overwrite=True)
    assert names(other) == before
    assert named(other, "written").count().execute() == len(ROWS)


def test_a_table_that_is_not_finished_is_dropped(two):
    connection, other = two
    before = names(other)

    def begin():
        with being_written(connection, "written") as writer:
            writer.append(ROWS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin()
    assert names(other) == before


@pytest.mark.slow
def test_a_table_and_a_schema_are_there_or_not(postgres_url):
    connection = Database(postgres_url).connect()
    name = kept(connection, ibis.memtable({"a": [1]})).get_name()
    assert is_table(connection, name)
    assert not is_table(connection, "nothing")
    assert is_schema(connection, "segments")
    assert is_schema(connection, "public.segments")
    assert not is_schema(connection, "nowhere.segments")
