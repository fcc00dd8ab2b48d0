"""What PostgreSQL has of its own."""

import ibis
import pytest
from sqlglot import parse_one

from segmentation.engine.database_engine import Database
from segmentation.engine.postgres_dialect import PostgresDialect
from segmentation.engine.tables import kept, selected


def test_what_cannot_be_cast_is_never_handed_over():
    condition = parse_one("CAST(quantity AS DOUBLE) > 1", dialect="duckdb")
    written = PostgresDialect().condition(condition).sql("postgres")
    assert written.startswith("CASE WHEN CAST(quantity AS TEXT) ~ ")
    assert written.endswith("THEN CAST(quantity AS DOUBLE PRECISION) END > 1")


@pytest.mark.slow
def test_the_server_is_told_how_many_rows_are_kept(postgres_url):
    """Else it plans the next query for a table of any size."""
    connection = Database(postgres_url).connect()
    made = kept(connection, ibis.memtable({"a": list(range(300))}))
    asked = selected(connection, "select generate_series(1, 200) as a")
    with connection.raw_sql("SELECT relname, reltuples FROM pg_class") as sizes:
        known = dict(sizes.fetchall())
    assert [known[made.get_name()], known[asked.get_name()]] == [300, 200]
