"""The typed schema of conf/, and the way from a configuration to plain values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.utils import instantiate
from omegaconf import MISSING, DictConfig, OmegaConf

from segmentation.data.cleaning import CleaningRules
from segmentation.data.transactions import Transactions
from segmentation.errors import UserError
from segmentation.evaluation.options import EvaluationOptions
from segmentation.fitting import number_of_segments
from segmentation.selection import SelectionRules
from segmentation.study import StudyPlan

CHOICES = ("algorithm", "scaler", "features", "key_accounts", "cleaning", "data")
SECRET = re.compile(r"password|secret|token|credential|access_key", re.IGNORECASE)
Plots = Enum("Plots", "auto all champion none")
"""Of which runs pictures are drawn; auto: all of a sweep of up to 20 runs, else the champion."""
URL_SECRETS = re.compile(r"(?<=://)[^/@\s]+@|\?\S+")


@dataclass
class TrackingSettings:
    """Where runs are recorded, and under which names."""

    uri: str = MISSING
    experiment: str = MISSING
    model_name: str = MISSING
    log_customers: bool = True


@dataclass
class FeatureSettings:
    """Names of the customer metrics that are clustered on."""

    metrics: list[str] = MISSING


@dataclass
class KeyAccountSettings:
    """Share of customers, in (0, 1), that are set apart by revenue; ``None`` for none."""

    share: float | None = None


@dataclass
class Settings:
    """Schema of conf/config.yaml; ``data``, ``scaler`` and ``algorithm`` name what they call."""

    data: dict[str, Any] = MISSING
    cleaning: CleaningRules = field(default_factory=CleaningRules)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    key_accounts: KeyAccountSettings = field(default_factory=KeyAccountSettings)
    scaler: dict[str, Any] = MISSING
    algorithm: dict[str, Any] = MISSING
    evaluation: EvaluationOptions = field(default_factory=EvaluationOptions)
    selection: SelectionRules = field(default_factory=SelectionRules)
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    k: int = 4
    seed: int = 42
    as_of: str | None = None
    reuse: bool = True
    plots: Plots = Plots.auto


@dataclass
class ScoreSettings:
    """Schema of conf/score.yaml."""

    data: dict[str, Any] = MISSING
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    output: str = MISSING
    model: str = MISSING
    as_of: str | None = None
    previous: str | None = None
    overwrite: bool = False


@dataclass
class RegisterSettings:
    """Schema of conf/register.yaml."""

    selection: SelectionRules = field(default_factory=SelectionRules)
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    run_id: str | None = None
    sweep: str | None = None
    force: bool = False
    rollback: bool = False
    dry: bool = False


@dataclass(frozen=True)
class Plan:
    """One run, as plain values: what ``conf/`` says after it was resolved.

    Attributes
    ----------
    name : str
        Short name of the run, such as ``kmeans k=4 log value``.
    choices : dict of str to str
        The option chosen of every group in ``CHOICES``.
    study : StudyPlan
        Which customers, measured how.
    key_account_share : float or None
    scaler, clusterer : unfitted scikit-learn estimators
    k : int or None
        Number of segments; ``None`` for an algorithm that finds it itself.
    plots : str
        One of ``Plots``.
    parameters : dict of str to value
        The resolved configuration, flat and without secrets.
    """

    name: str
    choices: dict[str, str]
    study: StudyPlan
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


def register_schema() -> None:
    """Make the schema known to Hydra, and ``${tuple:…}`` to configurations."""
    store = ConfigStore.instance()
    store.store(name="settings", node=Settings)
    store.store(name="register_settings", node=RegisterSettings)
    store.store(name="score_settings", node=ScoreSettings)
    # YAML has no tuples, and scikit-learn checks types.
    OmegaConf.register_new_resolver("tuple", lambda *values: values, replace=True)


def read_plan(cfg: DictConfig, chosen: Mapping[str, Any]) -> Plan:
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
    return Plan(
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
        parameters=flat_parameters(cfg),
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


def study_plan(record: Mapping[str, Any]) -> StudyPlan:
    """Turn the record of a study, as a run keeps it, into a plan that can be carried out again."""
    return StudyPlan(
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
        "metrics": list(settings.features.metrics),
        "as_of": settings.as_of,
        "horizon_share": None if out_of_time is None else out_of_time.horizon_share,
        "seed": settings.seed,
    }


def flat_parameters(cfg: DictConfig) -> dict[str, Any]:
    """Resolved configuration as ``group.key`` to value, without secrets.

    Left out besides: where runs are recorded, and what does not change a run (``selection``,
    ``reuse``, ``plots``, the saved study).
    """
    resolved = OmegaConf.to_container(cfg, resolve=True)
    assert isinstance(resolved, dict)
    for key in ("tracking", "selection", "reuse", "plots", "sweep"):
        resolved.pop(key, None)
    return dict(_flatten(without_secrets(resolved)))


def without_secrets(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Plain values that may be recorded.

    Left out, at every depth: keys that name a secret, and the user and query parts of URLs.
    """
    kept: dict[Any, Any] = {}
    for key, value in values.items():
        if SECRET.search(str(key)):
            continue
        if isinstance(value, Mapping):
            kept[key] = without_secrets(value)
        else:
            kept[key] = URL_SECRETS.sub("", value) if isinstance(value, str) else value
    return kept


def _flatten(node: Mapping[Any, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in node.items():
        if isinstance(value, Mapping):
            pairs += _flatten(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", value))
    return pairs
