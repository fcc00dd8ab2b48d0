"""What conf/ refers to as ``${name:…}``: worked out when it is read."""

import os
import sys
from pathlib import Path
from typing import Any

from segmentation.settings.sweep_folder import job_folder


def kept_subdir(*folders: str) -> str | None:
    """Where Hydra keeps what a job was composed of: in a folder that was asked for, else nowhere.

    Parameters
    ----------
    *folders : str
        Of a lone run, and of a run of a sweep; ``.`` where nobody asked for one.
    """
    return None if set(folders) <= {"."} else ".hydra"


def log_file(name: str, *, _root_: Any) -> str:
    """Where a log goes: into the folder of the job, never into the one where it was typed."""
    runtime = _root_.hydra.runtime
    # As they are: a folder may be named like a reference.
    folder, current = (Path(runtime._get_node(key)._value()) for key in ("output_dir", "cwd"))
    return os.devnull if folder.absolute() == current.absolute() else str(folder / f"{name}.log")


def option_help(config_name: str) -> str:
    """What --help says; Hydra fills in what stands behind a dollar sign."""
    # Where the terminal asks for it only.
    from segmentation.settings.help_text import help_text

    return help_text(config_name, sys.argv[0]).replace("$", "$$")


RESOLVERS: dict[str, Any] = {
    "kept_subdir": kept_subdir,
    "job_folder": job_folder,
    "log_file": log_file,
    "option_help": option_help,
}
"""By the name in conf/."""
