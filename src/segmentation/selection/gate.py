"""A challenger beside the champion: both score the same customers."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from segmentation.customers.measured import MeasuredCustomers
from segmentation.evaluation.out_of_time import out_of_time
from segmentation.model.fitting import unrecorded
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segments.matching import match_segments, reassigned_share
from segmentation.segments.naming import SegmentName, name_segments

FOLDS = 5


@dataclass(frozen=True)
class GateResult:
    """The comparison of a challenger with the champion.

    Attributes
    ----------
    reasons : tuple of str
        Every condition that the challenger does not meet; empty when it may replace the champion.
    reassigned_share : float
        Share of the customers that change to a differently named segment, in [0, 1].
    challenger_oot_r2, champion_oot_r2, oot_r2_se : float or None
        Share of next revenue that each explains, and the champion's standard error; ``None`` where
        the data is too short to look ahead.
    changes : tuple of str
        What became of the champion's segments, in sentences.
    names : tuple of SegmentName
        Of the challenger's segments: the champion's names where they are the same segments.
    """

    reasons: tuple[str, ...]
    reassigned_share: float
    challenger_oot_r2: float | None
    champion_oot_r2: float | None
    oot_r2_se: float | None
    changes: tuple[str, ...]
    names: tuple[SegmentName, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values, ready for JSON."""
        return asdict(self)


@unrecorded()
def compare(
    challenger: CustomerSegmenter,
    champion: CustomerSegmenter,
    customers: MeasuredCustomers,
    max_reassigned: float,
    seed: int,
) -> GateResult:
    """Score the same customers with both models.

    The challenger must explain next revenue no worse than the champion by more than one standard
    error, and may give at most ``max_reassigned`` of the customers a differently named segment.
    Both models are taken as they are, also for the customers as they stood at the cut.

    Parameters
    ----------
    challenger, champion : fitted CustomerSegmenter
    customers : MeasuredCustomers
        Current customers, with the features of both models; the newest past among them, if any.
    max_reassigned : float
        In [0, 1].
    seed : int
        Seed of the folds over customers.
    """
    new, old = _segments(challenger, customers.table), _segments(champion, customers.table)
    matching = match_segments(old, new, champion.names_)
    names = name_segments(
        customers.table,
        new.to_numpy(),
        key_accounts=None if challenger.key_account_share is None else 0,
        kept={segment: champion.names_[same] for segment, same in matching.mapping.items()},
    )
    new_names = {name.segment: name.name for name in names}
    reassigned = reassigned_share(old, new, champion.names_, new_names) or 0.0
    ours, theirs = (_predicted(model, customers, seed) for model in (challenger, champion))
    reasons = [_predicts_less(ours, theirs), _too_many_moved(reassigned, max_reassigned)]
    return GateResult(
        reasons=tuple(reason for reason in reasons if reason),
        reassigned_share=reassigned,
        challenger_oot_r2=ours.get("oot_r2"),
        champion_oot_r2=theirs.get("oot_r2"),
        oot_r2_se=theirs.get("oot_r2_se"),
        changes=tuple(change.sentence for change in matching.changes),
        names=names,
    )


def _segments(segmenter: CustomerSegmenter, table: pd.DataFrame) -> pd.Series:
    features = table[list(segmenter.feature_names_in_)]
    return pd.Series(segmenter.predict(features), index=table.index)


def _predicted(
    segmenter: CustomerSegmenter, customers: MeasuredCustomers, seed: int
) -> dict[str, float]:
    if not customers.pasts:
        return {}
    past = customers.pasts[0]
    labels = np.asarray(_segments(segmenter, past.table))
    return out_of_time(labels, past.next_revenue, folds=FOLDS, seed=seed)


def _predicts_less(challenger: dict[str, float], champion: dict[str, float]) -> str:
    if "oot_r2" not in challenger or "oot_r2" not in champion:
        return ""
    least = champion["oot_r2"] - champion["oot_r2_se"]
    if challenger["oot_r2"] >= least:
        return ""
    return (
        f"it explains {challenger['oot_r2']:.3f} of next revenue, "
        f"the champion {champion['oot_r2']:.3f} ± {champion['oot_r2_se']:.3f}"
    )


def _too_many_moved(reassigned: float, max_reassigned: float) -> str:
    if reassigned <= max_reassigned:
        return ""
    return (
        f"{reassigned:.1%} of the customers would change to a differently named segment, "
        f"at most {max_reassigned:.0%} may"
    )
