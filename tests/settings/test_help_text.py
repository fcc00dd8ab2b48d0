"""What --help says: of the script that was asked, within the width, without what nobody types."""

import re
import subprocess
import sys

import pytest
import yaml

from segmentation.options import conf_folder
from segmentation.settings.commented import read_keys, read_studies
from segmentation.settings.help_text import command_of, help_text, what_it_does
from tests.helpers.commands import command, environment

SCRIPTS = {"train": "config", "register": "register", "score": "score", "campaign": "campaign"}
HEAVY = {"pandas", "mlflow", "sklearn", "duckdb", "ibis"}


def own_options(config_name: str) -> set[str]:
    text = (conf_folder() / f"{config_name}.yaml").read_text(encoding="utf-8")
    keys = read_keys(yaml.compose(text), "", text)
    return {key.name for key in keys if not key.name.startswith("hydra.")}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_says_what_it_does_with_three_examples_and_its_own_options(script):
    said = help_text(SCRIPTS[script], f"{script}.py")
    about, examples = what_it_does(SCRIPTS[script])
    assert said.startswith(about[:40])
    assert len(examples) == 3
    assert said.count(f"{script}.py {examples[0][0][:10]}") >= 1
    assert "_target_" not in said
    listed = set(re.findall(r"^  ([\w.]+)(?==|\s|$)", said.partition("Options:")[2], re.MULTILINE))
    own = own_options(SCRIPTS[script])
    assert own <= listed
    others = set.union(*(own_options(SCRIPTS[other]) for other in SCRIPTS))
    assert not (others - own) & listed
    assert ("Saved studies" in said) == (script == "train")
    assert "data.path=…" in said


def test_every_study_is_listed_with_its_question():
    said = " ".join(help_text("config", "train.py").split())
    for study in read_studies():
        assert f"sweep={study.name} {study.question}" in said


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_it_fits_the_width(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.delenv("UV", raising=False)
    for line in help_text("config", "train.py").splitlines():
        # What is copied is never broken.
        assert len(line) <= columns or line.startswith("  python train.py"), line


@pytest.mark.parametrize(
    ("started", "uv", "said"),
    [
        ("train.py", None, "python train.py"),
        ("/work/train.py", "/bin/uv", "uv run train.py"),
        ("/venv/bin/segmentation train", None, "segmentation train"),
        ("/site-packages/segmentation/__main__.py train", None, "python -m segmentation train"),
    ],
)
def test_examples_begin_as_the_script_was_started(started, uv, said, monkeypatch):
    monkeypatch.delenv("UV", raising=False)
    if uv:
        monkeypatch.setenv("UV", uv)
    assert command_of(started) == said


@pytest.mark.parametrize("script", SCRIPTS)
def test_hydra_prints_it_and_nothing_heavy_is_imported(script, tmp_path):
    typed = command("--help", script=f"{script}.py")[1:]
    code = (
        f"import sys, runpy, atexit; sys.argv = {typed!r}; "
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
        f"runpy.run_path({typed[0]!r}, run_name='__main__')"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(PYTHONIOENCODING="utf-8", COLUMNS="80"),
        cwd=tmp_path,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert "Examples:" in shown.stdout
    assert "_target_" not in shown.stdout
    assert "Compose your configuration" not in shown.stdout
    assert not HEAVY & set(shown.stderr.split())
