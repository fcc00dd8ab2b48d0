"""Fitting segmentations to measured customers."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any

import pandas as pd
from threadpoolctl import ThreadpoolController

from segmentation.customers.rhythm import usual_gap_days
from segmentation.errors import UserError
from segmentation.model.pipeline import CustomerSegmenter

FEWEST_CUSTOMERS = 20
CUSTOMERS_PER_SEGMENT = 10
"""On average, at least."""


class TooManySegmentsError(UserError):
    """More segments were asked for than the customers allow: a sweep goes on without them."""


@contextmanager
def unrecorded() -> Iterator[None]:
    """Keep MLflow's autologging, where the caller has switched it on, from recording every fit."""
    autologging = sys.modules.get("mlflow.utils.autologging_utils")
    with nullcontext() if autologging is None else autologging.disable_autologging():
        yield


def number_of_segments(clusterer: Any) -> int | None:
    """Number of segments a clusterer is asked for; ``None`` where it finds it itself."""
    options = clusterer.get_params()
    k: int | None = options.get("n_clusters", options.get("n_components"))
    return k


def require_a_segment(k: int | None) -> None:
    """Refuse a number of segments below 1; ``None`` is found by the algorithm itself.

    Raises
    ------
    UserError
        If it is.
    """
    if isinstance(k, int) and k < 1:
        raise UserError(f"k={k}: a number of segments is at least 1; set k=2 or more")


def require_customers(n_customers: int, k: int | None = None) -> None:
    """Refuse so few customers, or so many segments, that no figure of a segmentation says anything.

    Parameters
    ----------
    n_customers : int
    k : int, optional
        Number of segments asked for; ``None`` where the algorithm finds it.

    Raises
    ------
    UserError
        Below 20 customers.
    TooManySegmentsError
        If ``k`` is more than a tenth of the customers.
    """
    if n_customers < FEWEST_CUSTOMERS:
        raise UserError(
            f"{n_customers} customers are too few to be segmented, at least {FEWEST_CUSTOMERS} are "
            "needed; use a longer period or the data of more customers"
        )
    most = n_customers // CUSTOMERS_PER_SEGMENT
    if isinstance(k, int) and k > most:
        raise TooManySegmentsError(
            f"k={k} is more than a tenth of the {n_customers} customers; set k={most} or less, or "
            "use the data of more customers"
        )


def fit_segmenter(
    table: pd.DataFrame,
    features: Sequence[str],
    scaler: Any,
    clusterer: Any,
    key_account_share: float | None = None,
    newcomer_gaps: float | None = None,
) -> CustomerSegmenter:
    """Fit scaler and clusterer to the customers and order the segments by revenue.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        ``revenue`` and the features, in their own units.
    features : sequence of str
        Columns of ``table`` to cluster on.
    scaler, clusterer : unfitted scikit-learn estimators
    key_account_share : float or None
        Share of customers, in (0, 1), set apart by revenue before the others are clustered.
    newcomer_gaps : float or None
        Customers with one order, at most so many usual gaps ago, are set apart, too. The table
        must then have ``orders``, ``recency_days`` and ``mean_gap_days``.

    Raises
    ------
    UserError
        If ``k`` is below 1 or above the number of customers, a feature has one value for all
        customers, no customer has two orders where new ones are to be set apart, or the clusterer
        refuses its options.
    """
    _require_enough(table, number_of_segments(clusterer))
    _require_spread(table, features)
    columns = fitted_columns(features, newcomer_gaps)
    segmenter = CustomerSegmenter(
        scaler,
        clusterer,
        key_account_share,
        None if newcomer_gaps is None else newcomer_gaps * _usual_gap(table),
        list(features) if len(columns) > len(features) else None,
    )
    try:
        with one_thread():
            segmenter.fit(table[columns], revenue=table["revenue"])
    except ValueError as error:
        raise UserError(f"the algorithm cannot be fitted: {error}") from error
    segmenter.newcomer_gaps_ = newcomer_gaps
    return segmenter


def fitted_columns(features: Sequence[str], newcomer_gaps: float | None) -> list[str]:
    """Columns that a segmenter is fitted on: the features, and those that a rule needs besides."""
    needed = () if newcomer_gaps is None else ("orders", "recency_days")
    return list(dict.fromkeys([*features, *needed]))


def fit_again(segmenter: CustomerSegmenter, table: pd.DataFrame) -> CustomerSegmenter:
    """Fit the recipe of a segmenter to other customers, see `fit_segmenter`."""
    return fit_segmenter(
        table,
        segmenter.features_,
        segmenter.scaler,
        segmenter.clusterer,
        segmenter.key_account_share,
        segmenter.newcomer_gaps_,
    )


def _usual_gap(table: pd.DataFrame) -> float:
    gap = usual_gap_days(table)
    if gap is None:
        raise UserError(
            "no customer has two orders, so there is no usual gap by which new customers could be "
            "set apart; use newcomers=none, or a longer period"
        )
    return gap


def one_thread() -> AbstractContextManager[object]:
    """Fit on one thread for the length of a block.

    With more, sums depend on which thread finishes first, so that equal runs would differ in
    their last digits; and threads that wait for a busy core make small fits many times slower.
    """
    limit: AbstractContextManager[object] = _controller().limit(limits=1)
    return limit


def thread_count() -> int:
    """Threads that numerical libraries may use here: one in a worker of a parallel launcher."""
    return max((pool["num_threads"] for pool in _controller().info()), default=1)


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _require_enough(table: pd.DataFrame, k: int | None) -> None:
    require_a_segment(k)
    least = max(k or 2, 2)
    if len(table) < least:
        raise UserError(
            f"{len(table)} customers cannot be put into {least} segments: "
            "set a smaller k, or use data with more customers"
        )


def _require_spread(table: pd.DataFrame, features: Sequence[str]) -> None:
    for feature in features:
        if table[feature].nunique() == 1:
            others = ",".join(name for name in features if name != feature)
            raise UserError(
                f"feature '{feature}' is {table[feature].iloc[0]:g} for all {len(table)} customers "
                f'and cannot tell them apart; leave it out: "features.names=[{others}]"'
            )
