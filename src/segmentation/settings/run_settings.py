"""From a configuration to plain values: the only place where one is read."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf

from segmentation.data.cleaning import CleaningRules
from segmentation.data.transactions import Transactions
from segmentation.errors import UserError
from segmentation.evaluation.options import EvaluationOptions
from segmentation.customers.measured import MeasuringPlan
from segmentation.model.fitting import number_of_segments
from segmentation.selection.guards import SelectionRules
from segmentation.settings.parameters import parameters, recorded_configuration
from segmentation.settings.schema import (
    CHOICES,
    RegisterSettings,
    ScoreSettings,
    Settings,
    TrackingSettings,
)


@dataclass(frozen=True)
class RunSettings:
    """One run, as plain values: what ``conf/`` says after it was resolved.

    Attributes
    ----------
    name : str
        Short name of the run, such as ``kmeans k=4 log value``.
    choices : dict of str to str
        The option chosen of every group in ``CHOICES``.
    study : MeasuringPlan
        Which customers, measured how.
    key_account_share : float or None
    scaler, clusterer : unfitted scikit-learn estimators
    k : int or None
        Number of segments; ``None`` for an algorithm that finds it itself.
    plots : str
        One of ``Plots``.
    parameters : dict of str to value
        The values that a person sets, flat and without secrets.
    configuration : dict
        The resolved configuration, nested and without secrets.
    """

    name: str
    choices: dict[str, str]
    study: MeasuringPlan
    key_account_share: float | None
    scaler: Any
    clusterer: Any
    k: int | None
    seed: int
    evaluation: EvaluationOptions
    selection: SelectionRules
    tracking: TrackingSettings
    reuse: bool
    plots: str
    parameters: dict[str, Any]
    configuration: dict[str, Any]


def read_run_settings(cfg: DictConfig, chosen: Mapping[str, Any]) -> RunSettings:
    """Resolve a composed configuration into plain values.

    Parameters
    ----------
    cfg : DictConfig
        Of the schema ``Settings``.
    chosen : mapping of group to option
        Hydra's ``runtime.choices``.

    Raises
    ------
    UserError
        If a mandatory value is open.
    """
    require_complete(cfg)
    choices = {group: str(chosen[group]) for group in CHOICES}
    clusterer = instantiate(cfg.algorithm, _convert_="all")
    k = number_of_segments(clusterer)
    segments = "" if k is None else f" k={k}"
    settings: Settings = OmegaConf.to_object(cfg)  # type: ignore[assignment]
    share = settings.key_accounts.share
    apart = "" if share is None else f" key accounts {share:.1%}"
    return RunSettings(
        name=f"{choices['algorithm']}{segments} {choices['scaler']} {choices['features']}{apart}",
        choices=choices,
        study=study_plan(_study_record(cfg, settings)),
        key_account_share=share,
        scaler=instantiate(cfg.scaler, _convert_="all"),
        clusterer=clusterer,
        k=k,
        seed=settings.seed,
        evaluation=settings.evaluation,
        selection=settings.selection,
        tracking=settings.tracking,
        reuse=settings.reuse,
        plots=settings.plots.name,
        parameters=parameters(cfg),
        configuration=recorded_configuration(cfg),
    )


def read_register_settings(cfg: DictConfig) -> RegisterSettings:
    """Resolve the configuration of register.py.

    Raises
    ------
    UserError
        If it says in two ways which version is to be the champion.
    """
    settings: RegisterSettings = OmegaConf.to_object(cfg)  # type: ignore[assignment]
    ways = {
        "run_id": settings.run_id is not None,
        "sweep": settings.sweep is not None,
        "rollback": settings.rollback,
    }
    given = [f"{name}=" for name, is_given in ways.items() if is_given]
    if len(given) > 1:
        raise UserError(f"{' and '.join(given)} cannot go together; give one of them")
    return settings


def read_score_settings(cfg: DictConfig) -> tuple[ScoreSettings, Callable[[], Transactions]]:
    """Resolve the configuration of score.py, and what reads its transaction lines.

    Raises
    ------
    UserError
        If a mandatory value is open.
    """
    require_complete(cfg)
    settings: ScoreSettings = OmegaConf.to_object(cfg)  # type: ignore[assignment]
    return settings, instantiate(cfg.data, _convert_="all")


def require_complete(cfg: DictConfig) -> None:
    """Refuse a configuration that leaves a mandatory value open.

    Raises
    ------
    UserError
        Names the first open value.
    """
    missing = sorted(OmegaConf.missing_keys(cfg))
    if missing:
        raise UserError(f"'{missing[0]}' has no value and must be given; set {missing[0]}=…")


def study_plan(record: Mapping[str, Any]) -> MeasuringPlan:
    """Turn the record of a study, as a run keeps it, into a plan that can be carried out again."""
    return MeasuringPlan(
        read_transactions=instantiate(record["data"], _convert_="all"),
        cleaning=CleaningRules(**record["cleaning"]),
        metrics=tuple(record["metrics"]),
        as_of=record["as_of"],
        horizon_share=record["horizon_share"],
        seed=record["seed"],
        record=dict(record),
    )


def _study_record(cfg: DictConfig, settings: Settings) -> dict[str, Any]:
    out_of_time = settings.evaluation.out_of_time
    return {
        "data": OmegaConf.to_container(cfg.data, resolve=True),
        "cleaning": asdict(settings.cleaning),
        "metrics": list(settings.features.names),
        "as_of": settings.as_of,
        "horizon_share": None if out_of_time is None else out_of_time.horizon_share,
        "seed": settings.seed,
    }
