"""Every command of docs/operating.md is executed, and what a scheduler is given is checked."""

import ast
import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.helpers.commands import REPO, run_here
from tests.helpers.shop import shop_lines

PAGE = (REPO / "docs" / "operating.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
SCRIPTS = ("train.py", "score.py", "register.py")
QUICK = ["evaluation=fast", "plots=none"]


def blocks(language):
    return [code for kind, code in BLOCKS if kind == language]


def commands(text):
    """Commands of the scripts in a text, as words without what starts them."""
    for line in text.splitlines():
        words = shlex.split(line)
        if words[:2] == ["uv", "run"]:
            yield words[2:]


@pytest.mark.executes(r"docs/operating.md")
def test_no_block_is_left_out():
    kinds = [kind for kind, _ in BLOCKS]
    expected = {"bash": 7, "text": 1, "ini": 2, "bat": 1, "python": 1, "dockerfile": 1}
    assert {kind: kinds.count(kind) for kind in kinds} == expected


@pytest.mark.slow
def test_the_year_of_the_page_in_its_order(workplace, monkeypatch):
    """What is typed, in the order of the page, over a shop with addresses and consent."""
    lines = shop_lines()
    lines["Email"] = lines["Customer ID"].map("c{}@shop.example".format)
    lines["Consent"] = lines["Customer ID"].map(lambda one: "no" if one % 3 == 0 else "yes")
    lines["Customer ID"] += 17_800
    lines.to_csv("orders.csv", index=False)
    Path("unsubscribed.csv").write_text("id\n17801\n17802\n", encoding="utf-8")
    codes = []
    for script in blocks("bash"):
        for line in script.splitlines():
            if line.startswith("mkdir "):
                Path(line.removeprefix("mkdir ")).mkdir()
        for name, *options in commands(script):
            more = QUICK if name == "train.py" else []
            if name == "register.py" and "rollback=true" in options:
                _have_two_champions(monkeypatch)
            codes.append((name, run_here(monkeypatch, *options, *more, script=name)))
    assert {code for _, code in codes} <= {0, 3}, codes
    history = pd.read_parquet("history.parquet")
    assert "17850" not in set(history["customer_id"])
    (first,) = {Path(report).parent for report in Path("outputs").rglob("segments")}
    assert {"report.html", "customers.csv", "segments"} <= {file.name for file in first.iterdir()}
    june = pd.read_csv("2024-06/customers.csv", dtype={"customer_id": str})
    assert {file.name for file in Path("2024-06").iterdir()} >= {"customers.csv", "segments"}
    assert "17850" not in set(june["customer_id"])
    reached = pd.read_csv("reachable.csv", dtype={"customer_id": str})
    assert len(reached) == lines["Customer ID"].nunique() - 2
    assert set(pd.read_csv("consenting.csv")["Consent"]) == {"yes"}
    assert set(history["as_of"]) == {"2024-06-01T00:00:00"}, "a month that is scored again is one"


def _have_two_champions(monkeypatch):
    from tests.helpers.commands import active_runs, client

    champion = client().get_model_version_by_alias("customer-segments", "champion").run_id
    runs = [run for run in active_runs() if run.data.tags.get("kind") == "segmentation"]
    other = next(run.info.run_id for run in runs if run.info.run_id != champion)
    typed = [f"run_id={other}", "force=true"]
    assert run_here(monkeypatch, *typed, script="register.py") == 0


@pytest.mark.parametrize("text", [*blocks("text"), *blocks("ini"), *blocks("bat")])
def test_what_a_scheduler_runs_composes(text, shop_with_champion, monkeypatch):
    """Options are those of score.py: a misspelt one would be refused before anything is read."""
    found = re.search(r"score\.py ([^\"\n>]+)", text.replace("$$", "$"))
    if found is None:
        assert "[Timer]" in text
        return
    arguments = re.sub(r"\$\(.*?\)", "2024-06", found[1]).split()
    assert run_here(monkeypatch, *arguments, "--cfg", "job", script="score.py") == 0


def test_the_units_of_systemd_are_read_as_ini():
    service, timer = (configparser.RawConfigParser() for _ in range(2))
    for parser, text in zip((service, timer), blocks("ini"), strict=True):
        parser.optionxform = str
        parser.read_string(text)
    assert "SuccessExitStatus" not in service["Service"], "a drift is to be noticed"
    assert timer["Timer"]["OnCalendar"] == "*-*-01 06:00:00"


def test_the_dag_of_airflow_is_python_with_a_command_of_score():
    (code,) = blocks("python")
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    (operator,) = [call for call in calls if getattr(call.func, "id", "") == "BashOperator"]
    given = {word.arg: word.value for word in operator.keywords}
    assert ast.literal_eval(given["skip_on_exit_code"]) == 3
    command = ast.literal_eval(given["bash_command"])
    assert command.startswith("mkdir -p {{ ds }} && uv run score.py data.path=orders.csv")


def test_the_container_file_has_no_fault_that_hadolint_knows(tmp_path):
    program = shutil.which("hadolint", path=Path(sys.executable).parent)
    if program is None:
        pytest.skip("hadolint is not installed: it is in the group docs, on Linux")
    (code,) = blocks("dockerfile")
    file = tmp_path / "Containerfile"
    file.write_text(code, encoding="utf-8")
    finished = subprocess.run([program, str(file)], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout


@pytest.mark.slow
def test_the_commands_of_the_container_work_in_a_clean_folder(tmp_path):
    """What RUN installs from a copy of the project serves what ENTRYPOINT and CMD start."""
    (code,) = blocks("dockerfile")
    (install,) = re.findall(r"^RUN python -m pip (install .*) /segmentation$", code, re.MULTILINE)
    entry, default = (
        re.findall(rf"^{word} (\[.*\])$", code, re.MULTILINE)[0] for word in ("ENTRYPOINT", "CMD")
    )
    project, environment = tmp_path / "segmentation", tmp_path / "environment"
    names = ("pyproject.toml", "README.md", "LICENSE", "src", "conf", "train.py", "score.py")
    for name in (*names, "register.py", "experiments"):
        source = REPO / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        project.mkdir(exist_ok=True)
        copy(source, project / name)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not there")
    subprocess.run(
        [
            uv,
            "pip",
            *install.replace("--no-cache-dir", "").split(),
            "--quiet",
            "--python",
            python,
            project,
        ],
        check=True,
    )
    shop = tmp_path / "shop"
    shop.mkdir()
    shop_lines().to_csv(shop / "orders.csv", index=False)
    program = environment / "bin" / ast.literal_eval(entry)[0]
    train = ["train", "-m", "data.path=orders.csv", "k=2,3", "features=rfm", *QUICK]
    for arguments in (train, ast.literal_eval(default)):
        finished = subprocess.run(
            [program, *arguments], cwd=shop, capture_output=True, text=True, check=False
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
    assert (shop / "customers.csv").exists()
    assert (shop / "history.parquet").exists()
