from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf, open_dict

from segmentation.errors import UserError
from segmentation.options import option_names
from segmentation.settings.axes import axis_settings, sweep_axes
from tests.helpers.commands import REPO


@pytest.fixture
def launched():
    """The configuration of a launch, with what was typed."""
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(Path(REPO / "conf")), version_base="1.3"):

        def launch(*typed: str, saved: dict[str, str] | None = None):
            config = compose("config", return_hydra_config=True)
            with open_dict(config):
                config.hydra.overrides.task = list(typed)
                config.hydra.job.config_name = "config"
                if saved is not None:
                    config.hydra.sweeper.params = OmegaConf.create(saved)
            return config

        yield launch


def test_an_axis_is_what_has_several_values(launched):
    config = launched("k=range(2,5)", "scaler=log", "algorithm=kmeans,gmm", "features.names=[a,b]")
    assert sweep_axes(config) == {"k": ["2", "3", "4"], "algorithm": ["kmeans", "gmm"]}


def test_what_is_typed_replaces_what_a_study_has_saved(launched):
    saved = {"k": "range(2,9)", "scaler": "log,power"}
    assert sweep_axes(launched("k=3,4", saved=saved))["k"] == ["3", "4"]
    assert sweep_axes(launched("k=3", saved=saved)) == {"scaler": ["log", "power"]}


def test_every_value_is_composed_once_beside_the_first_of_the_other_axes(launched):
    config = launched("k=2,3", "scaler=log,power,none", "seed=7")
    planned = list(axis_settings(config, sweep_axes(config)))
    composed = [(each.recipe.k, each.choices["scaler"], each.recipe.seed) for each in planned]
    assert composed == [(2, "log", 7), (3, "log", 7), (2, "power", 7), (2, "none", 7)]


def test_values_that_go_with_another_axis_are_composed_with_it(launched):
    config = launched("algorithm=gmm,gmm_tied", "algorithm.covariance_type=full,diag")
    planned = list(axis_settings(config, sweep_axes(config)))
    assert [each.choices["algorithm"] for each in planned] == ["gmm", "gmm_tied", "gmm"]
    assert [each.recipe.algorithm.covariance_type for each in planned] == ["full", "full", "diag"]


def test_options_are_found_by_their_names(launched):
    axes = sweep_axes(launched("scaler=glob(*)", "algorithm=glob(gmm*)"))
    assert axes["algorithm"] == ["gmm", "gmm_tied"]
    assert axes["scaler"] == option_names("scaler")


@pytest.mark.parametrize("typed", ["k=range(2,2)", "scaler=glob(zz*)"])
def test_an_axis_without_a_value_is_refused(launched, typed):
    with pytest.raises(UserError, match=r"has no value, so there is nothing to run"):
        sweep_axes(launched(typed))


def test_an_interval_is_left_to_a_sweeper_that_searches(launched):
    config = launched("k=int(interval(2,6))")
    with pytest.raises(UserError, match=r"interval\(2,6\)\) has no end of values.*optuna"):
        sweep_axes(config)
    with open_dict(config):
        config.hydra.sweeper = {"_target_": "a.Searcher", "params": None}
    assert sweep_axes(config) == {"k": ["2", "6"]}, "its ends are tried before the data is read"


def test_a_reference_to_nothing_is_refused(launched):
    config = launched("k=2,${nope}")
    with pytest.raises(UserError, match="Interpolation key 'nope' not found"):
        list(axis_settings(config, sweep_axes(config)))


@pytest.mark.parametrize("typed", ["k=2,3,two", "scaler=log,nope", "kk=1,2", "k=2,3 seed=x"])
def test_a_wrong_value_anywhere_is_refused(launched, typed):
    config = launched(*typed.split())
    with pytest.raises(UserError, match=r"two|nope|kk|seed=x"):
        list(axis_settings(config, sweep_axes(config)))
