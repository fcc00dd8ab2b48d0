"""When the champion's recipe gives segments that cannot be used any more."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segmentation.model.fitting import fit_segmenter
from segmentation.selection import out_of_use
from segmentation.selection.guards import SelectionRules
from segmentation.selection.out_of_use import no_longer_usable
from tests.helpers.models import log_scaler
from tests.helpers.shop import FEATURES

RULES = SelectionRules()


@pytest.fixture(scope="module")
def champion(table):
    clusterer = KMeans(n_clusters=3, n_init=10, random_state=0)
    return fit_segmenter(table, FEATURES, log_scaler(), clusterer)


def test_on_customers_like_those_of_its_training_it_can_be_used(champion, table):
    assert no_longer_usable(champion, table, RULES, 0) == ""


def test_a_segment_that_has_become_too_small_is_named(champion, table):
    shrunk = table.iloc[39:]
    told = no_longer_usable(champion, shrunk, RULES, 0)
    assert told.startswith("the champion's recipe breaks a guard on these customers: smallest")


def test_segments_that_do_not_come_back_are_named(champion, table):
    one_cloud = pd.DataFrame(
        np.random.default_rng(0).uniform(1, 100, (300, 3)), columns=table.columns
    )
    clusterer = KMeans(n_clusters=9, n_init=1, random_state=0)
    restless = fit_segmenter(one_cloud, FEATURES, log_scaler(), clusterer)
    assert "no longer stable" in no_longer_usable(restless, one_cloud, RULES, 0)


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ({"stability_min": 0.6}, ""),
        (
            {"stability_min": 0.59},
            "the champion's recipe is no longer stable on these customers: stability_min 0.59, "
            "at least 0.60 needed",
        ),
        ({}, ""),
    ],
)
def test_the_least_stability_itself_is_enough(champion, table, monkeypatch, measured, told):
    found = SimpleNamespace(metrics=lambda: measured)
    monkeypatch.setattr(out_of_use, "bootstrap_stability", lambda *_, **__: found)
    assert no_longer_usable(champion, table, RULES, 0) == told


def test_customers_who_do_not_differ_enough_are_named(champion, table):
    same = pd.concat([table.iloc[:1]] * 20)
    assert "cannot be fitted any more" in no_longer_usable(champion, same, RULES, 0)
