"""Options of the evaluation."""

from dataclasses import dataclass, field

from segmentation.evaluation.stability import BOUND


@dataclass
class DrawOptions:
    """Number of repetitions of a part.

    Attributes
    ----------
    draws : int
        Customer bases drawn from each null; at least 2.
    """

    draws: int = 20


@dataclass
class StabilityOptions:
    """Resampling of the customers.

    Attributes
    ----------
    draws : int
        Bootstraps, or subsamples of very many customers; at least 2.
    bound : float
        Similarity, in [0, 1], near which the draws go on to 100.
    """

    draws: int = 20
    bound: float = BOUND


@dataclass
class OutOfTimeOptions:
    """Future that is kept back.

    Attributes
    ----------
    horizon_share : float
        Share of the covered period, in (0, 1), whose revenue is to be predicted.
    folds : int
        Cross-validation folds over customers; at least 2.
    """

    horizon_share: float = 0.25
    folds: int = 5


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

    exact_max: int = 20_000
    stability: StabilityOptions | None = field(default_factory=StabilityOptions)
    null_test: DrawOptions | None = field(default_factory=DrawOptions)
    out_of_time: OutOfTimeOptions | None = field(default_factory=OutOfTimeOptions)
