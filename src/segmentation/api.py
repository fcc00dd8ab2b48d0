"""One segmentation, from measured customers to everything that is known about it."""

from dataclasses import dataclass

import pandas as pd

from segmentation.evaluation.assessment import Assessment, assess
from segmentation.customers.measured import MeasuredCustomers
from segmentation.model.fitting import fit_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segments.naming import SegmentName, name_segments
from segmentation.segments.profiles import segment_profile
from segmentation.segments.rules import Rules, explain
from segmentation.selection.guards import reasons_against
from segmentation.settings.run_settings import RunSettings


@dataclass(frozen=True)
class Segmentation:
    """A fitted segmentation and its results.

    Attributes
    ----------
    segmenter : CustomerSegmenter
        Fitted, its segments named.
    names : tuple of SegmentName
        Name, evidence and action of every segment.
    assessment : Assessment
    profile : DataFrame
        One row per segment, see :func:`~segmentation.segments.profiles.segment_profile`.
    rules : Rules
        A shallow decision tree that explains the segments.
    reasons : list of str
        Why it is not eligible; empty when it is.
    """

    segmenter: CustomerSegmenter
    names: tuple[SegmentName, ...]
    assessment: Assessment
    profile: pd.DataFrame
    rules: Rules
    reasons: list[str]


def train_segmentation(study: MeasuredCustomers, plan: RunSettings) -> Segmentation:
    """Fit, name, assess, profile and explain one segmentation of the customers of a study.

    Raises
    ------
    UserError
        If the customers cannot be segmented as planned, see
        :func:`~segmentation.model.fitting.fit_segmenter`.
    """
    segmenter = fit_segmenter(
        study.table, study.metrics, plan.scaler, plan.clusterer, plan.key_account_share
    )
    labels = segmenter.labels_
    key_accounts = None if plan.key_account_share is None else 0
    names = name_segments(study.table, labels, key_accounts=key_accounts)
    segmenter.names_ |= {segment.segment: segment.name for segment in names}
    assessment = assess(segmenter, study, plan.evaluation, plan.seed)
    return Segmentation(
        segmenter=segmenter,
        names=names,
        assessment=assessment,
        profile=segment_profile(study.table, labels, study.metrics, names, assessment.stability),
        rules=explain(study.features, labels, seed=plan.seed),
        reasons=reasons_against(assessment.metrics, assessment.degenerate, plan.selection),
    )
