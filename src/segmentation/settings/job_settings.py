"""The settings of the job that Hydra runs now."""

import os

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from segmentation.errors import UserError
from segmentation.settings.axes import AXES_VARIABLE, swept_keys
from segmentation.settings.run_settings import RunSettings, read_run_settings


def read_job(cfg: DictConfig) -> RunSettings:
    """Read the settings of this job, with what was typed for it.

    Raises
    ------
    UserError
        If it belongs to a sweep that nobody watches: a primary configuration of one's own that
        lists the groups itself has lost the callback.
    """
    job = HydraConfig.get()
    if job.mode == RunMode.MULTIRUN and AXES_VARIABLE not in os.environ:
        raise UserError(
            f"--config-name={job.job.config_name} makes a sweep without a callback, so nothing "
            "would compare its runs; begin its defaults with '- config', or set "
            "hydra.callbacks.sweep._target_: segmentation.jobs.sweep.SweepCallback"
        )
    pairs = (text.partition("=") for text in job.overrides.task)
    typed = [(key.lstrip("+~"), value) for key, _, value in pairs]
    return read_run_settings(cfg, dict(job.runtime.choices), typed, swept_keys())
