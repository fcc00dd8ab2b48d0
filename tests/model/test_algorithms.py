"""The table of algorithms agrees with conf/algorithm, and reading it costs nothing."""

import subprocess
import sys

import numpy as np
import pytest
import skops.io
import yaml
from sklearn.base import clone
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.mixture import BayesianGaussianMixture

from segmentation.model.algorithms import (
    ALGORITHMS,
    ANY_OTHER,
    algorithm_of,
    class_name,
    simplicity,
)
from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.membership import membership
from segmentation.model.persistence import TRUSTED_TYPES
from segmentation.model.principal_mixture import PrincipalMixture
from segmentation.model.rfm_grid import RFMGrid
from tests.helpers.commands import REPO, environment
from tests.helpers.models import CLUSTERERS


def targets():
    """Option of conf/algorithm to the class that it names itself."""
    files = {file.stem: yaml.safe_load(file.read_text()) for file in REPO.glob("conf/algorithm/*")}
    return {name: content["_target_"] for name, content in files.items() if "_target_" in content}


def test_every_option_has_a_row_and_every_row_its_option():
    assert {row.option: name for name, row in ALGORITHMS.items()} == targets()


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (KMeans(), "sklearn.cluster.KMeans"),
        (KMeans, "sklearn.cluster.KMeans"),
        ("sklearn.cluster._kmeans.KMeans", "sklearn.cluster.KMeans"),
        (PrincipalMixture(), "segmentation.model.principal_mixture.PrincipalMixture"),
        (HDBSCANClusterer(), "segmentation.model.clusterers.HDBSCANClusterer"),
    ],
)
def test_a_class_is_known_by_its_public_name(estimator, name):
    assert class_name(estimator) == name
    assert algorithm_of(estimator) is ALGORITHMS[name]


def test_simpler_algorithms_come_first_and_those_without_a_row_last():
    classes = [KMeans, RFMGrid, PrincipalMixture, HDBSCANClusterer, MiniBatchKMeans, "a.lib.Other"]
    assert [simplicity(each) for each in classes] == [0, 0, 1, 2, 3, 3]
    assert [simplicity(CLUSTERERS[name]) for name in ("kmeans", "gmm", "hdbscan")] == [0, 1, 2]


@pytest.mark.parametrize("clusterer", [MiniBatchKMeans(3), BayesianGaussianMixture(n_components=3)])
def test_a_class_without_a_row_works_by_what_it_offers(table, clusterer):
    clusterer.set_params(random_state=0).fit(table.to_numpy())
    assert algorithm_of(clusterer) is ANY_OTHER
    clusters, confidence = membership(clusterer, table.to_numpy())
    assert set(clusters) == {0, 1, 2}
    assert 0 <= confidence.min() < confidence.max() <= 1


def test_the_types_and_packages_of_a_row_are_those_that_its_fit_needs(table, tmp_path):
    for name, clusterer in {**CLUSTERERS, "rfm_grid": RFMGrid()}.items():
        row, file = algorithm_of(clusterer), tmp_path / f"{name}.skops"
        skops.io.dump(clusterer.fit(table.to_numpy()), file)
        assert set(skops.io.get_untrusted_types(file=file)) == set(row.trusted)
        foreign = {kind.split(".")[0] for kind in row.trusted} - {"segmentation", "sklearn"}
        assert foreign - {"joblib"} == set(row.packages)
        assert set(row.trusted) <= set(TRUSTED_TYPES)


def test_reading_the_table_imports_no_library():
    code = "import sys, segmentation.model.algorithms; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    assert not {"hdbscan", "sklearn", "skops", "pandas"} & set(shown.stdout.split())


def test_labels_of_refits_are_those_of_fits(table):
    for clusterer in (*CLUSTERERS.values(), RFMGrid(), MiniBatchKMeans(3, random_state=0)):
        rows = table.to_numpy()
        labels = algorithm_of(clusterer).labels_of_refit(clone(clusterer), rows)
        np.testing.assert_array_equal(labels, clone(clusterer).fit(rows).labels_)
