from itertools import product
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import ConfigCompositionException
from omegaconf import OmegaConf, open_dict

from segmentation.settings.composing import SweepLoader, value_axes
from tests.helpers.commands import REPO


@pytest.fixture
def launched():
    """The configuration of a launch, with what was typed."""
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(Path(REPO / "conf")), version_base="1.3"):

        def launch(*typed: str):
            config = compose("config", return_hydra_config=True)
            with open_dict(config):
                config.hydra.overrides.task = list(typed)
                config.hydra.overrides.hydra.append("+hydra.job.env_set.A=b")
                config.hydra.job.config_name = "config"
            return config

        yield launch


def loader(values):
    return SweepLoader(GlobalHydra.instance().config_loader().get_search_path(), values)


@pytest.mark.slow
def test_a_run_is_configured_as_hydra_does_it(launched):
    axes = {
        "k": ["2", "3"],
        "scaler": ["log", "power"],
        "features.names": ["[revenue,orders]", "[orders]"],
        "as_of": ["2024-01-01", "null"],
        "algorithm.n_init": ["1", "2"],
    }
    config = launched(*(f"{key}={','.join(values)}" for key, values in axes.items()))
    values = value_axes(config, axes)
    assert values == {*axes} - {"scaler"}
    hydra, ours = GlobalHydra.instance().config_loader(), loader(values)
    for run in product(*axes.values()):
        chosen = [f"{key}={value}" for key, value in zip(axes, run, strict=True)]
        overrides = [*chosen[:2], "plots=none", "+data.more=1", *chosen[2:]]
        plain = hydra.load_sweep_config(config, overrides)
        assert ours.load_sweep_config(config, overrides) == plain
        assert OmegaConf.to_yaml(ours.load_sweep_config(config, overrides)) == OmegaConf.to_yaml(
            plain
        )


def test_a_value_that_hydra_refuses_is_refused_in_its_words(launched):
    config = launched("k=2,two")
    said = []
    for each in (GlobalHydra.instance().config_loader(), loader({"k"})):
        with pytest.raises(ConfigCompositionException) as refused:
            each.load_sweep_config(config, ["k=two"])
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_what_is_set_as_a_part_and_as_a_whole_is_set_in_the_order_typed(launched):
    config = launched("algorithm.n_init=1,2", "algorithm={n_init:5}", "evaluation=null,{}", "k=2,3")
    assert value_axes(config, ["algorithm.n_init", "evaluation", "k", "new"]) == {"k"}
