"""What a sweeper that searches is told of a run."""

from collections.abc import Mapping

from segmentation.errors import UserError
from segmentation.evaluation.metrics import METRICS
from segmentation.selection.guards import PREFERRED_METRICS, SelectionRules, with_net


def require_measured(name: str | None) -> None:
    """Refuse a metric to optimise that no run has.

    Raises
    ------
    UserError
        Names the metric and those that can be chosen.
    """
    if name is not None and name not in METRICS:
        raise UserError(
            f"optimized_metric={name} is no metric; set one of: {', '.join(METRICS)}, "
            "or null for what the selection ranks by"
        )


def better_direction(rules: SelectionRules, name: str | None) -> str:
    """Return ``higher`` or ``lower``, by which the objective gets better; empty where neither."""
    return METRICS[name or rules.metric or PREFERRED_METRICS[0]].better


def objective(
    metrics: Mapping[str, float], rules: SelectionRules, name: str | None
) -> float | None:
    """Return the value of a run that a search is to raise.

    Parameters
    ----------
    metrics : mapping of metric name to value
        What was not measured is absent.
    rules : SelectionRules
        Whose metric it is where none is named.
    name : str or None
        Another metric.

    Returns
    -------
    float or None
        None where it was not measured: Optuna takes it as failed, and stumbles over NaN.
    """
    named = name or rules.metric
    wanted = PREFERRED_METRICS if named is None else (named,)
    known = with_net(metrics, rules)
    return next((known[each] for each in wanted if each in known), None)
