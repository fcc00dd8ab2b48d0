"""The scripts on the command line: Hydra composes, a job runs, a mistake is one line."""

import gc
import logging
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, chdir, nullcontext
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

import segmentation.settings.schema  # noqa: F401  # makes the schema known to Hydra
from segmentation.console.progress import line
from segmentation.errors import UserError, exit_with, exits_on_user_error, refusal_of_a_place
from segmentation.masking import masked_argument
from segmentation.options import conf_folder
from segmentation.settings.hydra_record import mask_record
from segmentation.settings.output_encoding import survive_any_encoding
from segmentation.settings.refusal import flags_in_one_line, refused_in_one_line
from segmentation.settings.sweep_folder import in_sweep
from segmentation.settings.typed_paths import begins_a_sweep, paths_as_typed
from segmentation.temporary import end_with_command, temporary_files

NEW_OBJECTS = 50_000
"""So many are made before Python looks for garbage among them; by itself it looks far sooner."""

SWEPT = "config"
"""The primary configuration of which a sweep can be made."""


def run_script(config_name: str, job: Callable[[DictConfig], Any]) -> None:
    """Compose the configuration of a script from the command line, and call its job.

    What Hydra refuses is one line and exit code 2; by itself it prints several and leaves with 1.

    Parameters
    ----------
    config_name : str
        Primary configuration in ``conf/``.
    job : callable
        What it returns is the objective of a sweeper that searches.

    Raises
    ------
    SystemExit
        With code 2, when Hydra or the job refuses what was typed.
    """
    typed_in = _current_folder()

    @exits_on_user_error
    def task(cfg: DictConfig) -> Any:
        # Again, because a job may run in a process of its own.
        survive_any_encoding()
        end_with_command()
        # Paths, and where MLflow keeps runs, are meant from where the command was typed.
        with refused_in_one_line(), there(typed_in):
            typed = map(masked_argument, HydraConfig.get().overrides.task)
            logging.getLogger(__name__).info(" ".join(typed))
            if (subdir := HydraConfig.get().output_subdir) is not None:
                mask_record(Path(HydraConfig.get().runtime.output_dir) / subdir)
            return _called(job, cfg)

    survive_any_encoding()
    # Half a million objects of libraries stay, and to look through them again and again takes
    # seconds.
    gc.set_threshold(NEW_OBJECTS)
    # Lets Hydra raise its errors instead of printing them.
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")
    main = hydra.main(version_base="1.3", config_path=str(conf_folder()), config_name=config_name)
    try:
        _require_one_run(config_name)
        with temporary_files(), refused_in_one_line(), flags_in_one_line(), paths_as_typed():
            main(task)()
    except UserError as error:
        line.end()
        exit_with(error)
    except OSError as error:
        line.end()
        exit_with(refusal_of_a_place(error))


def _require_one_run(config_name: str) -> None:
    flags = [typed for typed in sys.argv[1:] if typed.startswith("-")]
    if config_name != SWEPT and any(map(begins_a_sweep, flags)):
        raise UserError(f"-m is of train.py: {config_name}.py runs once; leave -m out")


def _called(job: Callable[[DictConfig], Any], cfg: DictConfig) -> Any:
    try:
        return job(cfg)
    finally:
        # That of a sweep is the business of who launched it.
        if not in_sweep():
            line.end()


def there(folder: Path) -> AbstractContextManager[None]:
    """The folder as the current one; a host of a cluster that has none such stays where it is."""
    return chdir(folder) if os.access(folder, os.X_OK) else nullcontext()


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        exit_with(UserError("the current folder is not there any more; change to another one"))
