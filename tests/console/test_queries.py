"""How far the engine is, in words."""

import sys
import threading
from types import ModuleType

import pytest

from segmentation.console.queries import ENGINE, QuerySteps, running_query
from segmentation.engine.connection import connect

COUNTED = "SELECT count(DISTINCT hash(range * 7)) FROM range(40000000)"


def told(*seen: tuple[float | None, float]) -> list[str]:
    """What is said when shares are seen at some seconds."""
    shares, clock = iter(share for share, _ in seen), {"now": 0.0}
    steps = QuerySteps(lambda: next(shares), lambda: clock["now"])
    said = []
    for _, at in seen:
        clock["now"] = at
        said.append(steps.status())
    return said


def test_where_nobody_knows_nothing_is_said():
    assert told((None, 0.0), (None, 9.0)) == ["", ""]


def test_a_query_that_begins_anew_is_the_next_step():
    seen = told((0.01, 1.0), (0.5, 11.0), (0.75, 16.0), (0.1, 17.0), (0.2, 20.0))
    assert seen == [
        "step 1, 1% done",
        "step 1, 50% done, about 10 s left",
        "step 1, 75% done, about 5 s left",
        "step 2, 10% done",
        "step 2, 20% done, about 10 s left",
    ]


def test_of_a_query_that_has_not_begun_to_move_nobody_knows_the_rest():
    assert told((0.0, 1.0), (0.0, 9.0)) == ["step 1, 0% done"] * 2


def test_an_engine_that_is_just_being_imported_runs_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, ENGINE, ModuleType(ENGINE))
    assert running_query() is None


@pytest.mark.slow
def test_it_is_seen_from_another_thread_how_far_a_query_is():
    connection = connect()
    assert running_query() is None
    worker = threading.Thread(target=lambda: connection.raw_sql(COUNTED).fetchall())
    worker.start()
    seen = []
    while worker.is_alive():
        if (share := running_query()) is not None:
            seen.append(share)
    worker.join()
    assert seen
    assert all(0 < share <= 1 for share in seen)
    assert seen == sorted(seen)
