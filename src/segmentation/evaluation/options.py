"""Options of the evaluation."""

from dataclasses import dataclass, field


@dataclass
class DrawOptions:
    """Number of repetitions of a part.

    Attributes
    ----------
    draws : int
        Bootstraps, or data sets drawn from the null; at least 2.
    """

    draws: int = 20


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
    stability, null_test : DrawOptions or None
    out_of_time : OutOfTimeOptions or None
    """

    exact_max: int = 20_000
    stability: DrawOptions | None = field(default_factory=DrawOptions)
    null_test: DrawOptions | None = field(default_factory=DrawOptions)
    out_of_time: OutOfTimeOptions | None = field(default_factory=OutOfTimeOptions)
