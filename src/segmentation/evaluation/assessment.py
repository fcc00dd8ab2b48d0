"""Everything that is measured about one fitted segmentation, put together."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.evaluation.degenerate import degenerate_reason
from segmentation.evaluation.null import null_test, structure
from segmentation.evaluation.options import EvaluationOptions, OutOfTimeOptions
from segmentation.evaluation.out_of_time import OutOfTime, out_of_time, segments_like
from segmentation.evaluation.resampling import refit_like
from segmentation.evaluation.sizes import segment_sizes
from segmentation.evaluation.stability import Stability, bootstrap_stability
from segmentation.evaluation.validity import (
    model_criteria,
    separating_feature,
    validity,
    validity_common,
)
from segmentation.model.fitting import number_of_segments
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.scaling import common_space


@dataclass(frozen=True)
class Assessment:
    """What was measured of one segmentation.

    Attributes
    ----------
    metrics : dict of str to float
        Names and meaning as in docs/evaluation.md; what cannot be computed is absent.
    degenerate : str or None
        Why the fit describes repeated values instead of groups; ``None`` when it does not.
    stability : Stability or None
        Per segment; ``None`` where it was not measured.
    structure : str or None
        natural, reproducible or constructive; ``None`` where null or stability was not measured.
    separated_by : str
        Feature in which the segments differ most, see `separating_feature`.
    contributions : ndarray of float, shape (n_customers,), or None
        What each customer adds to ``oot_score``; ``None`` where there is no score.
    best_sorting : str
        The sorting that predicts most, see `sortings.SORTINGS`; empty without a score.
    """

    metrics: dict[str, float]
    degenerate: str | None
    stability: Stability | None
    structure: str | None
    separated_by: str
    contributions: np.ndarray | None = None
    best_sorting: str = ""


def assess(
    segmenter: CustomerSegmenter,
    customers: MeasuredCustomers,
    options: EvaluationOptions,
    seed: int,
    all_labels: np.ndarray | None = None,
) -> Assessment:
    """Measure sizes, validity, stability, structure and what the segments predict.

    Key accounts and new customers are set apart by a rule, not found: only what they predict is
    measured.

    Parameters
    ----------
    segmenter : CustomerSegmenter
        Fitted on columns of ``customers.table``.
    customers : MeasuredCustomers
    options : EvaluationOptions
        A part that is ``None`` is left out.
    seed : int
        Seed of every draw.
    all_labels : ndarray of int64, optional
        Segments of all customers, where those fitted are a sample of them: sizes are of all.

    Returns
    -------
    Assessment
        With the cost of each part as ``seconds_…``.
    """
    names, given = segmenter.features_, customers.table[list(segmenter.feature_names_in_)]
    features, clustered = customers.table[names], ~segmenter.set_apart(given)
    labels, values = segmenter.labels_[clustered], features[clustered].to_numpy()
    refit = refit_like(segmenter)
    k = number_of_segments(segmenter.clusterer_)
    metrics: dict[str, float] = {} if k is None else {"k": float(k)}
    stability, word = None, None
    with _timed("validity", metrics):
        common = common_space(features)[clustered]
        metrics |= _sizes(segmenter, customers, all_labels)
        metrics |= _validity(segmenter, given[clustered], labels, common, options, seed)
        degenerate = degenerate_reason(features[clustered], labels, segmenter.clusterer_)
        separated_by = separating_feature(common, labels, names)
    if options.stability is not None:
        with _timed("stability", metrics):
            stability = bootstrap_stability(
                refit, values, labels, seed=seed, **asdict(options.stability)
            )
            metrics |= stability.metrics()
    if options.null_test is not None:
        with _timed("null", metrics):
            draws, observed = options.null_test.draws, metrics.get("silhouette")
            table = customers.table[clustered]
            metrics |= null_test(refit, table, names, observed, draws=draws, seed=seed)
    if stability is not None and options.null_test is not None:
        word = structure(*map(metrics.get, ("null_z", "null_gain", "stability_min")))
    predicted = OutOfTime({})
    if options.out_of_time is not None:
        with _timed("out_of_time", metrics):
            predicted = _predict(segmenter, customers, options.out_of_time)
            metrics |= predicted.metrics
    kept = predicted.contributions, predicted.best_sorting
    return Assessment(metrics, degenerate, stability, word, separated_by, *kept)


def _sizes(
    segmenter: CustomerSegmenter, customers: MeasuredCustomers, all_labels: np.ndarray | None
) -> dict[str, float]:
    """Sizes of the segments, and of what was set apart before clustering where something was."""
    labels = segmenter.labels_ if all_labels is None else all_labels
    revenue = customers.all_customers["revenue"].to_numpy()
    new, key = labels == segmenter.newcomer_segment, labels == segmenter.key_account_segment
    clustered = ~(new | key)
    metrics = segment_sizes(labels[clustered], revenue[clustered])
    if segmenter.newcomer_segment is not None:
        metrics["n_new_customers"] = float(np.count_nonzero(new))
    if key.any():
        metrics["n_key_accounts"] = float(np.count_nonzero(key))
        metrics["key_account_revenue_share"] = float(revenue[key].sum() / revenue.sum())
    return metrics


def _validity(
    segmenter: CustomerSegmenter,
    features: pd.DataFrame,
    labels: np.ndarray,
    common: np.ndarray,
    options: EvaluationOptions,
    seed: int,
) -> dict[str, float]:
    space = segmenter.transform(features)
    return (
        validity(space, labels, exact_max=options.exact_max, seed=seed)
        | validity_common(common, labels, exact_max=options.exact_max, seed=seed)
        | model_criteria(segmenter.clusterer_, space)
    )


def _predict(
    segmenter: CustomerSegmenter, customers: MeasuredCustomers, options: OutOfTimeOptions
) -> OutOfTime:
    """Segment the customers as they stood at each cut; nothing where that cannot be done."""
    pasts = customers.pasts_of(options.horizon_share)
    try:
        at_cuts = segments_like(segmenter)
        return out_of_time(at_cuts, pasts, customers.table.index, options.folds)
    except UserError:
        return OutOfTime({})


@contextmanager
def _timed(part: str, metrics: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    metrics[f"seconds_{part}"] = time.perf_counter() - start
