"""A configuration as a run records it: flat, and without secrets."""

import re
from collections.abc import Mapping
from typing import Any

from omegaconf import DictConfig, OmegaConf

SECRET = re.compile(r"password|secret|token|credential|access_key", re.IGNORECASE)
URL_SECRETS = re.compile(r"(?<=://)[^/@\s]+@|\?\S+")


def flat_parameters(cfg: DictConfig) -> dict[str, Any]:
    """Resolved configuration as ``group.key`` to value, without secrets.

    Left out besides: where runs are recorded, and what does not change a run (``selection``,
    ``reuse``, ``plots``, the saved study).
    """
    resolved = OmegaConf.to_container(cfg, resolve=True)
    assert isinstance(resolved, dict)
    for key in ("tracking", "selection", "reuse", "plots", "sweep"):
        resolved.pop(key, None)
    return dict(_flatten(without_secrets(resolved)))


def without_secrets(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Plain values that may be recorded.

    Left out, at every depth: keys that name a secret, and the user and query parts of URLs.
    """
    kept: dict[Any, Any] = {}
    for key, value in values.items():
        if SECRET.search(str(key)):
            continue
        if isinstance(value, Mapping):
            kept[key] = without_secrets(value)
        else:
            kept[key] = URL_SECRETS.sub("", value) if isinstance(value, str) else value
    return kept


def _flatten(node: Mapping[Any, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in node.items():
        if isinstance(value, Mapping):
            pairs += _flatten(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", value))
    return pairs
