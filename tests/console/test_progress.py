"""What is said while something goes on: on standard error, and seldom where nobody watches."""

import io
import threading
import time

import pytest
from rich.console import Console

from segmentation.console import progress
from segmentation.console.progress import ProgressLine, in_words, left_in_words
from segmentation.console.terminal import console


@pytest.fixture
def line():
    """A line of its own, whose end no test has to remember."""
    made = ProgressLine()
    yield made
    made.end()


@pytest.fixture
def drawn(line):
    """The line of a terminal, and what was written on it."""
    written = io.StringIO()
    line._console = Console(file=written, force_terminal=True, width=80)
    return written


def test_a_log_has_a_line_for_what_begins_and_nothing_on_standard_output(line, capsys):
    line.begin("reading orders.csv")
    line.begin("reading orders.csv")
    line.begin("measuring 300 customers")
    shown = capsys.readouterr()
    assert shown.err.splitlines() == ["reading orders.csv …", "measuring 300 customers …"]
    assert shown.out == ""


@pytest.mark.slow
def test_a_log_is_reminded_at_growing_intervals(line, capsys, monkeypatch):
    monkeypatch.setattr(progress, "FIRST_REMINDER", 0.1)
    monkeypatch.setattr(progress, "LOOKS", 0.01)
    line.begin("reading orders.csv", lambda: "2 of 9 done")
    time.sleep(1.0)
    line.end()
    first, *reminders = capsys.readouterr().err.splitlines()
    assert first == "reading orders.csv …"
    # After 0.1, 0.3 and 0.9 s.
    assert 2 <= len(reminders) <= 3
    assert set(reminders) == {"reading orders.csv …: 2 of 9 done"}


def test_a_terminal_shows_how_far_it_is_in_a_line_that_is_redrawn(line, drawn, monkeypatch):
    monkeypatch.setattr(progress, "LOOKS", 0.01)
    line.begin("running", lambda: "3 of 9 done, about 40 s left")
    time.sleep(0.4)
    line.end()
    assert "running: 3 of 9 done, about 40 s left" in drawn.getvalue()
    assert drawn.getvalue().endswith("\x1b[2K"), "it is taken away"


def test_the_line_makes_room_for_results_and_comes_back(line, drawn, monkeypatch, capsys):
    monkeypatch.setattr("segmentation.console.terminal.line", line)
    line.begin("running")
    before = drawn.getvalue()
    with line.making_room():
        taken_away = drawn.getvalue()[len(before) :]
        console.print("a result")
    assert taken_away.endswith("\x1b[2K")
    assert "running" in drawn.getvalue()[len(before) + len(taken_away) :]
    assert capsys.readouterr().out == "a result\n"


def test_a_note_is_broken_at_the_width_and_never_within_a_word(line, capsys):
    line.note(f"kmeans k=2: {'stable ' * 20}{'x' * 90}")
    lines = capsys.readouterr().err.splitlines()
    assert max(len(text) for text in lines if "x" not in text) <= 80
    assert "x" * 90 in lines[-1]


def test_nothing_goes_on_when_it_has_ended(line):
    before = threading.active_count()
    line.begin("reading orders.csv")
    line.end()
    for _ in range(40):
        if threading.active_count() <= before:
            return
        time.sleep(0.05)
    pytest.fail("a thread still asks how far it is")


def test_what_is_left_is_as_long_as_what_is_done():
    assert left_in_words(0, 12, 50.0) == left_in_words(12, 12, 50.0) == ""
    assert left_in_words(3, 12, 15.0) == ", about 40 s left"
    assert left_in_words(1, 300, 6.0) == ", about 30 min left"
    assert [in_words(seconds) for seconds in (0.2, 4, 44, 180, 36_000)] == [
        "1 s",
        "4 s",
        "40 s",
        "3 min",
        "10 h",
    ]
