"""Names that a store cannot hold are refused in one line, before any line is read."""

import pytest

from segmentation.errors import UserError
from segmentation.settings.schema import TrackingSettings
from segmentation.settings.store_names import LONGEST, require_address, require_names
from tests.helpers.commands import run_here, without_progress

NAMES_NO_MODEL = {
    "a/b": "sign /",
    "a:b": "sign :",
    "it's": "sign '",
    'a"b': 'sign "',
    "a`b": "sign `",
    "a?b": r"sign \?",
    "a\\b": r"sign \\",
    "a@b": "sign @",
    "": "empty",
    "  ": "empty",
    " a": "blank",
    "a\n": "blank",
    "a\tb": "cannot be seen",
    "..": "points alone",
    "a" * (LONGEST + 1): f"{LONGEST + 1} characters, and at most {LONGEST}",
}
NAMES_ONE = ["customer-segments", "Kunden 2024", "クラスタ", "shop.eu_1", "m-shop", "a" * LONGEST]
TYPED = {"train.py": [], "register.py": [], "score.py": ["output=now.csv"]}


def named(model_name="customer-segments", experiment="shop"):
    return TrackingSettings(uri="x", experiment=experiment, model_name=model_name)


@pytest.mark.parametrize(("name", "reason"), NAMES_NO_MODEL.items())
def test_a_name_that_no_model_can_have_is_refused(name, reason):
    with pytest.raises(UserError, match=reason) as refused:
        require_names(named(model_name=name))
    said = str(refused.value)
    assert said.startswith(f"tracking.model_name='{name}' names no model")
    assert "; set tracking.model_name=customer-segments" in said
    with pytest.raises(UserError, match=r"leads to no model.*; set model=models:/NAME@ALIAS"):
        require_address(f"models:/{name}@champion" if set(name).isdisjoint("/@") else "models:/")


@pytest.mark.parametrize("name", NAMES_ONE)
def test_a_name_that_a_model_can_have_is_taken(name):
    require_names(named(model_name=name))
    for rest in ("@champion", "/2", "/latest", "@latest"):
        require_address(f"models:/{name}{rest}")


@pytest.mark.parametrize("experiment", ["", " ", "shop ", "a" * (LONGEST + 1)])
def test_an_experiment_without_a_name_is_refused(experiment):
    with pytest.raises(
        UserError, match=r"^tracking.experiment='.* names no experiment: it .*; set"
    ):
        require_names(named(experiment=experiment))


def test_an_experiment_may_be_a_folder_of_names():
    require_names(named(experiment="/Users/me@shop.eu/it's: segments?"))


@pytest.mark.parametrize("model", ["", "  ", "models:/", "models:/@champion"])
def test_an_address_that_names_nothing_is_refused(model):
    with pytest.raises(UserError, match="leads to no model: it is empty"):
        require_address(model)


@pytest.mark.parametrize("model", ["runs:/1f/model", "C:\\models\\it's", "s3://b/" + "a" * 300])
def test_other_addresses_have_no_name(model):
    require_address(model)


@pytest.mark.parametrize("script", TYPED)
@pytest.mark.parametrize("given", ["tracking.model_name=a/b", "tracking.experiment="])
def test_every_script_refuses_it_before_it_reads(script, given, workplace, monkeypatch, capsys):
    """Of files that are not there nothing is said: the names come first."""
    typed = [*TYPED[script], "data=transactions", "data.path=nowhere.csv", given]
    assert run_here(monkeypatch, *typed, script=script) == 2
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert given.partition("=")[0] in line
    assert "nowhere.csv" not in line


def test_a_sweep_refuses_it_before_its_runs(workplace, monkeypatch, capsys):
    assert (
        run_here(monkeypatch, "-m", "k=2,3", "data.path=nowhere.csv", 'tracking.model_name="it\'s"')
        == 2
    )
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert "tracking.model_name='it's' names no model" in line
    assert not (workplace / "outputs").exists()


def test_score_refuses_an_address_without_a_name(workplace, monkeypatch, capsys):
    typed = ["output=now.csv", "data.path=nowhere.csv", "model=models:/@champion"]
    assert run_here(monkeypatch, *typed, script="score.py") == 2
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert line.startswith("error: model='models:/@champion' leads to no model")
