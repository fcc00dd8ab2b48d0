"""Configurations of the runs of a sweep: what the runs share is composed once."""

import copy
from collections.abc import Collection

from hydra._internal.config_loader_impl import ConfigLoaderImpl, get_overrides_dirname
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from segmentation.settings.axes import typed_overrides


class SweepLoader(ConfigLoaderImpl):
    """Composes once per choice of options, and then sets the values in which runs differ.

    Hydra composes 24 files for every run, a quarter of a short one.

    Parameters
    ----------
    search_path : ConfigSearchPath
    values : collection of str
        Keys that are set last, see `value_axes`.
    """

    def __init__(self, search_path: ConfigSearchPath, values: Collection[str]):
        super().__init__(search_path)
        self._values = values
        self._composed: dict[tuple[str, ...], DictConfig] = {}

    def load_sweep_config(
        self, master_config: DictConfig, sweep_overrides: list[str]
    ) -> DictConfig:
        """Return the configuration of one run."""
        parsed = OverridesParser.create(config_loader=self).parse_overrides(list(sweep_overrides))
        own = [each for each in parsed if each.get_key_element() in self._values]
        self.validate_sweep_overrides_legal(own, RunMode.RUN, from_shell=True)
        shared = [str(e.input_line) for e in parsed if e.get_key_element() not in self._values]
        # As they are: a reference of theirs belongs to the job.
        told = str(OmegaConf.to_container(master_config.hydra.overrides.hydra, resolve=False))
        choice = (told, *shared)
        if choice not in self._composed:
            self._composed[choice] = super().load_sweep_config(master_config, shared)
        config = copy.deepcopy(self._composed[choice])
        self._apply_overrides_to_config(own, config)
        typed = [each for each in parsed if not each.is_hydra_override()]
        config.hydra.overrides.task = [each.input_line for each in typed]
        job = config.hydra.job
        job.override_dirname = get_overrides_dirname(typed, **job.config.override_dirname)
        OmegaConf.copy_cache(from_config=master_config, to_config=config)
        return config


def compose_once(config: DictConfig, axes: Collection[str]) -> None:
    """Let the launch under way compose once what its runs share.

    Parameters
    ----------
    config : DictConfig
        With Hydra's own node.
    axes : collection of str
        Keys of what is varied, see `axes.sweep_axes`.
    """
    hydra = GlobalHydra.instance().hydra
    assert hydra is not None
    search_path = hydra.config_loader.get_search_path()
    hydra.config_loader = SweepLoader(search_path, value_axes(config, axes))


def value_axes(config: DictConfig, axes: Collection[str]) -> frozenset[str]:
    """Keys of the axes that vary a value, and that may be set after everything else.

    Parameters
    ----------
    config : DictConfig
        With Hydra's own node.
    axes : collection of str
        See `compose_once`.
    """
    saved = config.hydra.sweeper.get("params") or {}
    typed = (text.partition("=")[0].lstrip("+~") for text in typed_overrides(config))
    keys = {*axes, *saved, *typed}
    return frozenset(
        axis
        for axis in axes
        if axis.split(".")[0] in config
        and axis not in config.hydra.runtime.choices
        # Of a part and of the whole of it, the one typed last wins.
        and not any(axis.startswith(f"{key}.") or key.startswith(f"{axis}.") for key in keys)
    )
