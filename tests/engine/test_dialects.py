"""Which dialect is taken."""

from types import SimpleNamespace

import ibis
from ibis.util import backend_entry_points

from segmentation.engine.connection import connect
from segmentation.engine.dialects import AS_PROMISED, DIALECTS, dialect_of
from segmentation.engine.tables import kept


def test_an_expression_has_the_dialect_of_its_connection():
    connection = connect()
    table = kept(connection, ibis.memtable({"a": [1]}))
    assert dialect_of(table) is dialect_of(connection) is DIALECTS["duckdb"]


def test_each_engine_stands_by_a_name_that_ibis_has():
    assert set(DIALECTS) <= {entry.name for entry in backend_entry_points()}


def test_of_any_other_engine_ibis_is_taken_at_its_word():
    snowflake = SimpleNamespace(get_backend=lambda: SimpleNamespace(name="snowflake"))
    assert dialect_of(snowflake) is AS_PROMISED
