"""The scripts: Hydra composes what was typed, and only then is imported what the job needs."""

from typing import Any

from segmentation.console.progress import line
from segmentation.console.queries import QuerySteps
from segmentation.jobs import import_skops_first
from segmentation.settings.announced import reading
from segmentation.settings.command_line import run_script
from segmentation.settings.sweep_folder import in_sweep


def train() -> None:
    """Train as the command line says."""
    run_script("config", _train)


def register() -> None:
    """Register as the command line says."""
    run_script("register", _register)


def score() -> None:
    """Score as the command line says."""
    run_script("score", _score)


def campaign() -> None:
    """Measure a campaign as the command line says."""
    run_script("campaign", _campaign)


def explore() -> None:
    """Show the page on runs and customers, in Streamlit."""
    from segmentation.explore.served import explore as page

    page()


def _train(cfg: Any) -> float | None:
    if not in_sweep():
        line.begin(reading(cfg), QuerySteps().status)
    import_skops_first()
    from segmentation.jobs.train import train as job
    from segmentation.settings.job_settings import read_job

    return job(read_job(cfg))


def _register(cfg: Any) -> None:
    line.begin("looking at the recorded runs")
    import_skops_first()
    from segmentation.jobs.register import register as job
    from segmentation.settings.run_settings import read_register_settings

    job(*read_register_settings(cfg))


def _score(cfg: Any) -> None:
    doing = reading(cfg) if cfg.forget is None else "looking for the customer"
    line.begin(doing, QuerySteps().status)
    import_skops_first()
    from segmentation.jobs.score import score as job
    from segmentation.settings.score_settings import read_score_settings

    job(*read_score_settings(cfg))


def _campaign(cfg: Any) -> None:
    line.begin(reading(cfg), QuerySteps().status)
    import_skops_first()
    from segmentation.jobs.campaign import campaign as job
    from segmentation.settings.campaign_settings import read_campaign_settings

    job(*read_campaign_settings(cfg))
