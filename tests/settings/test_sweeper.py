"""What the sweeper of a launch does."""

import pytest
from omegaconf import OmegaConf

from segmentation.errors import UserError
from segmentation.selection.guards import SelectionRules
from segmentation.settings.sweeper import number_of_runs, require_direction

AXES = {"k": ["2", "3", "4"], "scaler": ["log", "power"]}


def launched(**sweeper):
    return OmegaConf.create({"hydra": {"sweeper": {"_target_": "a.Searcher"} | sweeper}})


def settings(optimized_metric=None):
    class Settings:
        selection = SelectionRules()

    Settings.optimized_metric = optimized_metric
    return Settings


@pytest.mark.parametrize(
    ("sweeper", "runs"),
    [
        ({"_target_": "hydra._internal.core_plugins.basic_sweeper.BasicSweeper"}, 6),
        ({"n_trials": 20}, 20),
        ({"optim": {"budget": 80}}, 80),
        ({}, 6),
    ],
)
def test_how_many_runs_a_launch_makes(sweeper, runs):
    assert number_of_runs(launched(**sweeper), AXES) == runs


@pytest.mark.parametrize(
    ("direction", "metric", "wanted"),
    [("minimize", None, "maximize"), ("maximize", "davies_bouldin", "minimize")],
)
def test_a_search_for_the_worst_is_refused(direction, metric, wanted):
    with pytest.raises(UserError, match=f"set hydra.sweeper.direction={wanted}"):
        require_direction(launched(direction=direction), settings(metric))
    require_direction(launched(direction=wanted), settings(metric))


@pytest.mark.parametrize("sweeper", [{}, {"direction": ["minimize", "maximize"]}])
def test_a_sweeper_that_names_no_one_direction_is_let_be(sweeper):
    require_direction(launched(**sweeper), settings())


def test_a_metric_that_is_neither_better_nor_worse_may_go_either_way():
    require_direction(launched(direction="minimize"), settings("n_segments"))
