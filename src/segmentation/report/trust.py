"""How far a segmentation can be trusted, in plain words."""

from collections.abc import Mapping

HIGHLY_STABLE, VALID, PATTERN = 0.85, 0.75, 0.60
"""Hennig (2007): readings of the bootstrap Jaccard similarity."""
STRUCTURES = {
    "natural": (
        "The groups are there in the data: they are clearly denser than in customers without "
        "groups, and they come back when the customers are drawn anew."
    ),
    "reproducible": (
        "The segments come back when the customers are drawn anew, but the customers spread "
        "evenly across the borders: these are dependable sections of one continuum rather than "
        "groups found in nature."
    ),
    "constructive": (
        "A useful division, not groups found in nature: another draw of customers, or another "
        "setting, would place the borders elsewhere."
    ),
}
RANKINGS = {
    "oot_r2": "share of the differences in next revenue that the segments explain, out of time",
    "silhouette_macro_common": (
        "how much nearer customers are to their own segment than to the next, from −1 to 1, "
        "mean of the segments"
    ),
}
BASELINES = {"revenue quantiles": "revenue_quantiles", "recency quantiles": "recency_quantiles"}
FIGURES = {
    "oot_r2": "next revenue explained",
    "oot_auc": "who buys again, AUC",
    "oot_capture_20": "revenue held by the best 20%",
}


def stability_in_words(value: float) -> str:
    """Reading of a bootstrap Jaccard similarity; NaN was not measured."""
    if value != value:
        return "not measured"
    readings = ((HIGHLY_STABLE, "highly stable"), (VALID, "stable"), (PATTERN, "a pattern only"))
    return next((words for bound, words in readings if value >= bound), "not to be trusted")


def structure_in_words(word: str) -> str:
    """What natural, reproducible or constructive means for the reader."""
    return STRUCTURES.get(word, "Whether there are groups in the data at all was not measured.")


def ranking_in_words(metric: str) -> str:
    """What a metric means by which runs are ranked."""
    return RANKINGS.get(metric, "the metric chosen for the ranking")


def foretold_rows(metrics: Mapping[str, float]) -> list[tuple[str, list[str]]]:
    """Figures of the segments and of the baselines, out of time, as text.

    Returns
    -------
    list of (str, list of str)
        What was used, and the figures in the order of ``FIGURES``; empty where not measured.
    """
    if "oot_r2" not in metrics:
        return []
    suffixes = {"these segments": ""} | {name: f"_{end}" for name, end in BASELINES.items()}
    return [
        (name, [_figure(metrics.get(f"{figure}{suffix}"), figure) for figure in FIGURES])
        for name, suffix in suffixes.items()
    ]


def foretold_in_words(metrics: Mapping[str, float]) -> str:
    """Whether the segments foretell more than the best simple sorting of the customers.

    Parameters
    ----------
    metrics : mapping of metric name to value
        ``oot_…``, see `evaluation.out_of_time`.

    Returns
    -------
    str
        One paragraph that says so plainly where a baseline wins.
    """
    known = {
        name: metrics[f"oot_r2_{end}"]
        for name, end in BASELINES.items()
        if f"oot_r2_{end}" in metrics
    }
    if "oot_r2" not in metrics or not known:
        return (
            "What the segments foretell was not measured: the data is too short, or the "
            "evaluation left it out."
        )
    own, error = metrics["oot_r2"], metrics.get("oot_r2_se", 0.0)
    rival = max(known, key=lambda name: known[name])
    lead = own - known[rival]
    opening = (
        f"Learned on the earlier part of the period, the segments explain {own:.1%} of the "
        f"differences in what customers spent in the rest of it"
    )
    theirs = f"the same number of {rival} {known[rival]:.1%}"
    if lead > error:
        comparison = f"{theirs}: the segments do better than sorting by one figure."
    elif lead < -error:
        comparison = (
            f"{theirs}: the simple sorting wins. To foretell spending, sort by "
            f"{rival.split()[0]}; use the segments for what they describe."
        )
    else:
        comparison = (
            f"{theirs}: no difference beyond chance (standard error {100 * error:.1f} points). "
            "The segments describe more, and foretell as much."
        )
    return f"{opening}; {comparison}{_capture_in_words(metrics)}"


def _capture_in_words(metrics: Mapping[str, float]) -> str:
    """Say plainly which sorting finds the customers who will spend most."""
    own = metrics.get("oot_capture_20")
    rivals = {name: metrics.get(f"oot_capture_20_{end}", 0.0) for name, end in BASELINES.items()}
    if own is None:
        return ""
    rival = max(rivals, key=lambda name: rivals[name])
    ours = f"the best 20% by segment held {own:.1%} of the later revenue"
    theirs = f"the best 20% by {rival} {rivals[rival]:.1%}"
    if rivals[rival] > own:
        return f" To find the best customers, {rival} are better: {theirs}, {ours}."
    return f" For finding the best customers, {ours}, {theirs}."


def _figure(value: float | None, figure: str) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if figure == "oot_auc" else f"{value:.1%}"
