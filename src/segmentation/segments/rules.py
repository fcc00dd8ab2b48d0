"""A shallow decision tree that explains the segments, as text and as SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier

from segmentation.segments.case_when import DIALECTS, Bounds, case_when


@dataclass(frozen=True)
class Leaf:
    """End of a branch: customers who arrive here are said to belong to ``segment``."""

    segment: int


@dataclass(frozen=True)
class Split:
    """Customers with ``feature <= threshold`` go ``below``, all others ``above``."""

    feature: str
    threshold: float
    below: "Node"
    above: "Node"


Node = Leaf | Split


@dataclass(frozen=True)
class Rules:
    """Rules that tell to which segment a customer belongs, and how far they can be trusted.

    Attributes
    ----------
    tree : Leaf or Split
    accuracy : float
        Share of customers, in [0, 1], whom the rules put into their own segment.
    """

    tree: Node
    accuracy: float

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Segment of every customer by the rules, as `sql` gives it: int64, (n_customers,)."""
        return _predict(self.tree, features)

    def text(self, names: Mapping[int, str]) -> str:
        """One rule a line: ``loyal: orders > 3.5 and recency_days <= 60``.

        Parameters
        ----------
        names : mapping of int to str
            Name of every segment.
        """
        return "\n".join(
            f"{names[segment]}: {' and '.join(_conditions(bounds)) or 'everybody'}"
            for segment, bounds in _branches(self.tree, {})
        )

    @property
    def sql(self) -> str:
        """The rules in the SQL of DuckDB, see `sql_of`."""
        return self.sql_of(DIALECTS[0])

    def sql_of(self, dialect: str) -> str:
        """The rules as ``CASE WHEN … THEN segment … END AS segment``, for columns of doubles.

        Parameters
        ----------
        dialect : str
            One of `case_when.DIALECTS`.

        Raises
        ------
        UserError
            It is none of them.
        """
        return case_when(_branches(self.tree, {}), dialect)


def explain(features: pd.DataFrame, labels: np.ndarray, *, max_depth: int = 4, seed: int) -> Rules:
    """Describe the segments by a decision tree on the features in their own units.

    A classification tree (CART; Breiman, Friedman, Olshen and Stone 1984) with Gini impurity.
    Thresholds are then shortened to the fewest digits that part the customers in the same way, so
    text, SQL and `Rules.predict` compare the same numbers.

    Parameters
    ----------
    features : DataFrame of float64, shape (n_customers, n_features)
        Finite.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer; noise (−1) is explained like a segment.
    max_depth : int
        Most conditions in a rule, at least 1.
    seed : int
        Decides between splits that are equally good.

    Returns
    -------
    Rules
    """
    fitted = DecisionTreeClassifier(max_depth=max_depth, random_state=seed).fit(
        features.to_numpy(), labels
    )
    tree = _node(fitted, features, 0)
    return Rules(tree, accuracy=float(accuracy_score(labels, _predict(tree, features))))


def _node(fitted: DecisionTreeClassifier, features: pd.DataFrame, index: int) -> Node:
    """Node of a fitted tree; a split that does not change the segment is no split."""
    arrays = fitted.tree_
    below, above = arrays.children_left[index], arrays.children_right[index]
    if below == above:
        return Leaf(int(fitted.classes_[np.argmax(arrays.value[index])]))
    children = _node(fitted, features, below), _node(fitted, features, above)
    if children[0] == children[1]:
        return children[0]
    feature = features.columns[arrays.feature[index]]
    threshold = _shortest(arrays.threshold[index], features[feature].to_numpy())
    return Split(feature, threshold, *children)


def _shortest(threshold: float, values: np.ndarray) -> float:
    """Threshold with the fewest digits that parts the values as scikit-learn does, in float32."""
    under = values.astype(np.float32) <= threshold
    lowest, limit = values[under].max(), values[~under].min()
    rounded = (float(f"{threshold:.{digits}g}") for digits in range(1, 18))
    return next((short for short in rounded if lowest <= short < limit), float(lowest))


def _predict(node: Node, features: pd.DataFrame) -> np.ndarray:
    if isinstance(node, Leaf):
        return np.full(len(features), node.segment, dtype=np.int64)
    below = features[node.feature].to_numpy() <= node.threshold
    return np.where(below, _predict(node.below, features), _predict(node.above, features))


def _branches(node: Node, bounds: Bounds) -> Iterator[tuple[int, Bounds]]:
    """Segment and bounds of each leaf, one interval per feature."""
    if isinstance(node, Leaf):
        yield node.segment, bounds
        return
    low, high = bounds.get(node.feature, (-np.inf, np.inf))
    yield from _branches(node.below, bounds | {node.feature: (low, min(high, node.threshold))})
    yield from _branches(node.above, bounds | {node.feature: (max(low, node.threshold), high)})


def _conditions(bounds: Bounds) -> Iterator[str]:
    for feature, (low, high) in bounds.items():
        if low > -np.inf:
            yield f"{feature} > {_shown(low)}"
        if high < np.inf:
            yield f"{feature} <= {_shown(high)}"


def _shown(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
