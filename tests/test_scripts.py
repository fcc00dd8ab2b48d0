"""Each script says what it begins with, composes its own options and calls its own job."""

import sys

import pytest
from hydra.core.global_hydra import GlobalHydra

from segmentation import scripts
from segmentation.errors import UserError

JOBS = {
    "train": ("reading orders.csv", ["k=3"]),
    "register": ("looking at the recorded runs", ["run_id=abc"]),
    "score": ("reading orders.csv", ["output=list.csv"]),
    "campaign": ("reading orders.csv", ["list=l.csv", "start=2024-01-01", "end=2024-02-01"]),
}


@pytest.fixture
def called(monkeypatch, workplace):
    """Call a script with what was typed; the settings that its job was given."""

    def call(script, *typed):
        found = []
        monkeypatch.setattr(f"segmentation.jobs.{script}.{script}", lambda *a: found.extend(a))
        monkeypatch.setattr(sys, "argv", [f"{script}.py", *typed])
        GlobalHydra.instance().clear()
        getattr(scripts, script)()
        return found

    return call


@pytest.mark.parametrize("script", JOBS)
def test_a_script_calls_its_job_with_what_was_typed(script, called, capsys):
    begins, own = JOBS[script]
    data = [] if script == "register" else ["data.path=orders.csv"]
    given = called(script, *data, *own)
    assert given
    assert own[0].partition("=")[2] in repr(given)
    assert f"{begins} …" in capsys.readouterr().err


def test_what_is_forgotten_is_looked_for_and_not_read(called, capsys):
    assert called("score", "forget=150")
    assert "looking for the customer …" in capsys.readouterr().err


def test_the_page_is_that_of_explore(monkeypatch):
    def served():
        raise UserError("served")

    monkeypatch.setattr("segmentation.explore.served.explore", served)
    with pytest.raises(UserError, match="served"):
        scripts.explore()
