"""What may be made of a record: who can write to the store can have edited it."""

from collections.abc import Iterator, Mapping
from typing import Any

from segmentation.errors import UserError
from segmentation.model.algorithms import ALGORITHMS
from segmentation.options import HANDLED, option_names, read_option

TARGET = "_target_"
MADE_OF = ("scaler", "algorithm")
"""Groups of a recorded configuration of which objects are made."""


def trusted_targets() -> frozenset[str]:
    """Names that a record may call: those of the scalers and algorithms of conf/, and no others."""
    options = [
        read_option(group, name, k=None, seed=None)
        for group in MADE_OF
        for name in option_names(group)
    ]
    return frozenset(ALGORITHMS) | {str(option[TARGET]) for option in options}


def foreign_targets(configuration: Mapping[str, Any]) -> list[str]:
    """Names that a configuration would call to make its estimators, and a record may not.

    Parameters
    ----------
    configuration : mapping
        Nested as in ``conf/``; its estimators may hold others, at any depth.

    Returns
    -------
    list of str
        In alphabetical order; empty where it can be made again from its record.
    """
    called = {name for group in MADE_OF for name in _called(configuration.get(group))}
    return sorted(called - trusted_targets())


def require_trusted(configuration: Mapping[str, Any], whose: str) -> None:
    """Refuse a record that would call what conf/ does not have, before anything is imported.

    Parameters
    ----------
    configuration : mapping
        As it was recorded.
    whose : str
        The run, for people to read.

    Raises
    ------
    UserError
        Names the first such call.
    """
    for name in foreign_targets(configuration):
        raise UserError(
            f"{whose} keeps no model, and its record calls '{name}', which is no scaler or "
            "algorithm of conf/, so it is not made again; run train.py again, with "
            "tracking.models=all to keep every model"
        )


def require_plain(values: Any, whose: str) -> None:
    """Refuse recorded options that would call anything at all.

    Parameters
    ----------
    values : plain values, nested
    whose : str
        What they are of, for people to read.

    Raises
    ------
    UserError
        Names what would be called.
    """
    for key, value in _pairs(values):
        if key in HANDLED:
            raise UserError(
                f"{whose} holds '{key}: {value}', which only a configuration may; "
                "it was changed after the training: set model= to another one"
            )


def _called(node: Any) -> Iterator[str]:
    return (str(value) for key, value in _pairs(node) if key == TARGET)


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    """Keys and values at every depth."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key), value
            yield from _pairs(value)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _pairs(part)
