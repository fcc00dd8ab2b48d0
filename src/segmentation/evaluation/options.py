"""Options of the evaluation."""

from dataclasses import dataclass, field

from segmentation.ranges import PART, SHARE, ranged

DRAWS = 20
BOUND = 0.75
"""Smallest stability of a valid segment (Hennig 2007)."""
MIN_CUSTOMERS = 200
"""Below, nothing is predicted out of time."""
MOST_FOLDS = MIN_CUSTOMERS // 10
"""Customers of a smaller fold than ten often have but one outcome, of which nothing is told."""


@dataclass
class DrawOptions:
    """Number of repetitions of a part.

    Attributes
    ----------
    draws : int
        Customer bases drawn from each null.
    """

    draws: int = field(default=DRAWS, metadata=ranged(2))


@dataclass
class StabilityOptions:
    """Resampling of the customers.

    Attributes
    ----------
    draws : int
        Bootstraps, or subsamples of very many customers.
    bound : float
        Similarity near which the draws go on to 100.
    """

    draws: int = field(default=DRAWS, metadata=ranged(2))
    bound: float = field(default=BOUND, metadata=SHARE)


@dataclass
class OutOfTimeOptions:
    """Future that is kept back.

    Attributes
    ----------
    horizon_share : float
        Share of the covered period whose revenue is to be predicted.
    folds : int
        Cross-validation folds over customers.
    """

    horizon_share: float = field(default=0.25, metadata=PART)
    folds: int = field(default=5, metadata=ranged(2, MOST_FOLDS))


@dataclass
class EvaluationOptions:
    """Parts that are measured; one that is ``None`` is left out.

    Attributes
    ----------
    exact_max : int
        Customers up to which silhouettes are exact; above, they are sampled.
    stability : StabilityOptions or None
    null_test : DrawOptions or None
    out_of_time : OutOfTimeOptions or None
    """

    exact_max: int = field(default=20_000, metadata=ranged(0))
    stability: StabilityOptions | None = field(default_factory=StabilityOptions)
    null_test: DrawOptions | None = field(default_factory=DrawOptions)
    out_of_time: OutOfTimeOptions | None = field(default_factory=OutOfTimeOptions)
