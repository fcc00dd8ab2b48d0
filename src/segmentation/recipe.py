"""What is computed of measured customers, wherever it goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from segmentation.evaluation.options import (
    DrawOptions,
    EvaluationOptions,
    OutOfTimeOptions,
    StabilityOptions,
)
from segmentation.model.fitting import number_of_segments
from segmentation.model.rfm import CUT_POINTS
from segmentation.options import build, read_option
from segmentation.ranges import GAPS, PART, SEED


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a segmentation, given the customers.

    Attributes
    ----------
    features : tuple of str
        Columns of the measured customers to cluster on.
    features_by_name : bool
        Whether they were asked for one by one; those of an option that the data does not allow, or
        that tell no customers apart, are left out while two remain.
    scaler, algorithm : unfitted scikit-learn estimators
        The algorithm is a clusterer with ``fit_predict`` and ``predict``.
    key_account_share : float or None
        Share of customers that are set apart by revenue before the others are clustered; ``None``
        for nobody.
    newcomer_gaps : float or None
        Customers with one order, at most so many usual gaps ago, are set apart, too; ``None`` for
        nobody.
    evaluation : EvaluationOptions
        What is measured of the result.
    seed : int
        Seed of every draw of the evaluation; the estimators have seeds of their own.
    """

    features: tuple[str, ...]
    scaler: Any
    algorithm: Any
    key_account_share: float | None = field(default=None, metadata=PART)
    newcomer_gaps: float | None = field(default=None, metadata=GAPS)
    evaluation: EvaluationOptions = field(default_factory=EvaluationOptions)
    seed: int = field(default=42, metadata=SEED)
    features_by_name: bool = True

    @property
    def k(self) -> int | None:
        """Number of segments asked for; ``None`` where the algorithm finds it."""
        return number_of_segments(self.algorithm)

    @property
    def cut_points(self) -> Sequence[float]:
        """Cut points of RFM scores: those of the algorithm, where it has some, else the usual."""
        return getattr(self.algorithm, "cut_points", CUT_POINTS)

    @property
    def in_words(self) -> dict[str, str]:
        """What was chosen, for people to read."""
        return {
            "features": ", ".join(self.features),
            "scaler": repr(self.scaler),
            "algorithm": repr(self.algorithm),
            "seed": str(self.seed),
        }


def recipe_of(
    features: str | Sequence[str] = "value",
    k: int = 4,
    algorithm: Any = "kmeans",
    scaler: Any = "log",
    key_accounts: str = "none",
    newcomers: str = "none",
    evaluation: str | EvaluationOptions = "default",
    seed: int = 42,
) -> Recipe:
    """Make a recipe from names of the options in ``conf/``.

    Parameters
    ----------
    features : str or sequence of str
        An option, such as ``rfm``, or the names of the features themselves.
    k : int
        Number of segments, for an option that takes one.
    algorithm, scaler : str or unfitted scikit-learn estimator
        An option, such as ``gmm``, or an estimator, which keeps its own number of clusters.
    key_accounts, newcomers : str
    evaluation : str or EvaluationOptions
    seed : int

    Raises
    ------
    UserError
        If an option does not exist.
    """
    named = isinstance(features, str)
    return Recipe(
        features=tuple(read_option("features", str(features))["names"] if named else features),
        scaler=_estimator("scaler", scaler, k, seed),
        algorithm=_estimator("algorithm", algorithm, k, seed),
        key_account_share=read_option("key_accounts", key_accounts)["share"],
        newcomer_gaps=read_option("newcomers", newcomers)["gaps"],
        evaluation=_evaluation(evaluation) if isinstance(evaluation, str) else evaluation,
        seed=seed,
        features_by_name=not named,
    )


def _estimator(group: str, given: Any, k: int, seed: int) -> Any:
    if not isinstance(given, str):
        return given
    return build(read_option(group, given, k=k, seed=seed))


def _evaluation(name: str) -> EvaluationOptions:
    option = read_option("evaluation", name)
    parts = {
        "stability": StabilityOptions,
        "null_test": DrawOptions,
        "out_of_time": OutOfTimeOptions,
    }
    made = {
        key: parts[key](**value) if key in parts and value is not None else value
        for key, value in option.items()
    }
    return EvaluationOptions(**made)
