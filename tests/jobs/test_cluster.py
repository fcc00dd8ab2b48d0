"""Sweeps on a cluster: Ray with a real head and two workers, and submitit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from mlflow import MlflowClient
from omegaconf import OmegaConf

from segmentation.errors import UserError
from segmentation.jobs.cluster import join_cluster, require_reachable
from tests.helpers.cluster import require_installed, running_cluster
from tests.helpers.commands import client, command, environment, run_command, run_here
from tests.helpers.servers import answering, free_port

RAY = "hydra_plugins.hydra_ray_launcher.ray_launcher.RayLauncher"
BASIC = "hydra._internal.core_plugins.basic_launcher.BasicLauncher"
MARK = "mlflow.parentRunId"
NUMBER = 200
"""A file descriptor that no node of the cluster has open."""
RUNS = ["k=2,3,4,5", "evaluation=fast", "plots=none"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, shared_folder):
    require_installed("ray", "ray")
    # One at a time: its nodes have the same addresses.
    with (
        FileLock(shared_folder / "cluster.lock"),
        running_cluster(tmp_path_factory.mktemp("cluster")) as running,
    ):
        yield running


def launched_with(launcher: str, **init: str):
    return OmegaConf.create({"hydra": {"launcher": {"_target_": launcher, "ray": {"init": init}}}})


def sweep_on(cluster, *options: str, **opened) -> str:
    """Sweep in a process of its own, as a user does; what it printed."""
    done = subprocess.run(
        command("-m", "hydra/launcher=ray", f"cluster.address={cluster.address}", *RUNS, *options),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        **opened,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def finished(store) -> list[str]:
    """Names of the runs of the only sweep, all of which have finished."""
    (experiment,) = store.search_experiments(filter_string="name = 'customer-segments'")
    runs = store.search_runs([experiment.experiment_id])
    assert {run.info.status for run in runs} == {"FINISHED"}
    (parent,) = (run for run in runs if run.data.tags["kind"] == "sweep")
    assert store.get_model_version_by_alias("customer-segments", "champion")
    children = [run for run in runs if run.data.tags.get(MARK) == parent.info.run_id]
    return sorted(run.info.run_name for run in children)


def left_on(node: Path) -> list[str]:
    return sorted(file.name for file in node.iterdir())


@pytest.mark.posix
@pytest.mark.slow
@pytest.mark.executes(r"ray start .*")
def test_nodes_that_see_the_folder_of_a_sweep_read_what_it_measured(cluster, workplace, shop_csv):
    before = cluster.measured()
    printed = sweep_on(cluster, f"data.path={shop_csv}")
    assert finished(client()) == [f"kmeans k={k} log value" for k in (2, 3, 4, 5)]
    assert "Leaderboard" in printed
    assert cluster.measured() == before
    assert [left_on(node) for node in cluster.nodes] == [["ray.log"], ["ray.log"]]


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_nodes_that_do_not_see_it_measure_once_each_and_leave_nothing(
    cluster, workplace, shop_csv, tmp_path
):
    server = [
        sys.executable,
        "-m",
        "mlflow",
        "server",
        "--backend-store-uri",
        "sqlite:///mlflow.db",
    ]
    before, mine = cluster.measured(), os.open(tmp_path, os.O_RDONLY)
    os.dup2(mine, NUMBER)
    try:
        with answering([*server, "--artifacts-destination", "artifacts"]) as address:
            # The same path is another folder, or none, to every process.
            unseen = f"hydra.sweep.dir=/proc/self/fd/{NUMBER}/outputs"
            options = [f"data.path={shop_csv}", f"tracking.uri={address}", unseen]
            sweep_on(cluster, *options, pass_fds=(NUMBER,))
            assert len(finished(MlflowClient(address))) == 4
    finally:
        os.close(mine)
        os.close(NUMBER)
    assert cluster.measured() == before + len(cluster.nodes)
    assert [left_on(node) for node in cluster.nodes] == [["ray.log"], ["ray.log"]]


@pytest.mark.slow
def test_jobs_of_submitit_are_runs_of_the_sweep(workplace, shop_csv):
    require_installed("submitit", "submitit")
    done = run_command(
        workplace, "-m", "hydra/launcher=submitit_local", *RUNS, f"data.path={shop_csv}"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(finished(client())) == 4
    logs = Path("outputs").rglob("*_log.out")
    assert sum("columns: customer_id" in log.read_text(encoding="utf-8") for log in logs) == 0


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_is_one_line():
    require_installed("ray", "ray")
    address = f"127.0.0.1:{free_port('127.0.0.1')}"
    with pytest.raises(UserError, match=rf"^cluster.address={address} cannot be joined .*refused"):
        join_cluster(launched_with(RAY), address, "sqlite:///mlflow.db")


def test_an_address_is_for_a_sweep_on_ray_only(workplace, shop_csv, monkeypatch, capsys):
    with pytest.raises(UserError, match=r"add -m hydra/launcher=ray"):
        join_cluster(launched_with(BASIC), "auto", "sqlite:///mlflow.db")
    assert run_here(monkeypatch, "cluster.address=auto", f"data.path={shop_csv}") == 2
    assert "add -m hydra/launcher=ray" in capsys.readouterr().err


def test_without_an_address_ray_is_started_here_whatever_runs_on_the_machine():
    config = launched_with(RAY)
    assert not join_cluster(config, None, "sqlite:///mlflow.db")
    assert config.hydra.launcher.ray.init.address == "local"
    chosen = launched_with(RAY, address="auto")
    join_cluster(chosen, None, "sqlite:///mlflow.db")
    assert chosen.hydra.launcher.ray.init.address == "auto"
    assert not join_cluster(launched_with(BASIC), None, "sqlite:///mlflow.db")


@pytest.mark.parametrize(
    "uri", ["sqlite:////home/ann/mlflow.db", "file:///runs", "/runs", "http://127.0.0.1:5000"]
)
def test_runs_of_other_hosts_are_not_recorded_in_a_store_of_this_one(uri):
    require_reachable(uri, [])
    with pytest.raises(UserError, match=r"runs on one, two cannot record .* tracking\.uri=http"):
        require_reachable(uri, {"two", "one"})


@pytest.mark.parametrize("uri", ["http://mlflow:5000", "postgresql://db/runs", "databricks"])
def test_a_server_is_reached_by_all(uri):
    require_reachable(uri, {"one"})
