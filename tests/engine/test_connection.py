"""Limits, errors and interruptions of the engine."""

import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ibis.backends import BaseBackend

from segmentation.engine.connection import EngineError, connect, interrupted_queries_exit
from segmentation.engine.tables import kept

LONG = """
CREATE VIEW long AS
SELECT sum(hash(a.range + b.range)::HUGEINT)::DOUBLE AS total
FROM range(50_000) a, range(50_000) b
"""


def setting(connection: BaseBackend, name: str) -> str:
    return str(connection.raw_sql(f"SELECT current_setting('{name}')").fetchall()[0][0])


@pytest.fixture
def alarm() -> Iterator[None]:
    """A signal a moment from now, whose handler leaves the process as those of the scripts do."""
    handler = signal.signal(signal.SIGALRM, lambda *_: sys.exit(143))
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)


@pytest.mark.posix
def test_the_clock_is_utc_wherever_the_process_runs(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert setting(connect(), "TimeZone") == "UTC"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_does_not_fit_in_memory_goes_to_the_temporary_folder(tmp_path, monkeypatch):
    temporary, current = tmp_path / "temporary", tmp_path / "current"
    temporary.mkdir()
    current.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.chdir(current)
    connection = connect()
    connection.raw_sql("SET threads = 1")
    connection.raw_sql("SET memory_limit = '24MB'")
    connection.raw_sql("CREATE TEMP TABLE big AS SELECT hash(range) AS n FROM range(8_000_000)")
    assert [path for path in temporary.glob("segmentation-*/*") if path.stat().st_size > 0]
    assert list(current.iterdir()) == []
    connection.disconnect()


def test_two_connections_share_neither_tables_nor_overflow(connection):
    other = connect()
    connection.raw_sql("CREATE TABLE mine AS SELECT 1")
    with pytest.raises(EngineError, match="mine does not exist"):
        other.raw_sql("SELECT * FROM mine")
    folders = [setting(one, "temp_directory") for one in (connection, other)]
    assert len(set(folders)) == 2
    assert {Path(folder).parent for folder in folders} == {Path(tempfile.gettempdir())}


@pytest.mark.slow
@pytest.mark.posix
def test_a_signal_during_a_query_ends_the_process_with_130(connection, alarm):
    connection.raw_sql(LONG)
    with pytest.raises(SystemExit) as left, interrupted_queries_exit():
        kept(connection, connection.table("long"))
    assert left.value.code == 130


@pytest.mark.posix
@pytest.mark.usefixtures("alarm")
def test_a_signal_between_queries_keeps_its_own_exit_code():
    with pytest.raises(SystemExit) as left, interrupted_queries_exit():
        time.sleep(5)
    assert left.value.code == 143


def test_other_errors_are_left_alone(connection):
    with pytest.raises(RuntimeError, match="a bug"), interrupted_queries_exit():
        raise RuntimeError("a bug")
    with pytest.raises(EngineError), interrupted_queries_exit():
        connection.raw_sql("SELECT nothing FROM nowhere")
