"""What a launch varies: the axes typed with -m, and those of a saved study."""

import os
from collections.abc import Iterator, Mapping, Sequence

from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override
from omegaconf import DictConfig, OmegaConf

from segmentation.errors import UserError
from segmentation.settings.refusal import refused_in_one_line
from segmentation.settings.run_settings import RunSettings, read_run_settings
from segmentation.settings.sweeper import runs_every_combination

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
        The values as they would be typed, such as ``{"k": ["2", "3"]}``, of an interval its ends;
        empty without an axis.

    Raises
    ------
    UserError
        If an axis is empty, or is an interval and every value is to be run.
    """
    with refused_in_one_line():
        saved = config.hydra.sweeper.get("params") or {}
        overrides = _parsed(
            [*(f"{key}={axis}" for key, axis in saved.items()), *typed_overrides(config)]
        )
        axes = {override.get_key_element(): override for override in overrides}
        return {
            key: _values(override, runs_every_combination(config))
            for key, override in axes.items()
            if override.is_sweep_override()
        }


def typed_overrides(config: DictConfig) -> list[str]:
    """What was typed, as it was: a reference belongs to the runs."""
    return OmegaConf.to_container(config.hydra.overrides.task, resolve=False)  # type: ignore[return-value]


def _parsed(texts: Sequence[str]) -> list[Override]:
    loader = GlobalHydra.instance().config_loader()
    return OverridesParser.create(config_loader=loader).parse_overrides(list(texts))


def _values(override: Override, every_combination: bool) -> list[str]:
    axis = override.value()
    if isinstance(axis, IntervalSweep):
        if every_combination:
            raise UserError(
                f"{override.input_line} has no end of values, and the basic sweeper runs every "
                "one; list them, as in k=2,3,4, or search: hydra/sweeper=optuna"
            )
        return [str(axis.start), str(axis.end)]
    values = list(override.sweep_string_iterator())
    if not values:
        raise UserError(
            f"{override.input_line} has no value, so there is nothing to run; "
            "the end of a range is left out: range(2,5) is 2, 3 and 4"
        )
    return values


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
    typed = _parsed(typed_overrides(config))
    fixed = [str(each.input_line) for each in typed if each.get_key_element() not in axes]
    first = {key: values[0] for key, values in axes.items()}
    runs = [first | {key: value} for key, values in axes.items() for value in values[1:]]
    for run in [first, *runs]:
        chosen = [f"{axis}={value}" for axis, value in run.items()]
        with refused_in_one_line():
            settings = read_run_settings(loader.load_sweep_config(config, [*fixed, *chosen]))
        yield settings
