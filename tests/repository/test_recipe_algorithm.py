"""An algorithm is added as its recipe says, proved on a copy of the tree."""

from pathlib import Path

import pytest

from tests.helpers.recipes import add_last, copy_tree, run_in, shown_lines

OPTION = "conf/algorithm/bisecting_kmeans.yaml"
ROWS = "src/segmentation/model/algorithms.py"
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
require_usable(StandardScaler(), clusterer, ["revenue", "orders"])
random = np.random.default_rng(0)
revenue, orders = random.lognormal(3, 1, 300), random.geometric(0.3, 300)
table = pd.DataFrame({"revenue": revenue, "orders": orders.astype(float)})
segmenter = fit_segmenter(table, ["revenue", "orders"], StandardScaler(), clusterer)
save_segmenter(segmenter, Path("model.skops"))
described = load_segmenter(Path("model.skops")).describe(table)
print(described["segment"].nunique(), len(described), algorithm_of(clusterer).option)
"""


@pytest.mark.slow
def test_one_option_and_one_row_make_an_algorithm(tmp_path: Path) -> None:
    tree, recipe = copy_tree(tmp_path), shown_lines("An algorithm")
    (option,), (row,) = recipe[OPTION], recipe[ROWS]
    (tree / OPTION).write_text(option, encoding="utf-8")
    without_row = run_in(tree, "-c", USE)
    assert without_row.returncode == 1
    assert "BisectingKMeans cannot be saved: it holds types that are not" in without_row.stderr
    add_last(tree / ROWS, "ALGORITHMS", row)
    with_row = run_in(tree, "-c", USE)
    assert with_row.stderr == ""
    assert with_row.stdout.split() == ["3", "300", "bisecting_kmeans"]
