"""Which option of every group was chosen."""

from collections.abc import Mapping
from typing import Any

from omegaconf import DictConfig, open_dict

from segmentation.options import option_names, read_option
from segmentation.settings.groups import RECORDED

OPEN, CUSTOM = "???", "custom"
"""What an option leaves open, and what stands for an option where none has the values."""


def without_hydra(cfg: DictConfig) -> tuple[DictConfig, Mapping[str, Any]]:
    """Part a composed configuration from Hydra's own node, and take the choices out of that.

    Returns
    -------
    DictConfig, mapping of group to option
        Empty where the configuration has no such node, as `hydra.compose` returns it.
    """
    if "hydra" not in cfg:
        return cfg, {}
    choices = dict(cfg.hydra.runtime.choices)
    own = cfg.copy()
    with open_dict(own):
        del own["hydra"]
    return own, choices


def choices_of(resolved: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, str]:
    """Option of every recorded group: as chosen, else the one that has these values.

    Parameters
    ----------
    resolved : mapping
        Configuration, nested as in ``conf/``.
    chosen : mapping of group to option
        What Hydra says; lacks a group whose values were given without an option.

    Returns
    -------
    dict of str to str
        `CUSTOM` for values that no option has.
    """
    return {
        group: str(chosen[group]) if chosen.get(group) else _option_with(group, resolved)
        for group in RECORDED
    }


def _option_with(group: str, resolved: Mapping[str, Any]) -> str:
    values = resolved[group]
    for name in option_names(group):
        option = read_option(group, name, k=resolved["k"], seed=resolved["seed"])
        if _has_values(values, option):
            return name
    return CUSTOM


def _has_values(values: Any, option: Any) -> bool:
    """Whether all that the option says is so; what it leaves open may be anything."""
    if isinstance(option, Mapping):
        return isinstance(values, Mapping) and all(
            key in values and _has_values(values[key], value) for key, value in option.items()
        )
    return option in (OPEN, values)
