"""The champion of a ranked table, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from segmentation.evaluation.claims import beats_sorting, predicts
from segmentation.selection.band import PAIRED
from segmentation.selection.guards import SelectionRules
from segmentation.selection.runs_table import measured_metrics

NO_CANDIDATE = (
    "No run is eligible, so nothing is registered. Try scaler=log, other values of k or another "
    "algorithm; the guards are in conf/selection."
)


NAMED_AT_MOST = 5
"""Runs that the sentence names; the others it counts."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of a selection.

    Attributes
    ----------
    run_id, name : str or None
        The chosen run; ``None`` when there is none.
    eligible : bool
        Whether the chosen run passed every guard: only then may it be registered.
    runner_up : str or None
        Name of the run that would have been next.
    metric : str or None
        What the runs were ranked by.
    not_told_apart : tuple of str
        Names of the other runs whose lead over or lag behind the best is within its error.
    best_sorting : str
        Simple sorting that predicts most; empty where that was not measured.
    beats_sorting, predicts : bool or None
        Whether the chosen run predicts more than that sorting, and anything at all, by two
        standard errors; ``None`` where that was not measured.
    sentence : str
        The verdict in words.
    warning : str or None
        Why the run with the highest silhouette is not the one to take, where it is not eligible.
    excluded : tuple of dict
        ``run_id``, ``name`` and ``reason`` of every run that was not ranked; no ``run_id``
        where it was skipped, because the customers are too few.
    """

    run_id: str | None
    name: str | None
    eligible: bool
    runner_up: str | None
    metric: str | None
    sentence: str
    warning: str | None
    excluded: tuple[dict[str, str], ...]
    not_told_apart: tuple[str, ...] = ()
    best_sorting: str = ""
    beats_sorting: bool | None = None
    predicts: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain values, ready for JSON."""
        return asdict(self)


def choose(
    ranked: pd.DataFrame, rules: SelectionRules, skipped: Sequence[Mapping[str, str]] = ()
) -> Verdict:
    """Pick the champion of a table made by :func:`rank_runs` and say why.

    Parameters
    ----------
    ranked : DataFrame
    rules : SelectionRules
    skipped : sequence of mapping
        ``name`` and ``reason`` of what was not run.

    Returns
    -------
    Verdict
        Without a chosen run when none may be chosen.
    """
    may_win = ranked["score"].notna()
    may_win &= ranked["eligible"] if rules.eligible_only else ranked["status"] == "FINISHED"
    excluded = tuple(
        {"run_id": row.run_id, "name": row.name, "reason": row.ineligible_reason}
        for row in ranked[~ranked["eligible"]].itertuples(index=False)
    )
    excluded += tuple({"run_id": "", **run} for run in skipped)
    warning = _silhouette_warning(ranked)
    if not may_win.any():
        return Verdict(None, None, False, None, None, NO_CANDIDATE, warning, excluded)
    in_the_race = ranked[may_win]
    best = in_the_race.iloc[0]
    runner_up = in_the_race.iloc[1]["name"] if len(in_the_race) > 1 else None
    measured = measured_metrics(best)
    return Verdict(
        run_id=best["run_id"],
        name=best["name"],
        eligible=bool(best["eligible"]),
        runner_up=runner_up,
        metric=best["ranked_by"],
        sentence=_sentence(in_the_race, len(ranked), rules),
        warning=warning,
        excluded=excluded,
        not_told_apart=tuple(in_the_race[in_the_race["not_told_apart"]]["name"].iloc[1:]),
        best_sorting=str(best.get("best_sorting", "")),
        beats_sorting=beats_sorting(measured),
        predicts=predicts(measured),
    )


def _sentence(in_the_race: pd.DataFrame, n_runs: int, rules: SelectionRules) -> str:
    best, top = in_the_race.iloc[0], in_the_race.loc[in_the_race["score"].idxmax()]
    metric = best["ranked_by"]
    kind = "eligible " if in_the_race["eligible"].all() else ""
    unit = "run" if in_the_race["seeds"].max() == 1 else "configuration"
    sentence = f"{best['name']} is chosen of {len(in_the_race)} {kind}{unit}s ({n_runs} in all): "
    if len(in_the_race) == 1:
        others = "" if n_runs == 1 else f" of {n_runs}"
        sentence = f"{best['name']} is the only {kind}{unit}{others}: "
    if best["run_id"] == top["run_id"]:
        sentence += f"highest {_called(metric, rules)}, {_score(best)}"
    else:
        error = "one paired standard error" if metric in PAIRED else "one standard error"
        sentence += (
            f"{_called(metric, rules)} {_score(best)} cannot be told apart ({error}) from the "
            f"highest, {top['score']:.3f} of {top['name']}, and it has fewer segments or a simpler "
            "algorithm"
        )
    others = in_the_race[in_the_race["not_told_apart"]]["name"].tolist()[1:]
    if others:
        sentence += f"; not told apart: {_listed(others)}"
    elif len(in_the_race) > 1:
        sentence += f"; runner-up: {in_the_race.iloc[1]['name']}"
    if not best["eligible"]:
        sentence += f". It is not eligible ({best['ineligible_reason']}), so nothing is registered"
    elif nothing := predicts_nothing(best):
        sentence += f". But {nothing}, so nothing is registered without force=true"
    return sentence + "."


def predicts_nothing(run: pd.Series) -> str:
    """Say that segments describe and predict nothing; empty where they do, or it is unknown."""
    measured = measured_metrics(run)
    if predicts(measured) is not False:
        return ""
    score, error = measured["oot_score"], measured["oot_score_se"]
    return (
        f"its segments describe the customers and predict nothing: their score, {score:z.3f}, is "
        f"not two standard errors ({error:.3f} each) above 0"
    )


def _called(metric: str, rules: SelectionRules) -> str:
    """What is ranked by, as the terminal and the report speak of it."""
    if metric == "oot_net":
        return f"net score ({rules.cost_per_segment:g} off for each segment)"
    return "score" if metric == "oot_score" else metric


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _score(run: pd.Series) -> str:
    if run["seeds"] == 1:
        return f"{run['score']:.3f}"
    return f"{run['score']:.3f} in the mean of {run['seeds']} seeds (±{run['score_spread']:.3f})"


def _silhouette_warning(ranked: pd.DataFrame) -> str | None:
    if "silhouette" not in ranked or ranked["silhouette"].isna().all():
        return None
    top = ranked.loc[ranked["silhouette"].idxmax()]
    if top["eligible"]:
        return None
    return (
        f"the highest silhouette, {top['silhouette']:.3f}, belongs to {top['name']}, "
        f"which is not eligible: {top['ineligible_reason']}"
    )
