"""The console script, without the scripts that it calls."""

import sys

import pytest

from segmentation import __main__, scripts


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the scripts were called with, by the verb."""
    calls: list[list[str]] = []
    for verb in __main__.VERBS:
        monkeypatch.setattr(scripts, verb, lambda: calls.append(list(sys.argv)))
    return calls


@pytest.mark.parametrize("verb", __main__.VERBS)
def test_the_first_word_names_the_script_and_the_others_are_its_options(verb, call, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["segmentation", verb, "-m", "k=2,3"])
    __main__.main()
    assert call == [[f"segmentation {verb}", "-m", "k=2,3"]]


@pytest.mark.parametrize("typed", [[], ["tain", "k=2"]])
def test_another_word_is_one_line_with_what_can_be_typed(typed, call, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["segmentation", *typed])
    with pytest.raises(SystemExit) as left:
        __main__.main()
    (line,) = capsys.readouterr().err.splitlines()
    assert left.value.code == 2
    assert (
        "is none of train, register, score, campaign, explore; segmentation train -m k=2,3,4"
        in line
    )
    assert call == []


def test_help_says_what_can_be_typed(call, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["segmentation", "--help"])
    __main__.main()
    assert "segmentation score data.path=" in capsys.readouterr().out
    assert call == []
