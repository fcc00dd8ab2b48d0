"""Runs that cannot be told apart from the best: their lead is within one standard error."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from segmentation.evaluation.outcome_scores import paired_difference

Contributions = Callable[[str], np.ndarray | None]
"""Id of a run to what its customers add to ``oot_score``; None where it is not kept."""
PAIRED = ("oot_net", "oot_score")
"""Metrics of which runs keep what every customer adds."""


def not_told_apart(
    candidates: pd.DataFrame, metric: str, contributions: Contributions | None
) -> pd.Series:
    """Mark the runs whose score is within one standard error of the highest.

    Runs on the same customers are compared customer by customer, which halves the error; others,
    or those whose contributions are not kept, by the errors of both.

    Parameters
    ----------
    candidates : DataFrame
        From `ranking.rank_runs`, with ``score``, ``members`` (ids of the runs of a row) and, where
        known, ``customers`` (equal where runs are about the same customers).
    metric : str
        That ``score`` is.
    contributions : callable or None
        Read only of runs that may be within the error.

    Returns
    -------
    Series of bool, with the index of the candidates
        The best itself is marked.
    """
    if candidates.empty:
        return pd.Series(dtype=bool)
    best = candidates.loc[candidates["score"].idxmax()]
    behind = best["score"] - candidates["score"]
    if metric not in PAIRED:
        return behind <= _error(best, f"{metric}_se")
    errors = candidates.apply(_error, axis=1, name="oot_score_se")
    # A paired error is at most the sum of the two: beyond it, nothing needs to be read.
    near = behind <= errors + errors[best.name]
    of_best: list[np.ndarray | None] = []
    for row, run in candidates[near].iterrows():
        if row == best.name:
            continue
        if not of_best:
            of_best.append(_mean(best["members"], contributions))
        near[row] = behind[row] <= _error_of_difference(best, of_best[0], run, contributions)
    return near


def _error_of_difference(
    best: pd.Series, of_best: np.ndarray | None, run: pd.Series, contributions: Contributions | None
) -> float:
    theirs = _mean(run["members"], contributions) if of_best is not None else None
    same = bool(best.get("customers", "")) and best.get("customers") == run.get("customers")
    if same and of_best is not None and theirs is not None:
        return paired_difference(of_best, theirs)[1]
    return float(np.hypot(_error(best, "oot_score_se"), _error(run, "oot_score_se")))


def _mean(members: Sequence[str], contributions: Contributions | None) -> np.ndarray | None:
    """Mean over the runs of a row, which differ by their seed."""
    if contributions is None:
        return None
    found = [contributions(run_id) for run_id in members]
    known = [each for each in found if each is not None]
    return np.asarray(np.mean(known, axis=0)) if len(known) == len(found) else None


def _error(run: pd.Series, name: str) -> float:
    error = run.get(name)
    return float(error) if pd.notna(error) else 0.0
