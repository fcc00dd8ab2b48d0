"""What is printed to be typed fits how the command before it was started."""

import os
import shlex
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.jobs.typed_commands import (
    mlflow_command,
    quoted,
    score_command,
    script_command,
    this_command,
)


@pytest.fixture
def started(monkeypatch):
    """A command as it was started: its script, whether by uv, and what followed."""

    def start(script, *options, by_uv=False):
        monkeypatch.setattr(sys, "argv", [script, *options])
        monkeypatch.setattr(sys, "orig_argv", ["python3", script, *options])
        monkeypatch.setenv("UV", "/bin/uv")
        monkeypatch.setenv("VIRTUAL_ENV", sys.prefix if by_uv else "/somewhere/else")

    return start


@pytest.mark.parametrize(
    ("script", "by_uv", "scores", "shows"),
    [
        ("train.py", True, "uv run score.py", "uv run mlflow ui"),
        ("train.py", False, "python3 score.py", "python3 -m mlflow ui"),
        ("shop/train.py", False, f"python3 shop{os.sep}score.py", "python3 -m mlflow ui"),
        ("/venv/bin/segmentation train", False, "segmentation score", "mlflow ui"),
        ("/venv/bin/segmentation train", True, "uv run segmentation score", "uv run mlflow ui"),
        ("/venv/bin/segmentation.exe train", False, "segmentation score", "mlflow ui"),
        (
            "/site/segmentation/__main__.py train",
            False,
            "python3 -m segmentation score",
            "python3 -m mlflow ui",
        ),
        (
            "/site/segmentation/__main__.py train",
            True,
            "uv run python3 -m segmentation score",
            "uv run mlflow ui",
        ),
    ],
)
def test_the_next_command_is_started_as_this_one_was(started, script, by_uv, scores, shows):
    started(script, "-m", "k=2,3", by_uv=by_uv)
    assert script_command("score", "output=a.csv") == f"{scores} output=a.csv"
    assert mlflow_command("ui") == shows
    assert this_command() == f"{scores.replace('score', 'train')} -m k=2,3"


def test_an_environment_that_uv_did_not_make_is_not_uvs(started, monkeypatch):
    started("train.py", by_uv=True)
    monkeypatch.delenv("UV")
    assert script_command("register") == "python3 register.py"


def test_a_recorded_command_can_be_pasted_and_has_no_secret(started):
    started("train.py", "data.path=https://me:word@h/a b.csv?sig=abc", "-m", "k=range(2,4)")
    said = 'python3 train.py "data.path=https://h/a b.csv" -m "k=range(2,4)"'
    assert this_command() == said


@pytest.mark.posix
@given(word=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_shell_reads_a_word_as_it_was(word):
    assert shlex.split(quoted(word)) == [word]


@pytest.mark.parametrize("word", ["k=2,3", "sqlite:////tmp/mlflow.db", "model=models:/a@b", "é"])
def test_a_plain_word_is_not_quoted(word):
    assert quoted(word) == word


@pytest.mark.parametrize("word", ["k=range(2,5)", "data.path=a b.csv", "O'Brien", "a&b", "", "[1]"])
def test_what_a_shell_would_part_or_read_is_in_double_quotes(word):
    assert quoted(word) == f'"{word}"'


@pytest.mark.parametrize(
    ("parameters", "lines"),
    [
        ({}, "data.path=orders.csv"),
        ({"data": "transactions", "data.path": "may.csv"}, "data.path=may.csv"),
        (
            {"data": "shopify", "data.path": "Orders (1).csv"},
            'data=shopify "data.path=Orders (1).csv"',
        ),
        ({"data": "complete_journey"}, "data=complete_journey"),
        ({"data": "transactions", "data.query": "with a, b as c"}, '"data.query=with a, b as c"'),
        ({"data": "transactions", "data.path": "a.csv, b 1.csv"}, '"data.path=[a.csv,b 1.csv]"'),
    ],
)
def test_the_lines_of_a_run_are_scored_as_they_were_typed(monkeypatch, parameters, lines):
    monkeypatch.setattr(sys, "argv", ["train.py"])
    command = score_command(parameters, "models:/m@champion")
    assert command.endswith(f"score.py {lines} output=segments.csv model=models:/m@champion")
