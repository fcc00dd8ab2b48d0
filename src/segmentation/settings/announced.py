"""What a job reads, in a few words, from its configuration: said before anything is imported."""

from pathlib import PurePath
from typing import Any

from omegaconf import DictConfig, OmegaConf

NOTHING_GIVEN = (None, "", "???")


def reading(cfg: DictConfig) -> str:
    """Say which lines are read; where those of several shops are, only that some are.

    Parameters
    ----------
    cfg : DictConfig
        May have Hydra's own node.
    """
    # As they are: a reference may be to what only the job has.
    data: Any = OmegaConf.to_container(cfg.data, resolve=False)
    given = {key: data.get(key) for key in ("path", "table", "query")}
    given = {key: value for key, value in given.items() if value not in NOTHING_GIVEN}
    if _varies(cfg):
        return "reading the lines"
    if "path" in given:
        return f"reading {_named(given['path'])}"
    if "table" in given:
        return f"reading table {given['table']}"
    title = (data.get("layout") or {}).get("title")
    return f"reading {title}" if title and not given else "reading the lines"


def _varies(cfg: DictConfig) -> bool:
    """Whether a sweep varies what is read."""
    if "hydra" not in cfg:
        return False
    typed: Any = OmegaConf.to_container(cfg.hydra.overrides.task, resolve=False)
    saved: Any = OmegaConf.to_container(cfg.hydra.sweeper, resolve=False)
    axes = [f"{key}={axis}" for key, axis in (saved.get("params") or {}).items()] + typed
    values = (axis.lstrip("+~").partition("=") for axis in axes)
    return any(
        key.partition(".")[0] == "data" and "," in value and not value.startswith(("[", "'", '"'))
        for key, _, value in values
    )


def _named(path: Any) -> str:
    """Name of a file, and how many there are besides; without what follows it in a URL."""
    paths = [path] if isinstance(path, str) else [str(each) for each in path]
    name = PurePath(paths[0].partition("?")[0]).name or paths[0]
    return f"{name} and {len(paths) - 1} more" if len(paths) > 1 else name
