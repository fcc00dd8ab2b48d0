"""Trial of a scaler and an algorithm on made-up customers, before any data is read."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from segmentation.errors import UserError
from segmentation.model.algorithms import ALGORITHMS, class_name
from segmentation.model.fitting import (
    number_of_segments,
    one_thread,
    require_a_segment,
    unrecorded,
)
from segmentation.model.persistence import another, save_segmenter
from segmentation.model.pipeline import CustomerSegmenter

CUSTOMERS, MOST_SEGMENTS = 200, 50
"""Made-up customers, and of the segments asked for as many as they are enough for."""


@unrecorded()
def require_usable(scaler: Any, clusterer: Any, features: Sequence[str]) -> None:
    """Fit, save, load and predict made-up customers, so that nothing fails after hours of work.

    Parameters
    ----------
    scaler, clusterer : unfitted scikit-learn estimators
        Left as they are.
    features : sequence of str
        Those that customers will have.

    Raises
    ------
    UserError
        In one line: what cannot be used, why, and what to take instead.
    """
    require_different(features)
    require_prediction(clusterer)
    k = number_of_segments(clusterer)
    require_a_segment(k)
    smaller = _with_segments(clusterer, k)
    customers = _made_up_customers(features)
    with _silent(), one_thread(), TemporaryDirectory() as folder:
        with _becomes_one_line("scaler", scaler, "be fitted"):
            clone(scaler).fit_transform(customers.to_numpy())
        with _becomes_one_line("algorithm", clusterer, "be fitted"):
            segmenter = CustomerSegmenter(scaler, smaller).fit(customers)
        with _becomes_one_line("algorithm", clusterer, "predict new customers"):
            segmenter.describe(customers)
        save_segmenter(segmenter, Path(folder) / "trial.skops")


def require_different(features: Sequence[str]) -> None:
    """Refuse to group by nothing, or by a feature twice.

    Raises
    ------
    UserError
    """
    if not features:
        raise UserError("features.names=[] leaves nothing to group by; set features=value, or some")
    twice = [name for name in dict.fromkeys(features) if list(features).count(name) > 1]
    if twice:
        raise UserError(f"features.names has {twice[0]!r} twice; leave one of them out")


def require_prediction(clusterer: Any) -> None:
    """Refuse a clusterer that cannot place new customers, or say how sure it is.

    Raises
    ------
    UserError
        Names what it lacks.
    """
    missing = ""
    if not hasattr(clusterer, "predict"):
        missing = "predict, so new customers cannot be scored"
    elif not hasattr(clusterer, "fit_predict"):
        missing = "fit_predict, so it finds no segments"
    elif class_name(clusterer) not in ALGORITHMS and not (
        hasattr(clusterer, "predict_proba") or hasattr(clusterer, "transform")
    ):
        missing = "predict_proba and no transform, so nobody knows how sure a segment is"
    if missing:
        raise UserError(
            f"algorithm={class_name(clusterer)} has no {missing}; {another('algorithm')}"
        )


def _with_segments(clusterer: Any, k: int | None) -> Any:
    """The same clusterer, with no more segments than the made-up customers are enough for."""
    if not isinstance(k, int) or k <= MOST_SEGMENTS:
        return clusterer
    name = "n_clusters" if "n_clusters" in clusterer.get_params() else "n_components"
    return clone(clusterer).set_params(**{name: MOST_SEGMENTS})


def _made_up_customers(features: Sequence[str]) -> pd.DataFrame:
    """Positive values with long tails, as customers have them."""
    values = np.random.default_rng(0).lognormal(3.0, 1.0, size=(CUSTOMERS, len(features)))
    return pd.DataFrame(values, columns=list(features))


@contextmanager
def _silent() -> Iterator[None]:
    """Keep warnings about made-up customers to ourselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _becomes_one_line(part: str, estimator: Any, what: str) -> Iterator[None]:
    """Turn whatever an estimator of any library raises into a user's error."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise UserError(
            f"{part}={class_name(estimator)} cannot {what}: {reason}; "
            f"change that value, or {another(part)}"
        ) from error
