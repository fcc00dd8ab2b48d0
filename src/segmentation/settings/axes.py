"""What a launch varies: the axes typed with -m, and those of a saved study."""

import os
from collections.abc import Iterator, Mapping, Sequence

from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from omegaconf import DictConfig, open_dict

from segmentation.settings.refusal import refusal
from segmentation.settings.run_settings import RunSettings, read_run_settings

AXES_VARIABLE = "SEGMENTATION_SWEEP_AXES"
"""Environment variable by which a launching process tells its jobs what is varied."""


def swept_keys() -> list[str]:
    """Keys that differ between the runs of the sweep around this job; empty without one."""
    return os.environ.get(AXES_VARIABLE, "").split()


def sweep_axes(config: DictConfig) -> dict[str, list[str]]:
    """Key of every axis to its values; what is typed replaces what is saved.

    Parameters
    ----------
    config : DictConfig
        With Hydra's own node.

    Returns
    -------
    dict of str to list of str
        The values as they would be typed, such as ``{"k": ["2", "3"]}``; empty without an axis.
    """
    saved = config.hydra.sweeper.get("params") or {}
    texts = [*(f"{key}={values}" for key, values in saved.items()), *config.hydra.overrides.task]
    overrides = OverridesParser.create().parse_overrides(texts)
    axes = {override.get_key_element(): override for override in overrides}
    return {
        key: list(override.sweep_string_iterator())
        for key, override in axes.items()
        if override.is_sweep_override()
    }


def axis_settings(config: DictConfig, axes: Mapping[str, Sequence[str]]) -> Iterator[RunSettings]:
    """Settings of a run with every value of every axis: Hydra composes only after data is read.

    Parameters
    ----------
    config : DictConfig
        With Hydra's own node.
    axes : mapping of key to values
        See `sweep_axes`.

    Yields
    ------
    RunSettings
        First the run with the first value of every axis, then one for each other value.

    Raises
    ------
    UserError
        If a value has the wrong type, or an option does not exist.
    """
    loader = GlobalHydra.instance().config_loader()
    typed = OverridesParser.create().parse_overrides(list(config.hydra.overrides.task))
    fixed = [str(each.input_line) for each in typed if each.get_key_element() not in axes]
    first = {key: values[0] for key, values in axes.items()}
    runs = [first | {key: value} for key, values in axes.items() for value in values[1:]]
    for run in [first, *runs]:
        chosen = [f"{axis}={value}" for axis, value in run.items()]
        try:
            composed = loader.load_sweep_config(config, [*fixed, *chosen])
        except HydraException as error:
            raise refusal(error) from error
        options = dict(composed.hydra.runtime.choices)
        with open_dict(composed):
            del composed["hydra"]
        yield read_run_settings(composed, options)
