"""The findings of experiments/: complete, true to their tables, and the same when run again."""

import math
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.finding import AUTHORED, render_finding, sections
from experiments.recorded_study import finding_content
from experiments.write_finding import FINDINGS, INDEX, STUDIES, description, indexed
from segmentation.tracking.recorded_runs import newest_sweep
from segmentation.tracking.store import open_store
from tests.helpers.commands import REPO, client, environment, parent_runs, run_command

NAMES = sorted(path.stem for path in STUDIES.glob("*.yaml"))
# Studies that are no sweep.
SCRIPTS = ["hdbscan_separation", "not_told_apart", "null_size"]
ONLINE_RETAIL = REPO.parent / "shared" / "data" / "online_retail.parquet"
# Two minutes each: run again by the weekly workflow.
WEEKLY = {"k_for_business", "key_accounts"}
# Longer ones, run again by hand.
EXPENSIVE = {
    "algorithms",
    "beyond_sorting",
    "complete_journey",
    "features",
    "scaler_trap",
    "search",
}
NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?")
# What a finding's words derive from its tables, and how.
DERIVED = {
    "seed_replication": {"363": round(4360 / 12), "11": 11},  # the published text says 11
}


def finding(study: str) -> dict[str, str]:
    return sections((FINDINGS / f"{study}.md").read_text("utf-8"))


def numbers(text: str) -> list[str]:
    return [number.rstrip(",") for number in NUMBER.findall(text)]


def test_every_study_has_a_finding_and_every_finding_a_study_or_a_script():
    assert {path.stem for path in FINDINGS.glob("*.md")} == {*NAMES, *SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_finding_of_a_script_is_complete_and_names_its_command(script):
    parts = finding(script)
    assert list(parts) == ["Question", "Command", "Data and commit", "Result", "Verdict", "Next"]
    assert f"uv run -m experiments.{script}\n" in parts["Command"]
    assert (REPO / "experiments" / f"{script}.py").is_file()
    assert set(numbers(parts["Verdict"])) <= set(numbers(parts["Result"]))


@pytest.mark.parametrize("study", NAMES)
def test_a_finding_is_complete(study):
    parts = finding(study)
    assert list(parts) == ["Question", "Command", "Data and commit", "Result", "Verdict", "Next"]
    assert parts["Question"] == description(study)
    assert f"uv run train.py sweep={study}\n" in parts["Command"]
    assert re.search(r"fingerprint `[0-9a-f]{16}`", parts["Data and commit"])
    assert re.search(r"commit `[0-9a-f]{40}`", parts["Data and commit"])
    assert parts["Next"] != "–", "say what follows"
    assert parts["Verdict"] not in parts["Result"], "say what it means, not what was chosen"


@pytest.mark.parametrize("study", NAMES)
def test_every_number_of_a_verdict_is_in_the_tables(study):
    parts = finding(study)
    measured = set(numbers(parts["Result"] + parts["Data and commit"]))
    derived = DERIVED.get(study, {})
    unknown = set(numbers(parts["Verdict"])) - measured - set(derived)
    assert not unknown, f"{unknown} are not in the tables of {study}"
    assert all(str(value) == text for text, value in derived.items())


def test_the_index_is_current():
    page = INDEX.read_text("utf-8")
    assert indexed(page) == page, "run uv run -m experiments.write_finding for any study"


@pytest.fixture
def copied(workplace: Path) -> Path:
    """The project in another folder, with a small study of one's own."""
    shutil.copy(REPO / "train.py", workplace)
    for folder in ("conf", "experiments", "src"):
        shutil.copytree(REPO / folder, workplace / folder)
    (workplace / "conf" / "sweep" / "mine.yaml").write_text(
        "# @package _global_\n# Do my customers fall into groups?\n"
        "defaults:\n  - override /evaluation: fast\n"
        "plots: none\n"
        "hydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      k: 2,3\n"
    )
    return workplace


@pytest.fixture
def write(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """The command of that folder, run in this process; its exit code."""
    script = copied / "experiments" / "write_finding.py"

    def run(study: str) -> int:
        monkeypatch.setattr(sys, "argv", [script.name, study])
        try:
            runpy.run_path(str(script), run_name="__main__")
        except SystemExit as leaving:
            return int(leaving.code or 0)
        return 0

    return run


@pytest.mark.slow
@pytest.mark.executes(r"-m experiments\.write_finding \w+")
def test_a_study_of_ones_own_becomes_a_finding(copied, write, capsys):
    assert write("mine") == 2
    refused = capsys.readouterr().err
    assert refused.startswith("error: no finished sweep")
    assert "train.py sweep=mine" in refused
    assert write("yours") == 2
    assert "study 'yours' is not in" in capsys.readouterr().err

    trained = [sys.executable, "train.py", "sweep=mine"]
    variables = environment(PYTHONPATH=str(copied / "src"))
    subprocess.run(trained, cwd=copied, env=variables, capture_output=True, check=True)
    assert parent_runs(copied)[0].data.tags["study"] == "mine"
    assert write("mine") == 0
    page = copied / "experiments" / "findings" / "mine.md"
    parts = sections(page.read_text("utf-8"))
    assert parts["Question"] == "Do my customers fall into groups?"
    assert "uv run train.py sweep=mine\n" in parts["Command"]
    assert "| kmeans k=2 log value |" in parts["Result"]
    index = (copied / "experiments" / "README.md").read_text("utf-8")
    assert index.startswith("# Experiments")
    assert "[mine](findings/mine.md)" in index

    study = copied / "conf" / "sweep" / "mine.yaml"
    asked = study.read_text("utf-8")
    study.write_text(asked.replace("# Do my customers fall into groups?\n", ""), "utf-8")
    assert write("mine") == 2
    assert "write its question as a comment" in capsys.readouterr().err
    study.write_text(asked, "utf-8")

    words = page.read_text("utf-8").replace("\n–\n", "\nAsk them.\n")
    page.write_text(words, "utf-8")
    assert write("mine") == 0
    assert page.read_text("utf-8") == words


def assert_same_tables(old: str, new: str) -> None:
    """The same words, and numbers that differ by no more than one in their last digit."""
    assert NUMBER.sub("#", new) == NUMBER.sub("#", old)
    for before, after in zip(numbers(old), numbers(new), strict=True):
        digits = len(before.partition(".")[2])
        before_value, after_value = (float(text.replace(",", "")) for text in (before, after))
        assert math.isclose(before_value, after_value, abs_tol=1.01 * 10**-digits), (before, after)


def marked(study: str):
    return pytest.param(study, marks=pytest.mark.weekly if study in WEEKLY else pytest.mark.slow)


@pytest.mark.parametrize("study", [marked(name) for name in NAMES if name not in EXPENSIVE])
def test_a_study_finds_the_same_again(study, workplace):
    if study not in WEEKLY and not ONLINE_RETAIL.is_file():
        pytest.skip(f"the Online Retail file is not at {ONLINE_RETAIL}")
    # The weekly workflow has no copy of the file, and downloads it.
    local = [f"data.path={ONLINE_RETAIL}"] if ONLINE_RETAIL.is_file() else []
    finished = run_command(workplace, f"sweep={study}", *local, "plots=none")
    assert finished.returncode == 0, finished.stderr
    store = open_store("sqlite:///mlflow.db", "customer-segments")
    content = finding_content(store, newest_sweep(store, study))
    written = finding(study)
    again = sections(render_finding(content, {name: written[name] for name in AUTHORED}))
    assert_same_tables(written["Result"], again["Result"])
    old, new = (
        [line for line in parts["Data and commit"].splitlines() if not line.startswith("- commit")]
        for parts in (written, again)
    )
    assert old == new
    versions = client(workplace).search_registered_models()
    assert {model.name for model in versions} <= {f"study-{study.replace('_', '-')}"}
