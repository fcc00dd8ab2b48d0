"""The scripts on the command line: Hydra composes, a job runs, a mistake is one line."""

import os
from collections.abc import Callable
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from segmentation.errors import exit_with, exits_on_user_error
from segmentation.options import conf_folder
from segmentation.settings.axes import swept_keys
from segmentation.settings.refusal import refusal
from segmentation.settings.run_settings import RunSettings, read_run_settings
from segmentation.settings.schema import register_schema


def run_script(
    config_name: str, read: Callable[[DictConfig], Any], job: Callable[..., Any]
) -> None:
    """Compose the configuration of a script from the command line, and call its job.

    What Hydra refuses is one line and exit code 2; by itself it prints several and leaves with 1.

    Parameters
    ----------
    config_name : str
        Primary configuration in ``conf/``.
    read : callable
        From the configuration to the arguments of the job, a tuple.
    job : callable

    Raises
    ------
    SystemExit
        With code 2, when Hydra or the job refuses what was typed.
    """
    register_schema()

    @exits_on_user_error
    def task(cfg: DictConfig) -> Any:
        return job(*read(cfg))

    # Lets Hydra raise its errors instead of printing them.
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")
    main = hydra.main(version_base="1.3", config_path=str(conf_folder()), config_name=config_name)
    try:
        main(task)()
    except (HydraException, OmegaConfBaseException) as error:
        exit_with(refusal(error))


def read_job(cfg: DictConfig) -> tuple[RunSettings]:
    """Read the settings of the job that Hydra runs now, with what was typed for it."""
    job = HydraConfig.get()
    pairs = (text.partition("=") for text in job.overrides.task)
    typed = [(key.lstrip("+~"), value) for key, _, value in pairs]
    return (read_run_settings(cfg, dict(job.runtime.choices), typed, swept_keys()),)
