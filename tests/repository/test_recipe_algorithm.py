"""An algorithm is added by one option and one row, proved on a copy of the tree."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.commands import REPO, environment

OPTION = """\
# Bisecting K-means: splits the largest segment in two until there are k.
_target_: sklearn.cluster.BisectingKMeans
n_clusters: ${k}  # number of segments: follows k
random_state: ${seed}  # follows seed
"""
ROW = """
    "sklearn.cluster.BisectingKMeans": Algorithm(
        "bisecting_kmeans",
        simplicity=1,
        confidence=margin,
        trusted=(
            "sklearn.cluster._bisect_k_means._BisectingTree",
            "sklearn.cluster._kmeans._kmeans_single_lloyd",
        ),
    ),
}"""
USE = """
from pathlib import Path
import numpy as np
import pandas as pd
from hydra.utils import instantiate
from omegaconf import OmegaConf
from sklearn.preprocessing import StandardScaler
import segmentation
from segmentation.model.algorithms import algorithm_of
from segmentation.model.fitting import fit_segmenter
from segmentation.model.persistence import load_segmenter, save_segmenter
from segmentation.model.trial import require_usable

assert Path(segmentation.__file__).is_relative_to(Path.cwd()), segmentation.__file__
option = OmegaConf.load("conf/algorithm/bisecting_kmeans.yaml")
clusterer = instantiate(OmegaConf.merge({"k": 3, "seed": 42, "algorithm": option}).algorithm)
require_usable(StandardScaler(), clusterer, 2)
random = np.random.default_rng(0)
revenue, orders = random.lognormal(3, 1, 300), random.geometric(0.3, 300)
table = pd.DataFrame({"revenue": revenue, "orders": orders.astype(float)})
segmenter = fit_segmenter(table, ["revenue", "orders"], StandardScaler(), clusterer)
save_segmenter(segmenter, Path("model.skops"))
described = load_segmenter(Path("model.skops")).describe(table)
print(described["segment"].nunique(), len(described), algorithm_of(clusterer).option)
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The tree, with the option of the recipe."""
    for folder in ("src", "conf"):
        shutil.copytree(REPO / folder, tmp_path / folder)
    for file in [*REPO.glob("*.py"), REPO / "pyproject.toml"]:
        shutil.copy(file, tmp_path)
    (tmp_path / "conf" / "algorithm" / "bisecting_kmeans.yaml").write_text(OPTION)
    return tmp_path


def use(tree: Path) -> subprocess.CompletedProcess[str]:
    variables = environment() | {"PYTHONPATH": str(tree / "src")}
    command = [sys.executable, "-c", USE]
    return subprocess.run(
        command, cwd=tree, env=variables, capture_output=True, text=True, check=False
    )


def test_one_option_and_one_row_make_an_algorithm(copied: Path) -> None:
    without_row = use(copied)
    assert without_row.returncode == 1
    assert "BisectingKMeans cannot be saved: it holds types that are not" in without_row.stderr
    rows = copied / "src" / "segmentation" / "model" / "algorithms.py"
    text, added = re.subn(r"\n}(?=\n\"\"\"Public name)", ROW, rows.read_text(encoding="utf-8"))
    assert added == 1
    rows.write_text(text, encoding="utf-8")
    with_row = use(copied)
    assert with_row.stderr == ""
    assert with_row.stdout.split() == ["3", "300", "bisecting_kmeans"]
