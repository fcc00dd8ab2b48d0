"""The features that part the segments most, as axes of a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from segmentation.model.scaling import signed_log1p
from segmentation.plots.segment_style import feature_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_AXES = 3
BINS = 70
WITHOUT_FEATURES = ("revenue", "orders", "recency_days")
"""What is drawn besides where the segments have a single feature."""


@dataclass(frozen=True)
class MapAxis:
    """A feature as an axis.

    Attributes
    ----------
    feature : str
    values : ndarray of float, shape (n_customers,)
        In its own unit.
    between : float
        Share of its variation (η² in the signed logarithm) that lies between segments, in [0, 1].
    """

    feature: str
    values: np.ndarray
    between: float

    @property
    def words(self) -> str:
        """The feature in words, without its unit."""
        return self.feature.removesuffix("_days").replace("_", " ")

    @property
    def is_share(self) -> bool:
        """Whether it is drawn as it is, from 0 to 1."""
        return self.feature.endswith("_share")

    def label(self, currency: str) -> str:
        """The feature with its unit."""
        return " ".join(feature_heading(self.feature, currency).split())

    def scale(self, panel: "Axes", which: Literal["x", "y"]) -> None:
        """Scale an axis of a panel: logarithmic, and linear around 0 where not all are positive."""
        scaled = panel.set_xscale if which == "x" else panel.set_yscale
        if self.is_share:
            return
        if self.values.min() > 0:
            scaled("log")
        else:
            scaled("symlog", linthresh=1, linscale=0.4)

    @cached_property
    def edges(self) -> np.ndarray:
        """Borders of equal steps on the axis; between whole numbers where the values are whole."""
        low, high = float(self.values.min()), float(self.values.max())
        if self.is_share:
            return np.linspace(low, max(high, low + 1e-3), BINS)
        if low >= 0 and np.array_equal(self.values, np.round(self.values)):
            edges = np.unique(np.round(np.geomspace(1, high + 1, BINS))) - 0.5
            return edges if low > 0 else np.concatenate([[-0.5], edges])
        if low > 0:
            return np.geomspace(low, max(high, low * 1.01) * (1 + 1e-9), BINS)
        first, last = signed_log1p(np.array([low, max(high, low + 1)]))
        steps = np.linspace(first, last, BINS)
        inner = np.sign(steps) * np.expm1(np.abs(steps))
        return np.concatenate([[low - 1e-6], inner[1:-1], [max(high, low + 1) + 1e-6]])


def map_axes(
    table: pd.DataFrame, labels: np.ndarray, features: Sequence[str]
) -> tuple[MapAxis, ...]:
    """Choose the features that part the segments most, without saying one thing twice.

    The first is that of which the largest share of the variation lies between segments (η² in the
    signed logarithm; Fisher 1925); each further one has the largest such share times what it does
    not have in common with those before, 1 − |r|.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        The features, ``revenue``, ``orders`` and ``recency_days``.
    labels : ndarray of int, shape (n_customers,)
        −1 = noise, a group like any other.
    features : sequence of str
        That were clustered on; where it is one, revenue or orders is drawn besides.

    Returns
    -------
    tuple of two or three MapAxis
        The vertical one first: revenue where it is among them.
    """
    names = list(dict.fromkeys(features))
    if len(names) == 1:
        names += [next(name for name in WITHOUT_FEATURES if name not in names)]
    logs = signed_log1p(table[names].to_numpy(dtype=np.float64))
    between = _between(logs, labels)
    spread = logs.std(axis=0) > 0
    alike = np.zeros((len(names), len(names)))
    alike[np.ix_(spread, spread)] = np.abs(np.corrcoef(logs[:, spread], rowvar=False))
    chosen = [int(between.argmax())]
    while len(chosen) < min(MOST_AXES, len(names)):
        gain = between * (1 - alike[:, chosen].max(axis=1))
        gain[chosen] = -1.0
        chosen.append(int(gain.argmax()))
    chosen.sort(key=lambda place: names[place] != "revenue")
    return tuple(
        MapAxis(names[place], table[names[place]].to_numpy(np.float64), float(between[place]))
        for place in chosen
    )


def _between(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Share of the variation of every column that lies between groups; 0 without any."""
    codes = np.unique(labels, return_inverse=True)[1]
    sizes = np.bincount(codes)
    means = np.array([np.bincount(codes, column) / sizes for column in values.T])
    total = values.var(axis=0) * len(values)
    apart = (sizes * (means - values.mean(axis=0)[:, None]) ** 2).sum(axis=1)
    return np.divide(apart, total, out=np.zeros(len(total)), where=total > 0)
