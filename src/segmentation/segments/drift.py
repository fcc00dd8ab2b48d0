"""Whether the customers of today are still those that a model was fitted on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd

BINS = 10
SHARE_FLOOR = 1e-4
"""Shares below 0.01 % count as 0.01 %, since the logarithm of an empty bin is infinite."""
SHIFTED_FROM, CHANGED_FROM = 0.1, 0.25


@dataclass(frozen=True)
class SegmentCounts:
    """Customers per bin and per segment, to be added up over the chunks of a stream.

    Attributes
    ----------
    features : dict of str to tuple of int
        Customers in each bin of a `Reference`.
    segments : dict of str to int
        Customers in each segment, by name.
    control : dict of str to int
        Those of them who are held out of a campaign, see `holdout`; empty where nobody is.
    """

    features: dict[str, tuple[int, ...]]
    segments: dict[str, int]
    control: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: "SegmentCounts") -> "SegmentCounts":
        """Counts of both groups of customers, binned by the same reference."""
        return SegmentCounts(
            features={
                feature: tuple(map(sum, zip(own, other.features[feature], strict=True)))
                for feature, own in self.features.items()
            },
            segments=_added(self.segments, other.segments),
            control=_added(self.control, other.control),
        )


@dataclass(frozen=True)
class Reference:
    """How the customers of a model were distributed, small enough to travel with it.

    Attributes
    ----------
    edges : dict of str to tuple of float
        Distinct deciles of each feature in its own units, ascending. Bin i holds the values in
        (edge i − 1, edge i]; the first and the last one are open. Fewer than 10 bins where
        deciles are tied.
    counts : SegmentCounts
        Customers of the reference in each bin and in each segment.
    """

    edges: dict[str, tuple[float, ...]]
    counts: SegmentCounts

    def count(self, features: pd.DataFrame, names: Sequence[str] | pd.Series) -> SegmentCounts:
        """Count customers, of today or of one chunk, in the bins of the reference.

        Parameters
        ----------
        features : DataFrame of shape (n_customers, …)
            The features of the reference, finite; more columns are ignored.
        names : sequence or Series of str, length n_customers
            Name of each customer's segment.
        """
        return _count(self.edges, features, names)

    def no_customers(self) -> SegmentCounts:
        """Counts of no customers, from which counts of chunks are added up."""
        return SegmentCounts(
            {feature: (0,) * (len(own) + 1) for feature, own in self.edges.items()}, {}
        )

    def drift(self, counts: SegmentCounts) -> pd.DataFrame:
        """Population stability index of every feature and of the mix of segments.

        Parameters
        ----------
        counts : SegmentCounts
            Customers of today, added up; at least one.

        Returns
        -------
        DataFrame
            One row per feature and last "segment": ``of``, ``psi``, ``reading`` (see `reading`).
        """
        pairs = {
            feature: (expected, counts.features[feature])
            for feature, expected in self.counts.features.items()
        } | {"segment": _aligned(self.counts.segments, counts.segments)}
        psi = {of: population_stability_index(*pair) for of, pair in pairs.items()}
        return pd.DataFrame(
            {
                "of": list(psi),
                "psi": list(psi.values()),
                "reading": list(map(reading, psi.values())),
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Dictionary for JSON, read back by `from_dict`; nobody is held out of a training."""
        stored = asdict(self)
        del stored["counts"]["control"]
        return stored

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Reference from the dictionary that `to_dict` gave, also by way of JSON."""
        counts = stored["counts"]
        return cls(
            edges={feature: tuple(edges) for feature, edges in stored["edges"].items()},
            counts=SegmentCounts(
                features={feature: tuple(own) for feature, own in counts["features"].items()},
                segments=dict(counts["segments"]),
            ),
        )


def reference(features: pd.DataFrame, names: Sequence[str] | pd.Series) -> Reference:
    """Bin the customers of a model by the deciles of each feature and by segment.

    Parameters
    ----------
    features : DataFrame of float, shape (n_customers, n_features)
        Finite, at least one customer. Deciles are values that occur, so that ties stay together.
    names : sequence or Series of str, length n_customers
        Name of each customer's segment.
    """
    levels = np.arange(1, BINS) / BINS
    edges = {
        feature: tuple(
            np.unique(np.quantile(features[feature], levels, method="inverted_cdf")).tolist()
        )
        for feature in features
    }
    return Reference(edges, _count(edges, features, names))


def population_stability_index(expected: Sequence[int], actual: Sequence[int]) -> float:
    """Population stability index: Σ (a − e) ln(a / e) over the shares of all bins.

    A symmetrised Kullback-Leibler divergence (Jeffreys 1946), used under this name in credit
    scoring (Siddiqi, "Credit Risk Scorecards", 2006). Shares below 0.0001 count as 0.0001.

    Parameters
    ----------
    expected, actual : sequence of int, same length
        Customers per bin, in the reference and today; each with at least one customer.

    Returns
    -------
    float
        0 for equal shares, at least 0, no upper bound but that of the floor.
    """
    e, a = (
        np.maximum(np.asarray(counts) / np.sum(counts), SHARE_FLOOR)
        for counts in (expected, actual)
    )
    return float(np.sum((a - e) * np.log(a / e)))


def reading(psi: float) -> str:
    """Word for a population stability index (Siddiqi 2006).

    "stable" below 0.1, "shifted" from 0.1 to 0.25, "changed" from 0.25 on.
    """
    if psi < SHIFTED_FROM:
        return "stable"
    return "shifted" if psi < CHANGED_FROM else "changed"


def _count(
    edges: dict[str, tuple[float, ...]], features: pd.DataFrame, names: Sequence[str] | pd.Series
) -> SegmentCounts:
    segments = pd.Series(names).value_counts().sort_index()
    return SegmentCounts(
        features={
            feature: tuple(
                np.bincount(
                    np.searchsorted(own, features[feature]), minlength=len(own) + 1
                ).tolist()
            )
            for feature, own in edges.items()
        },
        segments={str(name): int(count) for name, count in segments.items()},
    )


def _added(own: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    """Customers of both, by segment."""
    return {name: own.get(name, 0) + other.get(name, 0) for name in sorted(own.keys() | other)}


def _aligned(expected: dict[str, int], actual: dict[str, int]) -> tuple[list[int], list[int]]:
    """Customers of both by segment, 0 where a segment is in one of them only."""
    names = sorted(expected.keys() | actual.keys())
    return [expected.get(name, 0) for name in names], [actual.get(name, 0) for name in names]
