"""The order of the runs, best first."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from segmentation.selection.band import Contributions, not_told_apart
from segmentation.selection.guards import (
    PREFERRED_METRICS,
    SelectionRules,
    n_groups,
    reason_in_brief,
    reasons_against,
    with_net,
)
from segmentation.selection.runs_table import measured_metrics
from segmentation.selection.seeds import over_seeds


def rank_runs(
    runs: pd.DataFrame,
    rules: SelectionRules,
    *,
    by_seed: bool = True,
    contributions: Contributions | None = None,
) -> pd.DataFrame:
    """Mark every run as eligible or not and put the runs in order, best first.

    Order: of the runs that may be chosen, those that cannot be told apart from the best, by fewest
    groups, simpler algorithm, higher score, lower run id. Then the others by score.

    Parameters
    ----------
    runs : DataFrame
        One row per run: ``run_id``, ``name``, ``status``, ``simplicity`` (of the algorithm, 0 = the
        simplest), ``degenerate`` and ``error`` (the reason, or empty) and the metrics, NaN where
        absent.
    rules : SelectionRules
    by_seed : bool
        Whether runs that differ by their seed only stand alone; else they are one row, see
        `seeds.over_seeds`.
    contributions : callable, optional
        What the customers of a run add to its score, see `band.not_told_apart`.

    Returns
    -------
    DataFrame
        The same rows, with ``eligible`` (bool), ``ineligible_reason`` and ``ineligible_briefly``
        (str, empty when eligible; the first reason in a few words),
        ``ranked_by`` (metric name), ``score`` (its value), ``seeds``, ``score_spread`` and
        ``not_told_apart`` (bool, from the best; itself included). With ``oot_net`` where there is
        an ``oot_score``.
    """
    table = runs.assign(members=[(run_id,) for run_id in runs["run_id"]])
    nets = [
        with_net(measured_metrics(row), rules).get("oot_net") for row in table.to_dict("records")
    ]
    if any(net is not None for net in nets):
        table["oot_net"] = pd.Series(nets, table.index, dtype=float)
    table["ineligible_reason"] = [_reason(row, rules) for row in table.to_dict("records")]
    table["ineligible_briefly"] = [_briefly(row, rules) for row in table.to_dict("records")]
    table["eligible"] = table["ineligible_reason"] == ""
    finished = table["status"] == "FINISHED"
    candidates = table["eligible"] if rules.eligible_only else finished
    metric = rules.metric or _preferred_metric(table[candidates])
    scores = table[metric] if metric in table else pd.Series(float("nan"), index=table.index)
    table["ranked_by"], table["score"] = metric, scores
    table = table.assign(seeds=1, score_spread=float("nan")) if by_seed else over_seeds(table)
    scores, finished = table["score"], table["status"] == "FINISHED"
    candidates = (table["eligible"] if rules.eligible_only else finished) & scores.notna()
    near_best = not_told_apart(table[candidates], metric, contributions)
    near_best = near_best.reindex(table.index, fill_value=False)
    table = table.assign(not_told_apart=near_best).drop(columns="members")
    keys = pd.DataFrame(
        {
            "group": 2 - candidates.astype(int) - near_best.astype(int),
            "groups": [n_groups(measured_metrics(row)) for row in table.to_dict("records")],
            "simplicity": table["simplicity"],
            "score": -scores,
            "run_id": table["run_id"],
        }
    )
    # Only runs that cannot be told apart from the best compete on simplicity.
    keys.loc[~near_best, ["groups", "simplicity"]] = 0
    return table.loc[keys.sort_values(list(keys.columns)).index].reset_index(drop=True)


def _reason(run: Mapping[str, Any], rules: SelectionRules) -> str:
    if run["status"] != "FINISHED":
        return f"{str(run['status']).lower()}: {run.get('error') or 'no reason recorded'}"
    return "; ".join(reasons_against(measured_metrics(run), run["degenerate"], rules))


def _briefly(run: Mapping[str, Any], rules: SelectionRules) -> str:
    if run["status"] != "FINISHED":
        return str(run["status"]).lower()
    return reason_in_brief(measured_metrics(run), run["degenerate"], rules)


def _preferred_metric(eligible: pd.DataFrame) -> str:
    first, otherwise = PREFERRED_METRICS
    everywhere = first in eligible and len(eligible) > 0 and eligible[first].notna().all()
    return first if everywhere else otherwise
