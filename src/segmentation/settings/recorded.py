"""A configuration as a run keeps it: a file that Hydra runs again, and that is read again."""

from collections.abc import Mapping
from typing import Any

import yaml
from omegaconf import OmegaConf

from segmentation.errors import UserError
from segmentation.options import option_names, read_option
from segmentation.settings.groups import RECORDED
from segmentation.settings.parameters import REFERENCE, flat

HEADER = """\
# The configuration of a run. It runs again from the folder DIR that this file is in:
# train.py --config-dir DIR --config-name {name}
"""
NOT_VALUES = ("defaults",)


def runnable(
    recorded: Mapping[str, Any], written: Mapping[str, Any], choices: Mapping[str, str]
) -> dict[str, Any]:
    """Return a primary configuration that makes the same run, as plain values.

    Parameters
    ----------
    recorded : mapping
        From `parameters.recorded_configuration`.
    written : mapping
        The configuration, not resolved: what follows ``k`` and ``seed`` still does.
    choices : mapping of group to option

    Returns
    -------
    dict
        The recorded values, without secrets, under a list of defaults in which an option stands
        where conf/ has it and it adds nothing to these values.
    """
    chosen = [{f"override {group}": _kept(group, choices[group], recorded)} for group in RECORDED]
    return {"defaults": ["config", *chosen, "_self_"], **_with_references(recorded, written)}


def runnable_text(configuration: Mapping[str, Any], name: str) -> str:
    """Return the file of a configuration that is called ``name`` on the command line."""
    body = yaml.safe_dump(dict(configuration), sort_keys=False, allow_unicode=True)
    return HEADER.format(name=name) + body


def recorded_values(text: str) -> dict[str, Any]:
    """Return the values of a recorded configuration, resolved.

    Raises
    ------
    UserError
        If a value asks for more than another value of it, as for one of the environment.
    """
    content = yaml.safe_load(text)
    values = {key: value for key, value in content.items() if key not in NOT_VALUES}
    for key, value in flat(values).items():
        _require_reference(key, value)
    return OmegaConf.to_container(OmegaConf.create(values), resolve=True)  # type: ignore[return-value]


def _require_reference(key: str, value: Any) -> None:
    """Refuse what would be resolved by more than another value of the configuration."""
    for text in value if isinstance(value, list) else [value]:
        if "${" in str(text) and not REFERENCE.fullmatch(str(text)):
            raise UserError(
                f"the record of a run has {key}={text}, which is neither a value nor refers to "
                "one; run train.py again"
            )


def _kept(group: str, option: str, values: Mapping[str, Any]) -> str | None:
    """The option, unless it is not in conf/ or has a key that was taken out of the values."""
    if option not in option_names(group):
        return None
    known = read_option(group, option, k=values["k"], seed=values["seed"])
    return option if set(known) <= set(values.get(group, {})) else None


def _with_references(values: Any, written: Any) -> Any:
    """The values, in whose place stands ``${k}`` and the like where it was written so."""
    if isinstance(values, Mapping):
        return {key: _with_references(value, written[key]) for key, value in values.items()}
    return written if REFERENCE.fullmatch(str(written)) else values
