"""From a configuration to plain values: the only place where one is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig, OmegaConf

from segmentation.customers.measured import MeasuringPlan
from segmentation.data.cleaned import require_instant
from segmentation.data.transactions import Transactions
from segmentation.errors import UserError
from segmentation.evaluation.options import EvaluationOptions
from segmentation.options import build, is_option
from segmentation.ranges import require_in_range
from segmentation.recipe import Recipe
from segmentation.selection.guards import SelectionRules, require_rankable
from segmentation.selection.objective import require_measured
from segmentation.settings.choices import choices_of, without_hydra
from segmentation.settings.complete import require_complete, require_no_password
from segmentation.settings.groups import WITHOUT_INFLUENCE
from segmentation.settings.lines_reader import lines_reader
from segmentation.settings.parameters import flat, parameters, recorded_configuration
from segmentation.settings.recorded import runnable
from segmentation.settings.run_name import run_name
from segmentation.settings.schema import (
    RegisterSettings,
    Settings,
    TrackingSettings,
)
from segmentation.settings.store_names import require_names

MEASURED_BY = ("data", "cleaning", "as_of", "training", "keep", "describe")


@dataclass(frozen=True)
class RunSettings:
    """One run as plain values: what is computed, where it goes, and what is told of it.

    Attributes
    ----------
    name : str
        Short name of the run, such as ``kmeans k=4 log value``.
    choices : dict of str to str
        The option chosen of every recorded group.
    measuring : MeasuringPlan
        Which customers, and when.
    recipe : Recipe
        What is fitted to them, and how it is evaluated.
    selection : SelectionRules
        By which the run is judged.
    tracking : TrackingSettings
    reuse : bool
        Whether a finished run with the same fingerprint stands in for this one.
    plots : str
        One of ``Plots``.
    by_seed : bool
        Whether runs of a sweep that differ by their seed only stand alone.
    leaderboard_columns : str
        One of ``Columns``.
    by_segment : bool
        Whether customers are also listed in a file for each segment.
    cluster_address : str or None, of the running Ray cluster that its sweep is run on
    optimized_metric : str or None
        What a sweeper that searches is told of the run; ``None``: what `selection` ranks by.
    parameters : dict of str to value
        The values that a person sets, flat and without secrets.
    configuration : dict
        A primary configuration that makes the same run, without secrets, see `recorded.runnable`.
    deciding : dict of str to value
        Every value, flat, that can change the result.
    measured_by : dict
        What decides which customers are measured.
    """

    name: str
    choices: dict[str, str]
    measuring: MeasuringPlan
    recipe: Recipe
    selection: SelectionRules
    tracking: TrackingSettings
    reuse: bool
    plots: str
    by_seed: bool
    leaderboard_columns: str
    by_segment: bool
    cluster_address: str | None
    optimized_metric: str | None
    parameters: dict[str, Any]
    configuration: dict[str, Any]
    deciding: dict[str, Any]
    measured_by: dict[str, Any]


def read_run_settings(
    cfg: DictConfig,
    chosen: Mapping[str, Any] | None = None,
    typed: Sequence[tuple[str, str]] = (),
    swept: Sequence[str] = (),
) -> RunSettings:
    """Resolve a composed configuration into plain values.

    Parameters
    ----------
    cfg : DictConfig
        Of the schema ``Settings``, as `hydra.compose` returns it, with or without Hydra's node.
    chosen : mapping of group to option, optional
        Hydra's ``runtime.choices``. An option that is not given is found by its values.
    typed : sequence of pairs of str
        Keys and values of the command line, for the name.
    swept : sequence of str
        Keys that differ between the runs of the sweep, for the name.

    Raises
    ------
    UserError
        If a mandatory value is open, a number is outside its range, a name cannot be recorded, or
        what an option names cannot be made.
    """
    cfg, told = without_hydra(cfg)
    require_complete(cfg)
    settings: Settings = OmegaConf.to_object(cfg)  # type: ignore[assignment]
    require_in_range(settings)
    require_names(settings.tracking)
    require_rankable(settings.selection)
    require_measured(settings.optimized_metric)
    require_instant(settings.as_of)
    resolved: dict[str, Any] = OmegaConf.to_container(cfg, resolve=True)  # type: ignore[assignment]
    written: dict[str, Any] = OmegaConf.to_container(cfg, resolve=False)  # type: ignore[assignment]
    recorded = recorded_configuration(resolved)
    choices = choices_of(resolved, chosen or told)
    recipe = recorded_recipe(resolved, settings.evaluation)
    return RunSettings(
        name=run_name(resolved, choices, recipe.k, typed, swept),
        choices=choices,
        measuring=_measuring(settings, resolved["data"]),
        recipe=recipe,
        selection=settings.selection,
        tracking=settings.tracking,
        reuse=settings.reuse,
        plots=settings.plots.name,
        by_seed=settings.leaderboard.by_seed,
        leaderboard_columns=settings.leaderboard.columns.name,
        by_segment=settings.lists.name == "by_segment",
        cluster_address=settings.cluster.address,
        optimized_metric=settings.optimized_metric,
        parameters=parameters(recorded, written),
        configuration=runnable(recorded, written, choices),
        deciding=deciding_values(resolved),
        measured_by={key: resolved[key] for key in MEASURED_BY},
    )


def _measuring(settings: Settings, data: Mapping[str, Any]) -> MeasuringPlan:
    return MeasuringPlan(
        read_transactions=lines_reader(data, settings.engine, settings.keep, settings.describe),
        cleaning=settings.cleaning,
        as_of=settings.as_of,
        horizon_shares=horizon_shares(settings),
        max_customers=settings.training.max_customers,
    )


def recorded_recipe(configuration: Mapping[str, Any], evaluation: EvaluationOptions) -> Recipe:
    """Make the recipe of a resolved configuration, now or as a run recorded it.

    Parameters
    ----------
    configuration : mapping
        Nested as in ``conf/``.
    evaluation : EvaluationOptions
        What is to be measured of the result.
    """
    return Recipe(
        features=tuple(configuration["features"]["names"]),
        scaler=build(configuration["scaler"]),
        algorithm=build(configuration["algorithm"]),
        key_account_share=configuration["key_accounts"]["share"],
        # An earlier edition recorded none.
        newcomer_gaps=configuration.get("newcomers", {}).get("gaps"),
        evaluation=evaluation,
        seed=configuration["seed"],
        features_by_name=not is_option("features", configuration["features"]),
    )


def horizon_shares(settings: Settings) -> tuple[float, ...]:
    """Shares of the covered period that an evaluation keeps back as the future."""
    ahead = settings.evaluation.out_of_time
    return () if ahead is None else (ahead.horizon_share,)


def deciding_values(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """Every value of a resolved configuration, flat, but those without influence on the result."""
    return {
        key: value
        for key, value in flat(resolved).items()
        if key not in WITHOUT_INFLUENCE and key.split(".")[0] not in WITHOUT_INFLUENCE
    }


def read_register_settings(
    cfg: DictConfig,
) -> tuple[RegisterSettings, Callable[[], Transactions] | None]:
    """Resolve the configuration of register.py, and what reads transaction lines, if given.

    Raises
    ------
    UserError
        If it says in two ways which version is to be the champion, a number is outside its range,
        or a name cannot be recorded.
    """
    has_data = not OmegaConf.missing_keys(cfg.data)
    if not has_data:
        cfg = OmegaConf.merge(cfg, {"data": {"path": None}})  # type: ignore[assignment]
    require_no_password(cfg)
    settings: RegisterSettings = OmegaConf.to_object(cfg)  # type: ignore[assignment]
    require_in_range(settings)
    require_names(settings.tracking)
    require_rankable(settings.selection)
    ways = {
        "run_id": settings.run_id is not None,
        "sweep_run": settings.sweep_run is not None,
        "rollback": settings.rollback,
    }
    given = [f"{name}=" for name, is_given in ways.items() if is_given]
    if len(given) > 1:
        raise UserError(f"{' and '.join(given)} cannot go together; give one of them")
    return settings, lines_reader(settings.data, settings.engine) if has_data else None
