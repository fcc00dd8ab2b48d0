"""Processor time of a run in sweeps of 3, 30 and 300 runs, beside a plain loop.

    uv run python benchmarks/growth.py [--runs 3 30 300] [--store 10000]

With ``--store``, in a store that has so many runs already.
The plain loop is what a person writes without the project: the same customers, features and
K-means with one thread, `mlflow.sklearn.log_model` and four metrics, in a store of its own. Printed
are seconds of processor time per run, without what starting and a first run cost, their ratio, the
wall time of the first and of the last three runs, and of what comes after the last run.
"""

import argparse
import math
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
SEEDS = 10
QUICK = ["evaluation=fast", "plots=none", "tracking.models=all", "leaderboard.by_seed=true"]
LOOP = """
import sys
import mlflow
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits
import segmentation as sg
from segmentation.options import build, read_option

ks, seeds = int(sys.argv[1]), int(sys.argv[2])
customers = sg.measure("complete_journey")
table = customers.table[list(read_option("features", "value")["names"])]
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("loop")
with threadpool_limits(1), mlflow.start_run():
    for k in range(2, 2 + ks):
        for seed in range(1, 1 + seeds):
            scaler = build(read_option("scaler", "log"))
            model = make_pipeline(scaler, KMeans(k, n_init=10, random_state=seed))
            labels = model.fit_predict(table)
            scaled = model[:-1].transform(table)
            with mlflow.start_run(nested=True):
                mlflow.log_params({"k": k, "seed": seed})
                mlflow.log_metrics({
                    "silhouette": silhouette_score(scaled, labels),
                    "calinski_harabasz": calinski_harabasz_score(scaled, labels),
                    "davies_bouldin": davies_bouldin_score(scaled, labels),
                    "inertia": model[-1].inertia_,
                })
                mlflow.sklearn.log_model(
                    model, name="model", input_example=table.head(5),
                    skops_trusted_types=["segmentation.model.scaling.signed_log1p"],
                    pip_requirements=["scikit-learn"],
                )
"""
FILL = """
import sys
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

client = MlflowClient("sqlite:///mlflow.db")
experiment = client.create_experiment("customer-segments")
for number in range(int(sys.argv[1])):
    parent = number % 30 == 0
    tags = {"kind": "sweep" if parent else "segmentation", "fingerprint": f"{number:016x}"}
    tags[f"fingerprint.{number:016x}"] = "true"
    run = client.create_run(experiment, tags=tags)
    client.log_batch(
        run.info.run_id,
        metrics=[Metric(f"metric_{each}", each, 0, 0) for each in range(30)],
        params=[Param(f"param_{each}", str(each)) for each in range(20)],
    )
    client.set_terminated(run.info.run_id)
"""


def processor_seconds(command: list[str], folder: str) -> float:
    """Processor time of a command and of what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, env=own, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def project(ks: int, seeds: int) -> list[str]:
    """The command of a sweep with so many values of k and seeds."""
    axes = [f"k=range(2,{2 + ks})", f"seed=range(1,{1 + seeds})"]
    return [sys.executable, str(REPO / "train.py"), "-m", *axes, *QUICK]


def wall_times(folder: str) -> tuple[float, float, float]:
    """Seconds a run took at the start and at the end of the newest sweep, and what came after."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiment = client.get_experiment_by_name("customer-segments").experiment_id
    newest = client.search_runs([experiment], "tags.kind = 'sweep'", max_results=1)[0]
    own = f"tags.`mlflow.parentRunId` = '{newest.info.run_id}'"
    infos = [run.info for run in client.search_runs([experiment], own, max_results=1000)]
    infos.sort(key=lambda info: info.start_time)
    seconds = [(info.end_time - info.start_time) / 1000 for info in infos]
    after = (newest.info.end_time - infos[-1].end_time) / 1000
    return sum(seconds[:3]) / 3, sum(seconds[-3:]) / 3, after


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, nargs="+", default=[3, 30, 300])
    parser.add_argument("--store", type=int, default=0, help="runs that are in the store already")
    given = parser.parse_args()
    print("   runs   project      loop   ratio   first three   last three   after the last run")
    alone: dict[str, float] = {}
    for runs in [1, *given.runs]:
        seeds = math.gcd(runs, SEEDS) if runs > SEEDS else 1
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
            if given.store:
                subprocess.run([sys.executable, "-c", FILL, str(given.store)], cwd=ours, check=True)
            spent = processor_seconds(project(runs // seeds, seeds), ours)
            loop = [sys.executable, "-c", LOOP, str(runs // seeds), str(seeds)]
            plain = processor_seconds(loop, theirs)
            if not alone:
                # What starting, reading and a single run cost is taken off: the rest is per run.
                alone = {"project": spent, "loop": plain}
                continue
            first, last, after = wall_times(ours)
        per_run = (spent - alone["project"]) / (runs - 1)
        per_loop = (plain - alone["loop"]) / (runs - 1)
        print(
            f"{runs:>7} {per_run:>7.3f} s {per_loop:>7.3f} s {per_run / per_loop:>6.2f} × "
            f"{first:>11.3f} s {last:>10.3f} s {after:>18.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
