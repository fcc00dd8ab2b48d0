"""Paths of a configuration: meant from where the command was typed."""

from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

PATHS = ("data.path", "data.cache_dir", "output", "previous")
STORE, STORE_FILE = "tracking.uri", "sqlite:///"


def meant_from(folder: str, cfg: DictConfig) -> DictConfig:
    """The same configuration in a job whose current folder is another (``hydra.job.chdir``).

    Parameters
    ----------
    folder : str
        Where the command was typed.
    cfg : DictConfig
        Left as it is; returned where the job is in that folder.
    """
    if Path(folder) == Path.cwd():
        return cfg
    moved = cfg.copy()
    for key in (*PATHS, STORE):
        value = OmegaConf.select(cfg, key, throw_on_missing=False)
        absolute = _absolute(value, folder, STORE_FILE if key == STORE else "")
        if absolute is not None:
            OmegaConf.update(moved, key, absolute)
    return moved


def _absolute(value: Any, folder: str, prefix: str) -> str | None:
    """A relative path in full; None for what is none, such as an address."""
    if not isinstance(value, str) or not value.startswith(prefix):
        return None
    path = value.removeprefix(prefix)
    if not path or "://" in path or path.startswith("~") or Path(path).is_absolute():
        return None
    return prefix + str(Path(folder) / path)
