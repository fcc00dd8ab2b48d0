"""The typed schema of conf/: a wrong type stops before the first run."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import MISSING

from segmentation.data.cleaning import CleaningRules
from segmentation.evaluation.options import EvaluationOptions
from segmentation.selection.guards import SelectionRules

Plots = Enum("Plots", "auto all champion none")
"""Of which runs pictures are drawn; auto: all of a sweep of up to 20 runs, else the champion."""

Models = Enum("Models", "auto all eligible chosen")
"""Runs that keep their model; auto: all of a sweep of up to 20 runs, else those eligible."""


@dataclass
class TrackingSettings:
    """Where runs are recorded, and under which names."""

    uri: str = MISSING
    experiment: str = MISSING
    model_name: str = MISSING
    log_customers: bool = True
    models: Models = Models.auto


@dataclass
class FeatureSettings:
    """Names of the customer features that are clustered on."""

    names: list[str] = MISSING


@dataclass
class KeyAccountSettings:
    """Share of customers, in (0, 1), that are set apart by revenue; ``None`` for none."""

    share: float | None = None


@dataclass
class LeaderboardSettings:
    """Whether runs that differ by their seed only stand alone; else their means do."""

    by_seed: bool = False


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
    leaderboard: LeaderboardSettings = field(default_factory=LeaderboardSettings)


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

    data: dict[str, Any] = MISSING
    selection: SelectionRules = field(default_factory=SelectionRules)
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    run_id: str | None = None
    sweep_run: str | None = None
    force: bool = False
    rollback: bool = False
    dry: bool = False
    leaderboard: LeaderboardSettings = field(default_factory=LeaderboardSettings)


def register_schema() -> None:
    """Make the schema known to Hydra."""
    store = ConfigStore.instance()
    store.store(name="settings", node=Settings)
    store.store(name="register_settings", node=RegisterSettings)
    store.store(name="score_settings", node=ScoreSettings)
