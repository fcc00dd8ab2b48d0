"""Options of conf/ as plain YAML, and the objects that they name."""

import contextlib
import functools
import importlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from segmentation.errors import UserError

PACKAGE = Path(__file__).parent
HANDLED = {"_target_", "_args_", "_partial_", "_recursive_", "_convert_"}


def conf_folder() -> Path:
    """Folder of the configuration: inside the installed package, or beside ``src``."""
    installed = PACKAGE / "conf"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "conf"


def option_names(group: str) -> list[str]:
    """Names of the options of a group, such as ``gmm`` of ``algorithm``, in alphabetical order."""
    return sorted(file.stem for file in (conf_folder() / group).glob("*.yaml"))


def read_option(group: str, name: str, **values: Any) -> dict[str, Any]:
    """Read one option of a group, with what it is based on.

    Parameters
    ----------
    group : str
        Folder in ``conf/``.
    name : str
        File in it, without its ending.
    **values
        What stands for ``${k}``, ``${seed}`` and the like.

    Returns
    -------
    dict
        Plain values, nested as in the file.

    Raises
    ------
    UserError
        If there is no such option, or a value that it refers to is not given.
    """
    file = conf_folder() / group / f"{name}.yaml"
    if not file.is_file():
        names = ", ".join(option_names(group))
        raise UserError(f"{group}={name} is not an option; choose one of: {names}")
    own = dict(_parsed(file.read_text(encoding="utf-8")))
    merged: dict[str, Any] = {}
    for base in own.pop("defaults", []):
        merged = _merged(merged, read_option(group, base, **values))
    return _merged(merged, {key: _resolved(value, values) for key, value in own.items()})


@functools.cache
def _parsed(text: str) -> Mapping[str, Any]:
    """Content of a file, which every run of a sweep asks for; `_resolved` copies it."""
    content: Mapping[str, Any] = yaml.safe_load(text) or {}
    return content


def is_option(group: str, values: Mapping[str, Any]) -> bool:
    """Whether an option of a group has these values, and no others."""
    return any(read_option(group, name) == values for name in option_names(group))


def build(node: Any) -> Any:
    """Make what a node of the configuration describes.

    Follows the conventions of Hydra: ``_target_`` names what is called, with the other keys as
    arguments and ``_args_`` as positional ones; ``_partial_`` gives a callable instead of calling;
    ``_recursive_: false`` leaves the arguments as they are. A list becomes a tuple where
    scikit-learn asks for one, which YAML cannot write.

    Parameters
    ----------
    node : mapping, list or plain value

    Returns
    -------
    object
        A plain value as it is; of a mapping without ``_target_`` and of a list, a copy in which
        the parts are built.

    Raises
    ------
    UserError
        If the target cannot be imported, or refuses its arguments.
    """
    if isinstance(node, list | tuple):
        return [build(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    make = build if node.get("_recursive_", True) else lambda part: part
    arguments = {key: make(value) for key, value in node.items() if key not in HANDLED}
    if "_target_" not in node:
        return arguments
    name = str(node["_target_"])
    target = _imported(name)
    arguments = _with_tuples(target, arguments)
    positional = [make(part) for part in node.get("_args_", [])]
    try:
        if node.get("_partial_", False):
            # A builtin may have no signature to check.
            with contextlib.suppress(ValueError):
                inspect.signature(target).bind_partial(*positional, **arguments)
            return functools.partial(target, *positional, **arguments)
        return target(*positional, **arguments)
    except TypeError as error:
        raise UserError(f"{name} cannot be called: {error}; --help lists the options") from error


def _imported(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(
            f"_target_={name} cannot be imported ({error}); give the full name of a class"
        ) from error


def _with_tuples(target: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    constraints = getattr(target, "_parameter_constraints", {})
    return {
        key: tuple(value)
        if isinstance(value, list) and tuple in constraints.get(key, ())
        else value
        for key, value in arguments.items()
    }


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(base[key], value)
        for key, value in over.items()
        if isinstance(value, Mapping) and isinstance(base.get(key), Mapping)
    }
    return {**base, **over, **both}


def _resolved(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _resolved(part, values) for key, part in value.items()}
    if isinstance(value, list):
        return [_resolved(part, values) for part in value]
    if isinstance(value, str) and value.startswith("${") and value.endswith("}"):
        name, selects, otherwise = value[2:-1].removeprefix("oc.select:").partition(",")
        if name not in values and not selects:
            raise UserError(f"'{value}' has no value; give {name}=")
        return values.get(name, yaml.safe_load(otherwise))
    return value
