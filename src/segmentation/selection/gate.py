"""A challenger beside the champion: both segment the same customers, and predict what they do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import joblib
import numpy as np
import pandas as pd
from sklearn.base import clone

from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.evaluation.claims import ERRORS_ASKED
from segmentation.evaluation.out_of_time import cuts_of, segments_like
from segmentation.evaluation.outcome_scores import OutcomeScore, paired_difference, score_groups
from segmentation.model.fitting import unrecorded
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segments.matching import Matching, match_segments, reassigned_share
from segmentation.segments.naming import NAMED_BY, name_segments
from segmentation.segments.renaming import renaming
from segmentation.segments.segment_name import SegmentName
from segmentation.selection.guards import SelectionRules
from segmentation.selection.out_of_use import no_longer_usable

FOLDS = 5


@dataclass(frozen=True)
class GateResult:
    """The comparison of a challenger with the champion.

    Attributes
    ----------
    reasons : tuple of str
        Every condition that the challenger does not meet; empty when it may replace the champion.
    same_recipe : bool
        Whether both have the same features, scaler, algorithm, k, key accounts and
        newcomers.
    reassigned_share : float
        Share of the customers that change to a differently named segment, in [0, 1]; a segment
        that is the same under another name counts under the champion's.
    challenger_score, champion_score : float or None
        ``oot_score`` of both recipes, fitted at each cut of the same customers; ``None`` where the
        data is too short to look ahead, or does not allow one of them.
    lead, lead_se : float or None
        Of the challenger, in ``oot_net`` for another recipe, else in ``oot_score``; with its
        standard error, paired by customer.
    out_of_use : str
        Why the champion's recipe cannot be kept on these customers; empty where it can, or where
        the challenger needs no such reason.
    changes : tuple of str
        What became of the champion's segments and of their names, in sentences.
    names : tuple of SegmentName
        Of the challenger's segments: the champion's names where they are the same segments and
        the rules of the names hold.
    """

    reasons: tuple[str, ...]
    same_recipe: bool
    reassigned_share: float
    challenger_score: float | None
    champion_score: float | None
    lead: float | None
    lead_se: float | None
    out_of_use: str
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
    rules: SelectionRules,
    seed: int,
) -> GateResult:
    """Let both recipes segment the same customers at each cut, and both models those of today.

    The same recipe may replace the champion where its score is not worse by more than two standard
    errors, paired by customer. Another recipe must be better in ``oot_net`` by two of them, unless
    the champion's recipe is out of use, see `out_of_use.no_longer_usable`. In both cases at most
    ``rules.max_reassigned`` of the customers may get a differently named segment.

    Parameters
    ----------
    challenger, champion : fitted CustomerSegmenter
    customers : MeasuredCustomers
        Current customers, with the features of both models; the pasts among them, if any.
    rules : SelectionRules
    seed : int
        Of the draws on which the champion's recipe is tried again.
    """
    new, old = _segments(challenger, customers.table), _segments(champion, customers.table)
    matching = match_segments(old, new, champion.names_)
    names = _names(challenger, champion, customers, new, matching)
    reassigned = reassigned_share(old, new, champion.names_, known_names(names)) or 0.0
    same = same_recipe(challenger, champion)
    ours, theirs = (_scored(model, customers) for model in (challenger, champion))
    lead, error = _lead(ours, theirs)
    if lead is not None and not same:
        more = new.nunique() - old.nunique()
        lead -= rules.cost_per_segment * more
    reason = _not_worse(lead, error) if same else _better(lead, error)
    out_of_use = ""
    if reason and not same:
        out_of_use = no_longer_usable(champion, customers.table, rules, seed)
        reason = "" if out_of_use else reason
    return GateResult(
        reasons=tuple(filter(None, [reason, _too_many_moved(reassigned, rules.max_reassigned)])),
        same_recipe=same,
        reassigned_share=reassigned,
        challenger_score=None if ours is None else ours.score,
        champion_score=None if theirs is None else theirs.score,
        lead=lead,
        lead_se=error,
        out_of_use=out_of_use,
        changes=_told(matching, names),
        names=names,
    )


def _names(
    challenger: CustomerSegmenter,
    champion: CustomerSegmenter,
    customers: MeasuredCustomers,
    segments: pd.Series,
    matching: Matching,
) -> tuple[SegmentName, ...]:
    """Names of the challenger's segments: the champion's where they still hold."""
    everybody, labels = customers.table, segments.to_numpy()
    if customers.file is not None:
        everybody = customers.file.frame(NAMED_BY)
        features = list(challenger.feature_names_in_)
        batches = customers.file.batches()
        labels = np.concatenate([challenger.predict(batch[features]) for batch in batches])
    return name_segments(
        everybody,
        labels,
        rhythm=customers.rhythm,
        key_accounts=challenger.key_account_segment,
        newcomers=challenger.newcomer_segment,
        kept={segment: champion.names_[same] for segment, same in matching.mapping.items()},
    )


def known_names(names: Sequence[SegmentName]) -> dict[int, str]:
    """Names by which customers know their segments: one that is renamed stays the same for them.

    A name that was another segment's before is a new one where it is now: it is empty.
    """
    formers = {name.former for name in names if name.former}
    return {
        name.segment: name.former or ("" if name.name in formers else name.name) for name in names
    }


def _told(matching: Matching, names: tuple[SegmentName, ...]) -> tuple[str, ...]:
    """Say what became of the champion's segments, and which of them have another name now."""
    changes = [change.sentence for change in matching.changes]
    return (*changes, *(renaming(name) for name in names if name.former))


def same_recipe(ours: CustomerSegmenter, theirs: CustomerSegmenter) -> bool:
    """Whether two models differ by their customers and their seed only."""
    return _recipe(ours) == _recipe(theirs)


def _recipe(segmenter: CustomerSegmenter) -> str:
    estimators = [clone(segmenter.scaler), clone(segmenter.clusterer)]
    for estimator in estimators:
        if "random_state" in estimator.get_params():
            estimator.set_params(random_state=None)
    rules = [segmenter.key_account_share, segmenter.newcomer_gaps_]
    return str(joblib.hash([segmenter.features_, estimators, rules]))


def _segments(segmenter: CustomerSegmenter, table: pd.DataFrame) -> pd.Series:
    features = table[list(segmenter.feature_names_in_)]
    return pd.Series(segmenter.predict(features), index=table.index)


def _scored(segmenter: CustomerSegmenter, customers: MeasuredCustomers) -> OutcomeScore | None:
    """What the recipe of a model predicts; None where it cannot be fitted at a cut."""
    at_cut = segments_like(segmenter)
    cuts = cuts_of(customers.pasts, customers.table.index)
    try:
        groups = [at_cut(past) for past in customers.pasts]
    except UserError:
        return None
    return score_groups(groups, cuts, len(customers.table), FOLDS)


def _lead(
    ours: OutcomeScore | None, theirs: OutcomeScore | None
) -> tuple[float | None, float | None]:
    if ours is None or theirs is None:
        return None, None
    return paired_difference(ours.contributions, theirs.contributions)


def _not_worse(lead: float | None, error: float | None) -> str:
    if lead is None or error is None or lead >= -ERRORS_ASKED * error:
        return ""
    return (
        f"its oot_score is lower than the champion's by {-lead:.3f}, more than two standard "
        f"errors ({error:.3f} each)"
    )


def _better(lead: float | None, error: float | None) -> str:
    if lead is None or error is None:
        return (
            "it is another recipe than the champion's, and without customers of two cuts it cannot "
            "be shown to predict more"
        )
    if lead > ERRORS_ASKED * error:
        return ""
    return (
        "it is another recipe than the champion's, and its net score is not higher by two standard "
        f"errors: the difference is {lead:+.3f} ± {error:.3f}"
    )


def _too_many_moved(reassigned: float, max_reassigned: float) -> str:
    if reassigned <= max_reassigned:
        return ""
    return (
        f"{reassigned:.1%} of the customers would change to a differently named segment, "
        f"at most {max_reassigned:.0%} may"
    )
