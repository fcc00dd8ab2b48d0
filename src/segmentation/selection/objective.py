"""What a sweeper that searches is told of a run."""

import math
from collections.abc import Mapping

from segmentation.errors import UserError
from segmentation.evaluation.metrics import METRICS
from segmentation.selection.guards import PREFERRED_METRICS, SelectionRules


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


def objective(metrics: Mapping[str, float], rules: SelectionRules, name: str | None) -> float:
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
    float
        NaN where it was not measured.
    """
    named = name or rules.metric
    wanted = PREFERRED_METRICS if named is None else (named,)
    return next((metrics[each] for each in wanted if each in metrics), math.nan)
