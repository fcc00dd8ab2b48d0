"""Reasons to trust a segmentation, and not to, in plain words."""

from collections.abc import Mapping

from segmentation.evaluation.claims import ERRORS_ASKED, beats_sorting, predicts
from segmentation.evaluation.metrics import METRICS
from segmentation.evaluation.metrics import metric as metric_row

HIGHLY_STABLE, VALID, PATTERN = 0.85, 0.75, 0.60
"""Hennig (2007): readings of the bootstrap Jaccard similarity."""
STRUCTURES = {
    "natural": (
        "The groups are there in the data: they are clearly denser than in customers without "
        "groups, and they come back in resampled customers."
    ),
    "reproducible": (
        "The segments come back in resampled customers, but the customers spread "
        "evenly across the borders: these are dependable sections of one continuum rather than "
        "groups found in nature."
    ),
    "constructive": (
        "A useful division, not groups found in nature: other customers, or another "
        "setting, would place the borders elsewhere."
    ),
}
LEAVERS = (
    "They differ most in how long ago somebody bought last, so it may only mean that those who "
    "left stand apart from those who still buy."
)
SORTED_BY = {
    "revenue_quantiles": "revenue",
    "recency_quantiles": "how recently they bought",
    "rfm_grid": "the sum of the RFM scores",
}
"""Simple sorting to what it sorts customers by."""
FIGURES = ("oot_score", "oot_r2", "oot_auc", "oot_capture_20")
"""Metrics in which the segments are shown beside the simple sortings."""
ALL_VALUES = 8
"""Four outcomes at two cuts."""


def stability_in_words(value: float) -> str:
    """Reading of a bootstrap Jaccard similarity; NaN was not measured."""
    if value != value:
        return "not measured"
    readings = ((HIGHLY_STABLE, "highly stable"), (VALID, "stable"), (PATTERN, "a pattern only"))
    return next((words for bound, words in readings if value >= bound), "not to be trusted")


def structure_in_words(word: str, separated_by: str = "") -> str:
    """Meaning of natural, reproducible or constructive for the reader.

    Parameters
    ----------
    word : str
        Empty where it was not measured.
    separated_by : str
        Feature in which the segments differ most.
    """
    said = STRUCTURES.get(word, "Whether there are groups in the data at all was not measured.")
    leavers = word == "natural" and separated_by == "recency_days"
    return f"{said} {LEAVERS}" if leavers else said


def ranking_in_words(metric: str) -> str:
    """Meaning of the metric by which runs are ranked."""
    row = metric_row(metric)
    return "the metric chosen for the ranking" if row is None else row.meaning


def prediction_rows(metrics: Mapping[str, float]) -> list[tuple[str, list[str]]]:
    """Figures of the segments and of the simple sortings, out of time, as text.

    Returns
    -------
    list of (str, list of str)
        What was used, and the figures in the order of ``FIGURES``; empty where not measured.
    """
    if "oot_score" not in metrics:
        return []
    suffixes = {"these segments": ""} | {_spoken(name): f"_{name}" for name in SORTED_BY}
    return [
        (name, [_figure(metrics.get(f"{figure}{suffix}"), figure) for figure in FIGURES])
        for name, suffix in suffixes.items()
    ]


def prediction_in_words(metrics: Mapping[str, float], ceiling: float | None = None) -> str:
    """Say whether the segments predict more than the best simple sorting of the customers.

    Parameters
    ----------
    metrics : mapping of metric name to value
        ``oot_…``, see `evaluation.out_of_time`.
    ceiling : float or None
        See `evaluation.ceiling`; ``None`` where it was not measured.

    Returns
    -------
    str
        One paragraph that says so plainly where a sorting does as well.
    """
    best = _best_sorting(metrics)
    if best is None:
        return (
            "What the segments predict was not measured: the data is too short, or the "
            "evaluation left it out."
        )
    values = int(metrics["oot_values"])
    of_values = "" if values == ALL_VALUES else f", {values} of {ALL_VALUES} of which could be told"
    opening = (
        f"Found on the earlier part of the period, the segments explain {metrics['oot_score']:.1%} "
        "of what customers did next (revenue, coming back, number of orders, order value; at two "
        f"dates{of_values}); as many groups sorted by {SORTED_BY[best]} "
        f"{metrics['oot_best_sorting']:.1%}"
    )
    parts = [f"{opening}: {_outcome(metrics, SORTED_BY[best])}", _capture_in_words(metrics)]
    if ceiling is not None:
        parts.append(
            f"Of the differences in next revenue alone they explain {metrics['oot_r2']:.1%}; "
            f"gradient boosting on everything known of the customers explains {ceiling:.1%}, which "
            "is about the most that can be told."
        )
    return " ".join(filter(None, parts))


def prediction_in_short(metrics: Mapping[str, float]) -> str:
    """Say whether a simple sorting predicts as much; empty if not measured."""
    best = _best_sorting(metrics)
    if best is None:
        return ""
    own, theirs = metrics["oot_score"], metrics["oot_best_sorting"]
    figures = f"the segments explain {own:.1%} of what they do later, the sorting {theirs:.1%}"
    sorting = f"sorting the customers by {SORTED_BY[best]}"
    if beats_sorting(metrics):
        return f"The segments predict more than {sorting} into as many groups: {figures}."
    as_well = "better than" if _loses(metrics) else "as well as"
    return (
        f"{sorting[0].upper()}{sorting[1:]} into as many groups predicts what they do later "
        f"{as_well} these segments, and is simpler: {figures}."
    )


def _outcome(metrics: Mapping[str, float], sorted_by: str) -> str:
    if predicts(metrics) is False:
        return "the segments describe the customers and predict nothing."
    if beats_sorting(metrics):
        return "the segments do better, by more than two standard errors."
    if _loses(metrics):
        return (
            f"the simple sorting wins. To predict what customers do, sort by {sorted_by}; "
            "use the segments for what they describe."
        )
    return (
        f"no difference that could be told from chance ({metrics['oot_lead']:+.1%}, standard error "
        f"{metrics['oot_lead_se']:.1%}). The sorting is simpler; the segments describe more."
    )


def _loses(metrics: Mapping[str, float]) -> bool:
    return metrics["oot_lead"] < -ERRORS_ASKED * metrics["oot_lead_se"]


def _best_sorting(metrics: Mapping[str, float], metric: str = "oot_score") -> str | None:
    """The simple sorting with the highest figure; ``None`` where it was not measured."""
    known = {
        name: metrics[f"{metric}_{name}"] for name in SORTED_BY if f"{metric}_{name}" in metrics
    }
    if metric not in metrics or not known:
        return None
    return max(known, key=lambda name: known[name])


def _capture_in_words(metrics: Mapping[str, float]) -> str:
    """Say plainly which sorting finds the customers who will spend most, the better one first."""
    best = _best_sorting(metrics, "oot_capture_20")
    if best is None:
        return ""
    own, theirs = metrics["oot_capture_20"], metrics[f"oot_capture_20_{best}"]
    held = [(own, "segment"), (theirs, _spoken(best))]
    (most, first), (least, second) = held if own >= theirs else held[::-1]
    return (
        f"The best 20% of customers by {first} held {most:.1%} of the later revenue, "
        f"the best 20% by {second} {least:.1%}."
    )


def _spoken(sorting: str) -> str:
    return METRICS[f"oot_score_{sorting}"].label


def _figure(value: float | None, name: str) -> str:
    return "–" if value is None else METRICS[name].text(value)
