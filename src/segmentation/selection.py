"""Which run becomes the champion: a pure function of the table of runs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

SIMPLEST_FIRST = ("kmeans", "gmm", "hdbscan")
PREFERRED_METRICS = ("oot_r2", "silhouette_macro_common")
NO_CANDIDATE = (
    "No run is eligible, so nothing is registered. Try scaler=log, other values of k or another "
    "algorithm; the guards are in conf/selection."
)


@dataclass
class SelectionRules:
    """What makes a run eligible, and by which metric the eligible ones are ranked.

    Attributes
    ----------
    metric : str or None
        Higher is better. ``None``: ``oot_r2`` where every eligible run has it, else
        ``silhouette_macro_common``.
    eligible_only : bool
        Rank eligible runs only. ``False`` is the classic rule, for comparison: what it picks is
        reported with a warning, and registered only when it is eligible.
    min_segments : int
    min_smallest_segment_share, max_largest_segment_share : float
        Of all customers, in [0, 1].
    max_noise_share, max_noise_revenue_share : float
        Of customers and of revenue, in [0, 1]; both must hold.
    min_stability : float
        Least ``stability_min`` (bootstrap Jaccard, in [0, 1]); not judged where it is not measured.
    max_reassigned : float
        Largest share of customers, in [0, 1], that a new champion may move to a differently named
        segment.
    """

    metric: str | None = None
    eligible_only: bool = True
    min_segments: int = 2
    min_smallest_segment_share: float = 0.02
    max_largest_segment_share: float = 0.90
    max_noise_share: float = 0.20
    max_noise_revenue_share: float = 0.20
    min_stability: float = 0.75
    max_reassigned: float = 0.30


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
    sentence : str
        The verdict in words.
    warning : str or None
        Why the run with the highest silhouette is not the one to take, where it is not eligible.
    excluded : tuple of dict
        ``run_id``, ``name`` and ``reason`` of every run that was not ranked.
    """

    run_id: str | None
    name: str | None
    eligible: bool
    runner_up: str | None
    metric: str | None
    sentence: str
    warning: str | None
    excluded: tuple[dict[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain values, ready for JSON."""
        return asdict(self)


def reasons_against(
    metrics: Mapping[str, float], degenerate: str | None, rules: SelectionRules
) -> list[str]:
    """Every guard that a run breaks, each with its value and its bound.

    Parameters
    ----------
    metrics : mapping of metric name to value
        As logged; a metric that was not computed is absent and not judged.
    degenerate : str or None
        Why the fit is degenerate; ``None`` when it is not.
    rules : SelectionRules

    Returns
    -------
    list of str
        Empty for an eligible run.
    """
    n_segments = int(metrics.get("n_segments", 0))
    reasons = []
    if n_segments < rules.min_segments:
        reasons.append(f"{n_segments} segments, at least {rules.min_segments} needed")
    lower = {
        "smallest_segment_share": ("smallest segment {:.2%}", rules.min_smallest_segment_share),
        "stability_min": ("stability_min {:.2f}", rules.min_stability),
    }
    upper = {
        "largest_segment_share": ("largest segment {:.2%}", rules.max_largest_segment_share),
        "noise_share": ("noise {:.2%} of customers", rules.max_noise_share),
        "noise_revenue_share": ("noise {:.2%} of revenue", rules.max_noise_revenue_share),
    }
    for name, (text, bound) in lower.items():
        if metrics.get(name, bound) < bound:
            reasons.append(f"{text.format(metrics[name])}, at least {_bound(text, bound)} needed")
    for name, (text, bound) in upper.items():
        if metrics.get(name, bound) > bound:
            reasons.append(f"{text.format(metrics[name])}, at most {_bound(text, bound)} allowed")
    if "seconds_stability" in metrics and "stability_min" not in metrics:
        reasons.append("stability unknown: a segment is too small to be drawn")
    if degenerate:
        reasons.append(f"degenerate: {degenerate}")
    return reasons


def rank_runs(runs: pd.DataFrame, rules: SelectionRules) -> pd.DataFrame:
    """Mark every run as eligible or not and put the runs in order, best first.

    Order: runs that may be chosen; fewest segments among those within one standard error of the
    best; simpler algorithm; higher metric; lower run id. Then the others by metric.

    Parameters
    ----------
    runs : DataFrame
        One row per run: ``run_id``, ``name``, ``status``, ``algorithm``, ``degenerate`` and
        ``error`` (the reason, or empty) and the metrics, NaN where absent.
    rules : SelectionRules

    Returns
    -------
    DataFrame
        The same rows, with ``eligible`` (bool), ``ineligible_reason`` (str, empty when eligible),
        ``ranked_by`` (metric name) and ``score`` (its value).
    """
    table = runs.copy()
    table["ineligible_reason"] = [_reason(row, rules) for _, row in table.iterrows()]
    table["eligible"] = table["ineligible_reason"] == ""
    finished = table["status"] == "FINISHED"
    candidates = table["eligible"] if rules.eligible_only else finished
    metric = rules.metric or _preferred_metric(table[candidates])
    scores = table[metric] if metric in table else pd.Series(float("nan"), index=table.index)
    table["ranked_by"], table["score"] = metric, scores
    candidates &= scores.notna()
    near_best = candidates & (scores >= _one_standard_error_below_best(table[candidates], metric))
    simplicity = table["algorithm"].map(
        lambda name: SIMPLEST_FIRST.index(name) if name in SIMPLEST_FIRST else len(SIMPLEST_FIRST)
    )
    keys = pd.DataFrame(
        {
            "group": 2 - candidates.astype(int) - near_best.astype(int),
            "segments": table.get("n_segments", 0),
            "simplicity": simplicity,
            "score": -scores,
            "run_id": table["run_id"],
        }
    )
    # Only runs within one standard error of the best compete on simplicity.
    keys.loc[~near_best, ["segments", "simplicity"]] = 0
    return table.loc[keys.sort_values(list(keys.columns)).index].reset_index(drop=True)


def choose(ranked: pd.DataFrame, rules: SelectionRules) -> Verdict:
    """Pick the champion of a table made by :func:`rank_runs` and say why.

    Parameters
    ----------
    ranked : DataFrame
    rules : SelectionRules

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
    warning = _silhouette_warning(ranked)
    if not may_win.any():
        return Verdict(None, None, False, None, None, NO_CANDIDATE, warning, excluded)
    in_the_race = ranked[may_win]
    best = in_the_race.iloc[0]
    runner_up = in_the_race.iloc[1]["name"] if len(in_the_race) > 1 else None
    return Verdict(
        run_id=best["run_id"],
        name=best["name"],
        eligible=bool(best["eligible"]),
        runner_up=runner_up,
        metric=best["ranked_by"],
        sentence=_sentence(in_the_race, len(ranked)),
        warning=warning,
        excluded=excluded,
    )


def _bound(text: str, bound: float) -> str:
    """A bound in the unit of the text that it stands beside."""
    return f"{100 * bound:g}%" if "%" in text else f"{bound:g}"


def _reason(run: pd.Series, rules: SelectionRules) -> str:
    if run["status"] != "FINISHED":
        return f"{str(run['status']).lower()}: {run.get('error') or 'no reason recorded'}"
    numbers = {str(name): value for name, value in run.items() if isinstance(value, float)}
    measured = {name: value for name, value in numbers.items() if pd.notna(value)}
    return "; ".join(reasons_against(measured, run["degenerate"], rules))


def _preferred_metric(eligible: pd.DataFrame) -> str:
    first, otherwise = PREFERRED_METRICS
    everywhere = first in eligible and len(eligible) > 0 and eligible[first].notna().all()
    return first if everywhere else otherwise


def _one_standard_error_below_best(candidates: pd.DataFrame, metric: str) -> float:
    if candidates.empty:
        return float("inf")
    best = candidates.loc[candidates["score"].idxmax()]
    error = best.get(f"{metric}_se", 0.0)
    return float(best["score"] - (error if pd.notna(error) else 0.0))


def _sentence(in_the_race: pd.DataFrame, n_runs: int) -> str:
    best, top = in_the_race.iloc[0], in_the_race.loc[in_the_race["score"].idxmax()]
    metric = best["ranked_by"]
    kind = "eligible " if in_the_race["eligible"].all() else ""
    sentence = f"{best['name']} is chosen of {len(in_the_race)} {kind}runs ({n_runs} in all): "
    if best["run_id"] == top["run_id"]:
        sentence += f"highest {metric}, {best['score']:.3f}"
    else:
        sentence += (
            f"{metric} {best['score']:.3f} is within one standard error of the highest, "
            f"{top['score']:.3f} of {top['name']}, with fewer segments or a simpler algorithm"
        )
    if len(in_the_race) > 1:
        sentence += f"; runner-up: {in_the_race.iloc[1]['name']}"
    if not best["eligible"]:
        sentence += f". It is not eligible ({best['ineligible_reason']}), so nothing is registered"
    return sentence + "."


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
