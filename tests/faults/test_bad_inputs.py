"""What is typed wrongly, and files that no shop should send: one line, and nothing left behind."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helpers.bad_inputs import write_inputs, write_lists
from tests.helpers.commands import sweep_once
from tests.helpers.drilled import Place, type_command

pytestmark = [pytest.mark.drill, pytest.mark.posix]

TABLE = yaml.safe_load((Path(__file__).parent / "bad_inputs.yaml").read_text(encoding="utf-8"))
UNREAD = "nowhere.csv"
"""Data of commands that are refused before it is read."""
SOURCES = ("data.path=", "data.query=", "data.table=")
SECONDS = 5


def waiting_for_a_core() -> float:
    """How many processes share a core; 1 on a machine that is not busy."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def rows() -> Iterator[Any]:
    for part, commands in TABLE.items():
        for command, row in commands.items():
            row = row if isinstance(row, dict) else {"says": row}
            unread = part.startswith("options") and not any(each in command for each in SOURCES)
            full = f"{command} data.path={UNREAD}" if unread else command
            yield pytest.param(full, row.get("code", 2), row["says"], id=command)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Place:
    """A folder with every input, and a store elsewhere that has a champion."""
    top = tmp_path_factory.mktemp("drills")
    quick = ["evaluation=fast", "plots=none", "features=rfm", "k=2,3"]
    place = Place(top / "work", sweep_once(top / "store", empty_database, *quick))
    place.work.mkdir()
    write_inputs(place.work)
    write_lists(place.work, place.store)
    return place


def test_there_are_many_rows():
    assert len([*rows()]) >= 150


@pytest.mark.parametrize(("command", "code", "says"), [*rows()])
def test_it_is_told_in_one_line_and_nothing_is_left(
    command, code, says, place, tmp_path, monkeypatch, capfd
):
    before, runs = place.content(), place.runs()
    told = type_command(command, place, tmp_path, monkeypatch, capfd)
    if told.seconds > SECONDS:
        told = type_command(command, place, tmp_path, monkeypatch, capfd)
    after, runs_after = place.content(), place.runs()
    place.remove_new(before)

    assert told.code == code
    assert "Traceback" not in told.out + told.err
    assert "error:" not in told.out
    said = told.err if code else " ".join((told.out + told.err).split())
    assert [words for words in says if words not in said] == []
    assert UNREAD not in told.err.replace(f"data.path={UNREAD}; write", "")
    assert told.seconds <= SECONDS * waiting_for_a_core()

    assert "RUNNING" not in {status for _, status in runs_after}
    assert [*tmp_path.iterdir()] == []
    if code:
        assert len(said.splitlines()) == 1
        assert said.startswith("error: ")
        assert after == before
        assert runs_after == runs
