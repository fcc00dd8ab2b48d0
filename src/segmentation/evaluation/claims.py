"""What may be claimed of a run: two standard errors are asked for before anything is."""

from collections.abc import Mapping

ERRORS_ASKED = 2.0
"""The error is conditional on the fit; fits to halves of a shop spread up to 1.3 times as much."""


def predicts(metrics: Mapping[str, float]) -> bool | None:
    """Whether the segments predict anything; None where that was not measured."""
    return _beyond_error(metrics, "oot_score", "oot_score_se")


def beats_sorting(metrics: Mapping[str, float]) -> bool | None:
    """Whether the segments predict more than the best simple sorting; None if not measured."""
    return _beyond_error(metrics, "oot_lead", "oot_lead_se")


def _beyond_error(metrics: Mapping[str, float], value: str, error: str) -> bool | None:
    if value not in metrics or error not in metrics:
        return None
    return bool(metrics[value] > ERRORS_ASKED * metrics[error])
