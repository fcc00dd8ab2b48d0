"""The folder that the runs of a sweep share, as the host of a job sees it."""

import os
import tempfile
from pathlib import Path
from typing import Any

PARENT_VARIABLE = "SEGMENTATION_PARENT_RUN"
FOLDER_VARIABLE = "SEGMENTATION_SWEEP_FOLDER"
"""Environment variables by which a launching process tells its jobs of their sweep."""


def in_sweep() -> bool:
    """Whether this job is one of a sweep."""
    return PARENT_VARIABLE in os.environ


def folder_here(folder: Path, parent_id: str) -> Path:
    """Folder that the jobs of a sweep share on this host.

    Parameters
    ----------
    folder : Path
        Made by the launching process.
    parent_id : str
        Parent run of the sweep.

    Returns
    -------
    Path
        The same, where this host sees it and may write to it; else one of this host's own, which
        may not be there yet.
    """
    return folder if os.access(folder, os.W_OK) else private_folder(parent_id) / folder.name


def private_folder(parent_id: str) -> Path:
    """Folder of a host that does not see that of the sweep; no other user can guess its name."""
    return Path(tempfile.gettempdir()) / f"segmentation-{parent_id}"


def job_folder(*, _root_: Any) -> str:
    """Hydra's folder of a job on a cluster: Hydra makes it before anything of ours runs."""
    told = _root_.hydra.job.env_set
    return str(folder_here(Path(told[FOLDER_VARIABLE]), told[PARENT_VARIABLE]).parent)
