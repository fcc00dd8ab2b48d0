"""Every block of docs/using_the_champion.md is executed, as it stands and in its order."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.helpers.commands import REPO, active_runs, client, environment

PAGE = (REPO / "docs" / "using_the_champion.md").read_text(encoding="utf-8")
SCRIPTS = ("train.py", "register.py", "score.py", "campaign.py")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
# `uv run` without installing: the scripts and the mlflow command of this environment.
UV = f"""#!/bin/sh
shift
case "$1" in *.py) exec "{sys.executable}" "$@";; *) exec "{Path(sys.executable).parent}/$@";; esac
"""


def blocks(language, heading=None):
    text = PAGE if heading is None else PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [
        code
        for kind, code in re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)
        if kind == language
    ]


@pytest.fixture
def folder(shop_with_champion):
    """The project with a champion in it, and a shell that knows `uv run`."""
    for name in (*SCRIPTS, "MLproject", "conda.yaml"):
        shutil.copy(REPO / name, name)
    for name in ("conf", "experiments", "src"):
        shutil.copytree(REPO / name, name)
    Path("bin").mkdir()
    Path("bin/uv").write_text(UV, encoding="utf-8")
    Path("bin/uv").chmod(0o755)
    return shop_with_champion


def shell(script, **more):
    """Run a block of commands, one after the other, until one fails."""
    path = os.pathsep.join(
        [str(Path("bin").absolute()), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=environment(PATH=path, **more),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def another_run():
    champion = client().get_model_version_by_alias("customer-segments", "champion").run_id
    runs = [run.info.run_id for run in active_runs() if run.data.tags["kind"] == "segmentation"]
    return next(run_id for run_id in runs if run_id != champion)


@pytest.mark.executes(r"docs/using_the_champion.md")
def test_no_block_is_left_out():
    languages = [language for language, _ in BLOCKS]
    assert (languages.count("python"), languages.count("bash")) == (5, 7)
    # Those of PowerShell stand beside their like in bash.
    assert len(BLOCKS) == 12 + languages.count("powershell")


def test_the_python_of_the_page_runs_from_top_to_bottom(shop_with_champion):
    # what score.py would have written
    run_id = client().get_model_version_by_alias("customer-segments", "champion").run_id
    trained = pd.read_parquet(client().download_artifacts(run_id, "customers.parquet"))
    trained.drop(columns="segment").to_csv("segments.csv", index_label="customer_id")
    names = {}
    for block in blocks("python"):
        exec(block, names)
    assert names["segments"]["name"].nunique() == 2
    assert names["some"]["name"].notna().tolist() == [True, False]
    explained = names["explained"].set_index("customer_id")["segment"]
    agreement = (explained.to_numpy() == trained["segment"].to_numpy()).mean()
    assert f"{agreement:.3f}" == client().get_run(run_id).data.tags["rules_accuracy"]


@pytest.mark.posix
@pytest.mark.slow
def test_scoring_as_on_the_page(folder):
    (script,) = blocks("bash", "Score a file of transactions")
    assert "Customers who moved" in shell(script)
    assert {"segments.csv", "may.parquet", "now.csv"} <= {path.name for path in Path().iterdir()}


@pytest.mark.posix
@pytest.mark.slow
def test_registering_as_on_the_page(folder):
    (script,) = blocks("bash", "Register, force, go back")
    printed = shell(script.replace("RUN_ID", another_run()))
    assert "rolled back from version 2 to version 1" in printed


@pytest.mark.posix
@pytest.mark.slow
def test_serving_as_on_the_page(folder):
    serve, *questions = blocks("bash", "Serve")
    ask = "echo\n".join(questions)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    background = serve.replace("5001", port).rstrip() + " >server.log 2>&1 &\n"
    wait = (
        "server=$!; trap 'kill $server' EXIT; for _ in $(seq 240); do "
        f"curl -sf http://127.0.0.1:{port}/ping && break; sleep 0.5; done\n"
    )
    answers = shell(background + wait + ask.replace("5001", port).replace("curl", "curl -sf"))
    assert answers.count('{"predictions": [{"segment": ') == 3
    assert answers.count('{"predictions": [{"segment": null, "name": null, ') == 1


@pytest.mark.posix
@pytest.mark.slow
def test_key_accounts_as_on_the_page(folder):
    (script,) = blocks("bash", "Key accounts")
    assert "key accounts 1.0%" in shell(script)


@pytest.mark.posix
@pytest.mark.slow
def test_the_project_as_on_the_page(folder):
    (script,) = blocks("bash", "As an MLflow project")
    run_id = another_run()
    shell(script.replace("RUN_ID", run_id), MLFLOW_TRACKING_URI=f"sqlite:///{folder}/mlflow.db")
    champion = client().get_model_version_by_alias("customer-segments", "champion")
    assert champion.run_id == run_id
    scored = pd.read_csv("projected.csv")
    assert 250 < len(scored) <= 300
    assert set(scored["model_version"]) == {int(champion.version)}
    effects = pd.read_csv("effects.csv").query("segment == 'all'")
    assert set(effects["control_customers"]) == {scored["control"].sum()}
    assert 0 < scored["control"].mean() < 0.4
