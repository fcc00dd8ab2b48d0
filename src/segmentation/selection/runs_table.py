"""The table of runs that a selection works on: what of a run stands in it."""

import math
from collections.abc import Mapping
from typing import Any

from segmentation.model.algorithms import simplicity


def run_row(
    *,
    run_id: str,
    name: str,
    k: float | None,
    estimator: Any,
    metrics: Mapping[str, float],
    degenerate: str = "",
    status: str = "FINISHED",
    error: str = "",
    reused: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Describe a run as a row of the table that `ranking.rank_runs` takes.

    Parameters
    ----------
    run_id, name : str
    k : float or None
        Number of segments asked for; ``None`` where the algorithm finds it.
    estimator : estimator or str
        The clusterer or the full name of its class.
    metrics : mapping of str to float
        As measured; what is absent was not.
    degenerate : str
        Why the fit is degenerate; empty when it is not.
    status : str
        FINISHED, FAILED, KILLED or RUNNING.
    error : str
        Why it failed; empty when it did not.
    reused : bool
        Whether an earlier sweep computed it.
    **more
        Further columns.
    """
    return {
        "run_id": run_id,
        "name": name,
        "status": status,
        "reused": reused,
        "error": error,
        "degenerate": degenerate,
        "k": float("nan") if k is None else float(k),
        "simplicity": simplicity(estimator),
        **more,
        **metrics,
    }


def measured_metrics(run: Mapping[str, Any]) -> dict[str, float]:
    """Take the numbers out of a row of the table; what was not measured is absent."""
    numbers = {str(name): value for name, value in run.items() if isinstance(value, float)}
    return {name: value for name, value in numbers.items() if not math.isnan(value)}
