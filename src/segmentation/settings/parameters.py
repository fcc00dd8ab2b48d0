"""A configuration as a run records it: without secrets, whole and as a few parameters."""

import re
from collections.abc import Mapping
from typing import Any

from segmentation.masking import without_secrets

REFERENCE = re.compile(r"\$\{[\w.]+\}")
LEFT_OUT = {"tracking", "selection", "reuse", "plots", "optimized_metric", "sweep", "leaderboard"}
LEFT_OUT |= {"cluster", "keep", "lists"}


def recorded_configuration(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """What is recorded of a resolved configuration, nested as in ``conf/``, without secrets.

    Left out besides: where runs are recorded, and what does not change a run (``selection``,
    ``reuse``, ``plots``, ``optimized_metric``, lists of customers, the saved study, the cluster).
    """
    return without_secrets({key: value for key, value in resolved.items() if key not in LEFT_OUT})


def parameters(recorded: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """Values that a person sets, as ``group.key`` to value, a few out of the configuration.

    Left out of it: what is called and how (``_target_``, ``_partial_``, ``_args_``), how an export
    is recognised (``layout``), what is not set, and what only repeats another value, as
    ``algorithm.n_clusters: ${k}`` does.

    Parameters
    ----------
    recorded : mapping
        From `recorded_configuration`.
    written : mapping
        The configuration as it is written: not resolved.
    """
    references = {key for key, value in flat(written).items() if REFERENCE.fullmatch(str(value))}
    return {
        key: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for key, value in flat(recorded).items()
        if value is not None
        and not any(part.startswith("_") or part == "layout" for part in key.split("."))
        and key not in references
    }


def flat(node: Mapping[Any, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values as one level of ``group.key`` to value."""
    values: dict[str, Any] = {}
    for key, value in node.items():
        values |= (
            flat(value, f"{prefix}{key}.")
            if isinstance(value, Mapping)
            else {f"{prefix}{key}": value}
        )
    return values
