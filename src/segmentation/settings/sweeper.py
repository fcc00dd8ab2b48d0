"""What the sweeper of a launch does: run every combination, or search."""

import math
from collections.abc import Mapping, Sequence

from omegaconf import DictConfig, OmegaConf

from segmentation.errors import UserError
from segmentation.selection.objective import better_direction
from segmentation.settings.run_settings import RunSettings

N_RUNS = ("n_trials", "optim.budget", "ax_config.max_trials")
"""Where sweepers that search say how many runs they make: Optuna, Nevergrad, Ax."""
DIRECTIONS = {"higher": "maximize", "lower": "minimize"}


def runs_every_combination(config: DictConfig) -> bool:
    """Whether the sweeper is Hydra's basic one; others choose what they run."""
    return str(config.hydra.sweeper.get("_target_")).endswith(".BasicSweeper")


def number_of_runs(config: DictConfig, axes: Mapping[str, Sequence[str]]) -> int:
    """How many runs a launch makes: every combination, or as many as its sweeper says.

    Parameters
    ----------
    config : DictConfig
        With Hydra's own node.
    axes : mapping of key to values
        See `axes.sweep_axes`.
    """
    combinations = math.prod(map(len, axes.values()))
    if runs_every_combination(config):
        return combinations
    said = (OmegaConf.select(config.hydra.sweeper, key) for key in N_RUNS)
    return next((int(number) for number in said if number is not None), combinations)


def require_direction(config: DictConfig, settings: RunSettings) -> None:
    """Refuse a search for the worst: Optuna minimises where nothing else is said.

    Raises
    ------
    UserError
        If the search goes the other way than its objective gets better.
    """
    given = config.hydra.sweeper.get("direction")
    if given is None or OmegaConf.is_list(given):
        return
    better = better_direction(settings.selection, settings.optimized_metric)
    wanted, direction = DIRECTIONS.get(better), str(getattr(given, "name", given))
    if wanted is not None and direction != wanted:
        raise UserError(
            f"hydra.sweeper.direction={direction} searches for the worst runs, because {better} is "
            f"better; set hydra.sweeper.direction={wanted}"
        )
