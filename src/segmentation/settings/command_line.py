"""The scripts on the command line: Hydra composes, a job runs, a mistake is one line."""

import os
from collections.abc import Callable
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from segmentation.errors import UserError, exit_with, exits_on_user_error
from segmentation.options import conf_folder
from segmentation.settings.schema import register_schema

RENAMED = {
    "'metrics' not in 'FeatureSettings'": "features.metrics is called features.names now",
    "Could not override 'sweep'": "sweep is called sweep_run now",
}
"""What Hydra says of an option of an earlier edition, and what it is called now."""


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


def choices() -> dict[str, Any]:
    """Option chosen of every group, of the job that Hydra runs now."""
    return dict(HydraConfig.get().runtime.choices)


def typed_values() -> list[tuple[str, str]]:
    """Keys and values of the command line of the job that Hydra runs now."""
    pairs = (text.partition("=") for text in HydraConfig.get().overrides.task)
    return [(key.lstrip("+~"), value) for key, _, value in pairs]


def refusal(error: Exception) -> UserError:
    """The error in one line: what was typed, what is wrong with it, what there is instead."""
    # What follows is where Hydra looked, of no use to who mistyped an option.
    said = str(error).split("Config search path:")[0]
    cause = str(error.__cause__ or "").partition("\n")[0]
    line = " ".join(f"{said.rstrip()}: {cause}".split() if cause else said.split())
    now = next((f"; {text}" for sign, text in RENAMED.items() if sign in line), "")
    return UserError(f"{line}{now}; --help lists the options")
