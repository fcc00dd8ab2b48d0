"""What DuckDB may use is what was set."""

import pytest

from segmentation.engine.duckdb_engine import DuckDB
from segmentation.errors import UserError


def settings_of(engine):
    """Settings as DuckDB itself tells them."""
    rows = engine.connect().raw_sql("SELECT name, value FROM duckdb_settings()").fetchall()
    return dict(rows)


def test_limits_take_effect(tmp_path):
    found = settings_of(DuckDB(memory_limit="300MiB", threads=1, temp_folder=str(tmp_path)))
    assert (found["memory_limit"], found["threads"]) == ("300.0 MiB", "1")
    assert found["temp_directory"].startswith(f"{tmp_path}/segmentation-")
    assert found["TimeZone"] == "UTC"


def test_without_limits_it_is_as_duckdb_wants_it():
    import duckdb

    found = settings_of(DuckDB())
    query = "SELECT name, value FROM duckdb_settings() WHERE name IN ('memory_limit', 'threads')"
    assert {(name, found[name]) for name in ("memory_limit", "threads")} == set(
        duckdb.connect().execute(query).fetchall()
    )


def test_a_limit_that_is_none_is_refused_with_what_can_be_set():
    with pytest.raises(UserError, match=r"engine\.memory_limit=much is refused .* such as 2GB"):
        DuckDB(memory_limit="much").connect()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"engine\.temp_folder=.*nowhere is no folder"):
        DuckDB(temp_folder=str(tmp_path / "nowhere")).connect()
