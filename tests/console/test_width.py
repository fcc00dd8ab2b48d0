"""How wide output is: the terminal, COLUMNS, or 80; never what another stream happens to be."""

import io

import pytest
from rich.console import Console

from segmentation.console.width import fit, wrapped


@pytest.mark.parametrize(("columns", "width"), [(None, 80), ("60", 60), ("132", 132), ("x", 80)])
def test_a_pipe_is_as_wide_as_columns_says_or_80(columns, width, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    console = Console(file=io.StringIO())
    fit(console)
    assert console.width == width


def test_sentences_are_broken_between_words_and_what_is_copied_never():
    path = "/home/somebody/a-long-folder/outputs/2026-11-26/report.html"
    assert wrapped(f"It is in {path}.", 30) == f"It is in\n{path}."
    assert wrapped("one two three", 9, "- ") == "- one two\n  three"
    assert wrapped("one two three", 9, following="    ") == "one two\n    three"
