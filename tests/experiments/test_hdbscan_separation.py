"""The script plants what it says, and tells groups that are apart from those that are not."""

import numpy as np
import pytest

pytest.importorskip("hdbscan")
from experiments import hdbscan_separation as study


def test_planted_centres_are_so_many_standard_deviations_apart():
    space, groups = study.planted_customers(4.0, seed=0)
    centres = np.array([space[groups == group].mean(axis=0) for group in range(3)])
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert np.linalg.norm(centres[first] - centres[second]) == pytest.approx(4.0, abs=0.2)
    assert space[groups == 0].std(axis=0) == pytest.approx(1.0, abs=0.1)
    assert np.bincount(groups) / len(groups) == pytest.approx(study.SHARES, abs=0.05)


def test_groups_far_apart_are_found_and_one_cloud_is_not(monkeypatch):
    monkeypatch.setattr(study, "SEEDS", 1)
    apart = study.planted_row(10.0, "eom, noise=nearest")
    assert apart.startswith("| 10 | eom, noise=nearest | 3.0 | 0.0% | 1.00 |")
    assert apart.endswith("1 of 1 |")
    assert study.planted_row(1.0, "eom").endswith("0 of 1 |")
