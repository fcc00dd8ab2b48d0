"""Whole commands as a user types them, in processes of their own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
import yaml
from filelock import FileLock

from tests.helpers.commands import (
    ENCODING,
    REPO,
    active_runs,
    child_runs,
    client,
    command,
    environment,
    parent_runs,
    run_command,
    without_progress,
)
from tests.helpers.shop import write_shop

MODEL = "customer-segments"
CHAMPION = f"models:/{MODEL}@champion"


def shop(csv, *more):
    return ["data=transactions", f"data.path={csv}", "evaluation=fast", "plots=none", *more]


def assert_one_line(finished: subprocess.CompletedProcess[str], said: str) -> None:
    """An error of the user: one line, exit code 2, no traceback."""
    assert finished.returncode == 2, finished.stderr
    assert "Traceback" not in finished.stderr + finished.stdout
    lines = without_progress(finished.stderr).splitlines()
    assert len(lines) == 1, finished.stderr
    assert said in lines[0]


@pytest.fixture(scope="session")
def main_job(shared_folder):
    """The main job on the embedded data with quick evaluation, run once in a test session."""
    folder = shared_folder / "main_job"
    with FileLock(shared_folder / "main_job.lock"):
        if not folder.exists():
            folder.mkdir()
            finished = run_command(folder, "-m", "k=2,3,4", "evaluation=fast")
            assert finished.returncode == 0, finished.stderr
            (folder / "printed.txt").write_text(finished.stdout, encoding="utf-8")
            (folder / "errors.txt").write_text(finished.stderr, encoding="utf-8")
    return folder


def test_the_main_job_records_a_sweep_and_registers_a_champion(main_job):
    (parent,) = parent_runs(main_job)
    children = child_runs(parent, main_job)
    assert parent.info.status == "FINISHED"
    assert [run.info.status for run in children] == ["FINISHED"] * 3
    champion = client(main_job).get_model_version_by_alias(MODEL, "champion")
    assert champion.run_id in {run.info.run_id for run in children}
    assert all("mlflow.source.git.commit" in run.data.tags for run in [parent, *children])


def test_the_main_job_prints_the_leaderboard_and_what_to_do_next(main_job):
    printed = (main_job / "printed.txt").read_text(encoding="utf-8")
    # In an encoding without the mark, another stands for it.
    assert len(re.findall("[✓+] kmeans k=", printed)) == 3
    assert "is chosen of 3 eligible runs" in printed
    for next_command in ("mlflow ui --backend-store-uri sqlite:///", "load_model(", "score.py"):
        assert next_command in printed
    assert "Traceback" not in (main_job / "errors.txt").read_text(encoding="utf-8")


def test_the_main_job_leaves_only_its_records_behind(main_job):
    left = {path.name for path in main_job.iterdir()} - {"printed.txt", "errors.txt"}
    assert left <= {"mlflow.db", "mlruns", "outputs"}
    assert not list(main_job.glob("outputs/**/*.joblib"))


def test_the_main_job_says_who_the_customers_are(main_job, tmp_path):
    """Departments and what households said, without an option; who said nothing is counted."""
    version = client(main_job).get_model_version_by_alias(MODEL, "champion")
    folder = str(tmp_path)
    file = client(main_job).download_artifacts(version.run_id, "descriptions.csv", folder)
    found = pd.read_csv(file)
    assert {"department", "age", "income", "household_size"} <= set(found["column"])
    ages = found[found["column"] == "age"].groupby("value")["customers"].sum()
    assert ages["not known"] == 2_469 - 801
    assert ages.sum() == 2_469
    grocery = found[(found["column"] == "department") & (found["value"] == "GROCERY")]
    assert (grocery["share_of_all"] > 0.99).all()
    (report,) = main_job.glob("outputs/**/report.html")
    page = report.read_text(encoding="utf-8")
    assert "Who they are" in page
    assert "<td>department</td>" in page


def test_the_champion_loads_from_another_folder(main_job, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(f"sqlite:///{main_job}/mlflow.db")
    model = mlflow.pyfunc.load_model(CHAMPION)
    version = client(main_job).get_model_version_by_alias(MODEL, "champion")
    file = client(main_job).download_artifacts(version.run_id, "customers.parquet", str(tmp_path))
    customers = pd.read_parquet(file)
    predicted = model.predict(customers)
    assert predicted["segment"].tolist() == customers["segment"].tolist()


@pytest.mark.slow
def test_the_same_command_again_reuses_everything(main_job, tmp_path):
    shutil.copy(main_job / "mlflow.db", tmp_path)
    finished = run_command(tmp_path, "-m", "k=2,3,4", "evaluation=fast")
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr.count("already run as") == 3
    _, second = parent_runs(tmp_path)
    assert child_runs(second, tmp_path) == []
    assert len(client(tmp_path).search_model_versions(f"name = '{MODEL}'")) == 1


@pytest.mark.posix
@pytest.mark.slow
def test_ctrl_c_leaves_no_run_running(workplace, shop_csv):
    arguments = shop(shop_csv, "k=range(2,20)")
    process = subprocess.Popen(
        command("-m", *arguments),
        cwd=workplace,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding=ENCODING,
    )
    try:
        for line in process.stdout:
            if "kmeans k=2" in line:
                break
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Traceback" not in printed
    (parent,) = parent_runs(workplace)
    states = {run.info.status for run in active_runs(workplace)}
    assert parent.info.status == "KILLED"
    assert states <= {"FINISHED", "KILLED"}


@pytest.mark.posix
@pytest.mark.slow
def test_a_full_disk_while_caching_is_one_line(workplace):
    n = 100_000
    customers = pd.DataFrame({"customer": range(n), "invoice": range(n), "date": "2024-01-01"})
    lines = pd.concat([customers, customers.assign(invoice=range(n, 2 * n))])
    # Random money, because what repeats is compressed.
    money = np.random.default_rng(0).uniform(1, 1000, 2 * n).round(2)
    lines.assign(amount=money).to_csv("orders.csv", index=False)
    # The tracking store still fits, what the runs share does not.
    limit = (workplace / "mlflow.db").stat().st_size + 2**17

    import resource

    def little_space():
        # As on a full disk, write fails; Python ignores the signal that comes with it.
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    metrics = "features.names=[revenue,average_order_value]"
    finished = run_command(
        workplace, "-m", *shop("orders.csv", "k=2,3", metrics), preexec=little_space
    )
    assert_one_line(finished, "free some space")
    assert active_runs(workplace) == []


@pytest.mark.slow
def test_an_unreachable_server_ends_a_sweep_in_seconds(tmp_path):
    start = time.monotonic()
    finished = run_command(tmp_path, "-m", "k=2,3", "tracking.uri=http://127.0.0.1:9")
    assert_one_line(finished, "does not answer")
    assert time.monotonic() - start < 60
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_first_command_of_the_readme(tmp_path):
    finished = run_command(tmp_path, "-m", "k=2,3,4")
    assert finished.returncode == 0, finished.stderr
    (parent,) = parent_runs(tmp_path)
    children = child_runs(parent, tmp_path)
    assert {run.info.status for run in children} == {"FINISHED"}
    for run in children:
        assert {"stability_min", "null_p", "oot_r2", "silhouette_macro_common"} <= set(
            run.data.metrics
        )
    assert client(tmp_path).get_model_version_by_alias(MODEL, "champion")


@pytest.mark.slow
def test_a_parallel_launcher_gives_the_same_figures_to_the_last_digit(tmp_path, shop_csv):
    tables = []
    for launcher in ("basic", "joblib"):
        folder = tmp_path / launcher
        folder.mkdir()
        arguments = ["evaluation=default", "algorithm=kmeans,gmm", "k=2,3"]
        finished = run_command(
            folder, "-m", *shop(shop_csv, *arguments), f"hydra/launcher={launcher}"
        )
        assert finished.returncode == 0, finished.stderr
        (parent,) = parent_runs(folder)
        assert parent.info.status == "FINISHED"
        runs = child_runs(parent, folder)
        assert len(runs) == 4
        tables.append(
            {
                run.info.run_name: {
                    name: value
                    for name, value in run.data.metrics.items()
                    if not name.startswith("seconds")
                }
                for run in runs
            }
        )
        assert client(folder).get_model_version_by_alias(MODEL, "champion")
    assert tables[0] == tables[1]


@pytest.mark.slow
def test_hdbscan_runs_once_under_a_parallel_launcher_too(workplace, shop_csv):
    arguments = shop(shop_csv, "algorithm=hdbscan", "k=2,3,4")
    finished = run_command(workplace, "-m", *arguments, "hydra/launcher=joblib")
    assert finished.returncode == 0, finished.stderr
    assert len(child_runs(parent_runs(workplace)[0], workplace)) == 1


@pytest.mark.slow
def test_a_failing_child_under_a_parallel_launcher(workplace, shop_csv):
    # A day before the first sale leaves nothing to segment, in that child alone.
    arguments = shop(shop_csv, "k=2", "as_of=null,2023-01-01")
    finished = run_command(workplace, "-m", *arguments, "hydra/launcher=joblib")
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    (parent,) = parent_runs(workplace)
    assert parent.info.status == "FAILED"
    states = sorted(run.info.status for run in child_runs(parent, workplace))
    assert states == ["FAILED", "FINISHED"]


@pytest.mark.slow
def test_the_seed_analysis_is_not_eligible(workplace, shared_data):
    arguments = [
        "data=online_retail",
        f"data.path={shared_data / 'online_retail.parquet'}",
        "cleaning=seed",
        "features=seed",
        "scaler=standard",
        "evaluation=fast",
    ]
    finished = run_command(workplace, "-m", *arguments, "k=2")
    assert finished.returncode == 0, finished.stderr
    assert "nothing is registered" in finished.stdout
    (run,) = child_runs(parent_runs(workplace)[0], workplace)
    assert run.data.tags["eligible"] == "false"
    assert "smallest segment 0.27%" in run.data.tags["ineligible_reason"]
    assert run.data.metrics["n_customers"] == 4372
    assert run.data.metrics["silhouette"] > 0.95


@pytest.mark.slow
def test_the_trap_is_seen_through_by_every_measure(workplace, shared_data):
    arguments = [
        "data=online_retail",
        f"data.path={shared_data / 'online_retail.parquet'}",
        "cleaning=standard",
        "features=value",
        "scaler=standard",
        "k=2",
    ]
    finished = run_command(workplace, *arguments)
    assert finished.returncode == 0, finished.stderr
    (run,) = active_runs(workplace)
    metrics = run.data.metrics
    assert run.data.tags["eligible"] == "false"
    assert metrics["silhouette"] > 0.95
    assert metrics["silhouette_macro"] < 0.6
    assert metrics["null_p"] > 0.2
    assert metrics["stability_min"] < 0.75


@pytest.mark.slow
def test_the_champion_of_a_sweep_over_scalers_splits_off_nobody(workplace, shared_data):
    arguments = [
        "data=online_retail",
        f"data.path={shared_data / 'online_retail.parquet'}",
        "scaler=standard,minmax,robust,log",
        "k=range(2,9)",
        "evaluation.null_test=null",
        "evaluation.stability.draws=5",
    ]
    finished = run_command(workplace, "-m", *arguments)
    assert finished.returncode == 0, finished.stderr
    champion = client(workplace).get_model_version_by_alias(MODEL, "champion")
    metrics = client(workplace).get_run(champion.run_id).data.metrics
    assert metrics["smallest_segment_share"] >= 0.02
    assert "warning: the highest silhouette" in finished.stdout


def run_project(
    folder: Path, manager: str, *parameters: str, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    """`mlflow run` on a copy of the project, as a clone has it."""
    project = folder / "project"
    kept = shutil.ignore_patterns(".*", "__pycache__", "mlruns", "outputs", "mlflow.db", "tests")
    shutil.copytree(REPO, project, ignore=kept)
    mlflow_command = [python, "-m", "mlflow", "run", str(project), "-P", "k=2,3"]
    return subprocess.run(
        [
            *[*mlflow_command, "-P", "evaluation=fast", "--env-manager", manager],
            *["--experiment-name", MODEL],
            *(word for parameter in parameters for word in ("-P", parameter)),
        ],
        cwd=folder,
        env=environment(
            MLFLOW_TRACKING_URI=f"sqlite:///{folder}/mlflow.db",
            MLFLOW_ENV_ROOT=str(folder / "environments"),
            PATH=f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}",
        ),
        capture_output=True,
        text=True,
        encoding=ENCODING,
        timeout=1200,
        check=False,
    )


def environment_of_conda(folder: Path) -> str:
    """Interpreter of a bare environment with what conda.yaml names, as conda's pip installs it."""
    named = yaml.safe_load((REPO / "conda.yaml").read_text(encoding="utf-8"))["dependencies"][-1]
    subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    install = ["uv", "pip", "install", "--quiet", "--python", python, *named["pip"]]
    subprocess.run(install, check=True)
    return python


@pytest.mark.slow
@pytest.mark.executes(r"mlflow run \. -P k=2,3,4 --experiment-name \S+ --env-manager local")
@pytest.mark.parametrize("manager", ["local", "uv", "conda.yaml"])
def test_mlflow_run_sweeps_under_the_run_it_opened(tmp_path, manager):
    if manager != "local" and shutil.which("uv") is None:
        pytest.skip("uv is not installed")
    if manager == "conda.yaml":
        finished = run_project(tmp_path, "local", python=environment_of_conda(tmp_path / "bare"))
    else:
        finished = run_project(tmp_path, manager)
    assert finished.returncode == 0, finished.stderr
    runs = active_runs(tmp_path)
    (parent,) = parent_runs(tmp_path)
    children = child_runs(parent, tmp_path)
    kinds = sorted(run.data.tags["kind"] for run in runs)
    assert kinds == ["promotion", "segmentation", "segmentation", "sweep"]
    project = client(tmp_path).get_experiment_by_name(MODEL).experiment_id
    assert {run.info.experiment_id for run in runs} == {project}
    assert {run.info.status for run in [parent, *children]} == {"FINISHED"}
    assert client(tmp_path).get_model_version_by_alias(MODEL, "champion")


@pytest.mark.slow
@pytest.mark.executes(r"mlflow run \. -P path=orders.csv")
def test_mlflow_run_takes_the_file_of_a_shop(tmp_path, shop_csv):
    path = shutil.copy(shop_csv, tmp_path / "Orders (1).csv")
    finished = run_project(tmp_path, "local", f"path={path}")
    assert finished.returncode == 0, finished.stderr
    (parent,) = parent_runs(tmp_path)
    assert {run.data.params["data"] for run in child_runs(parent, tmp_path)} == {"transactions"}


PREDICT = """
import sys, mlflow, pandas as pd
assert "segmentation" not in sys.modules
mlflow.set_tracking_uri(sys.argv[1])
customers = pd.read_parquet(sys.argv[2])
segments = mlflow.pyfunc.load_model("models:/customer-segments@champion").predict(customers)
assert segments["segment"].tolist() == customers["segment"].tolist()
assert segments["confidence"].between(0, 1).all()
print(*segments.columns)
"""


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["kmeans", "gmm", "hdbscan", "rfm_grid"])
def test_the_champion_works_with_nothing_but_its_own_requirements(
    workplace, shop_csv, tmp_path_factory, algorithm
):
    if shutil.which("uv") is None:
        pytest.skip("uv is not installed")
    options = [f"algorithm={algorithm}", "features=rfm", "k=3"]
    trained = run_command(workplace, *shop(shop_csv, *options))
    assert trained.returncode == 0, trained.stderr
    chosen = [f"run_id={active_runs(workplace)[0].info.run_id}", "force=true"]
    registered = run_command(workplace, *chosen, script="register.py")
    assert registered.returncode == 0, registered.stderr
    version = client(workplace).get_model_version_by_alias(MODEL, "champion")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    mlflow.set_tracking_uri(f"sqlite:///{workplace}/mlflow.db")
    wanted = mlflow.artifacts.download_artifacts(f"{CHAMPION}/requirements.txt")
    file = client(workplace).download_artifacts(version.run_id, "customers.parquet")
    python = bare_environment(elsewhere, Path(wanted))
    predicted = subprocess.run(
        [str(python), "-c", PREDICT, f"sqlite:///{workplace}/mlflow.db", file],
        cwd=elsewhere,
        env=environment(),
        capture_output=True,
        text=True,
        encoding=ENCODING,
        check=False,
    )
    assert predicted.returncode == 0, predicted.stderr
    assert "segment" in predicted.stdout.split()


def bare_environment(folder: Path, requirements: Path) -> Path:
    """The interpreter of a new virtual environment with these requirements and pyarrow."""
    python = folder / "venv" / "bin" / "python"
    uv = ["uv", "--quiet", "--no-config"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(folder / "venv")], check=True)
    install = [*uv, "pip", "install", "--python", str(python), "--requirements", str(requirements)]
    subprocess.run([*install, "pyarrow"], check=True)
    return python


@pytest.mark.slow
def test_a_folder_of_any_name_is_a_place_to_work_in(tmp_path):
    folder = tmp_path / "Ünï [v2] O'x [bold] ${k}"
    folder.mkdir()
    write_shop(folder / "orders.csv")
    quick = ["data=transactions", "data.path=orders.csv", "evaluation=fast", "plots=none"]
    trained = run_command(folder, "-m", "k=2,3", *quick)
    assert trained.returncode == 0, trained.stderr
    assert f"The report: {folder}" in trained.stdout
    scored = run_command(folder, "data.path=orders.csv", "output=s.csv", script="score.py")
    assert scored.returncode == 0, scored.stderr
    assert [run.data.tags["kind"] for run in active_runs(folder)].count("segmentation") == 2
