"""docs/architecture.md draws the rooms as they are, and every step that it names exists."""

import importlib
import re
import shutil
import subprocess
import sys

import pytest

from docs import draw_rooms
from tests.helpers.commands import REPO, environment
from tests.helpers.house import ORDER

PAGE = draw_rooms.PAGE.read_text(encoding="utf-8")
STEPS = re.findall(r"`([\w.]+):(\w+)`", PAGE)
WAYS = ("One run", "One promotion", "One scoring")


def section(heading):
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def arrows(text):
    return re.findall(r"^ +(\w+) --> (\w+)$", text, re.MULTILINE)


@pytest.mark.slow
def test_the_page_is_current():
    assert draw_rooms.page(PAGE) == PAGE, (
        "the imports or a room's first sentence changed: "
        "run `uv run docs/draw_rooms.py` and commit docs/architecture.md"
    )


def test_every_room_is_on_the_page():
    rooms = re.findall(r"^\| `(\w+)` \|", section("The rooms"), re.MULTILINE)
    assert sorted(rooms) == sorted(ORDER)
    assert {room for arrow in arrows(PAGE) for room in arrow} == set(ORDER)


def test_an_arrow_is_left_out_where_a_longer_way_leads_there():
    needs = {"a": set(), "b": {"a"}, "c": {"a", "b"}}
    assert arrows(draw_rooms.picture(needs)) == [("a", "b"), ("b", "c")]


@pytest.mark.parametrize(("module", "function"), STEPS)
def test_every_function_that_is_named_exists(module, function):
    assert callable(getattr(importlib.import_module(f"segmentation.{module}"), function))


@pytest.mark.parametrize("way", WAYS)
def test_a_way_is_told_in_ten_steps_each_with_its_function(way):
    steps = re.findall(r"^(\d+)\. `[\w.]+:\w+` ", section(way), re.MULTILINE)
    assert steps == [str(number) for number in range(1, 11)]


@pytest.mark.executes(r"docs/draw_rooms\.py")
@pytest.mark.slow
def test_the_command_redraws_the_rooms(tmp_path):
    shutil.copytree(REPO / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("images"))
    shutil.copytree(REPO / "src", tmp_path / "src")
    page = tmp_path / "docs" / "architecture.md"
    emptied = re.sub(r"```mermaid.*?```\n", "", PAGE, flags=re.DOTALL)
    page.write_text(emptied, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "docs" / "draw_rooms.py")]
    subprocess.run(command, check=True, env=environment())
    assert page.read_text(encoding="utf-8") == PAGE
