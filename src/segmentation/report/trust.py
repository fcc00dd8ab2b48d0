"""Reasons to trust a segmentation, and not to, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass

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
BASELINES = ("revenue_quantiles", "recency_quantiles")
FIGURES = ("oot_r2", "oot_auc", "oot_capture_20")
"""Metrics in which the segments are shown beside the baselines."""


@dataclass(frozen=True)
class BesideBaseline:
    """A metric of the segments beside that of the best baseline.

    Attributes
    ----------
    own, theirs : float
        Of the segments and of the baseline.
    rival : str
        The baseline in words, such as ``revenue quantiles``.
    """

    own: float
    rival: str
    theirs: float

    @property
    def lead(self) -> float:
        """By how much the segments are better."""
        return self.own - self.theirs

    @property
    def figure(self) -> str:
        """Figure that the baseline sorts by."""
        return self.rival.split()[0]


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
    """Figures of the segments and of the baselines, out of time, as text.

    Returns
    -------
    list of (str, list of str)
        What was used, and the figures in the order of ``FIGURES``; empty where not measured.
    """
    if "oot_r2" not in metrics:
        return []
    suffixes = {"these segments": ""} | {_spoken(end): f"_{end}" for end in BASELINES}
    return [
        (name, [_figure(metrics.get(f"{figure}{suffix}"), figure) for figure in FIGURES])
        for name, suffix in suffixes.items()
    ]


def prediction_in_words(metrics: Mapping[str, float]) -> str:
    """Say whether the segments predict more than the best simple sorting of the customers.

    Parameters
    ----------
    metrics : mapping of metric name to value
        ``oot_…``, see `evaluation.out_of_time`.

    Returns
    -------
    str
        One paragraph that says so plainly where a baseline wins.
    """
    compared = _compare(metrics, "oot_r2")
    if compared is None:
        return (
            "What the segments predict was not measured: the data is too short, or the "
            "evaluation left it out."
        )
    error = metrics.get("oot_r2_se", 0.0)
    opening = (
        f"Learned on the earlier part of the period, the segments explain {compared.own:.1%} of "
        f"the differences in what customers spent in the rest of it; the same number of "
        f"{compared.rival} {compared.theirs:.1%}"
    )
    if compared.lead > error:
        outcome = "the segments do better than sorting by one figure."
    elif compared.lead < -error:
        outcome = (
            "the simple sorting wins. To predict spending, sort by "
            f"{compared.figure}; use the segments for what they describe."
        )
    else:
        outcome = (
            f"no difference beyond chance (standard error {100 * error:.1f} points). "
            "The segments describe more, and predict as much."
        )
    return f"{opening}: {outcome}{_capture_in_words(metrics)}"


def prediction_in_short(metrics: Mapping[str, float]) -> str:
    """Say whether sorting by one figure predicts as well; empty if not measured."""
    compared = _compare(metrics, "oot_r2")
    if compared is None:
        return ""
    error = metrics.get("oot_r2_se", 0.0)
    if compared.lead > error:
        outcome = "less well than"
    else:
        outcome = "better than" if compared.lead < -error else "as well as"
    return (
        f"Sorting the customers by {compared.figure} alone predicts what they spend later "
        f"{outcome} these segments: it explains {compared.theirs:.1%} of the differences, "
        f"the segments explain {compared.own:.1%}."
    )


def _compare(metrics: Mapping[str, float], metric: str) -> BesideBaseline | None:
    """The segments against the best baseline; ``None`` where either was not measured."""
    known = {
        _spoken(end): metrics[f"{metric}_{end}"]
        for end in BASELINES
        if f"{metric}_{end}" in metrics
    }
    if metric not in metrics or not known:
        return None
    rival = max(known, key=lambda name: known[name])
    return BesideBaseline(metrics[metric], rival, known[rival])


def _capture_in_words(metrics: Mapping[str, float]) -> str:
    """Say plainly which sorting finds the customers who will spend most, the better one first."""
    compared = _compare(metrics, "oot_capture_20")
    if compared is None:
        return ""
    held = [(compared.own, "segment"), (compared.theirs, compared.rival)]
    (most, first), (least, second) = held if compared.lead >= 0 else held[::-1]
    return (
        f" The best 20% of customers by {first} held {most:.1%} of the later revenue, "
        f"the best 20% by {second} {least:.1%}."
    )


def _spoken(baseline: str) -> str:
    return METRICS[f"oot_r2_{baseline}"].label


def _figure(value: float | None, name: str) -> str:
    return "–" if value is None else METRICS[name].text(value)
