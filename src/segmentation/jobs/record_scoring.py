"""Record a scoring as a run, where that can be done: what was written is there already."""

from typing import Any

import pandas as pd

from segmentation.console.terminal import say
from segmentation.data.condition import columns_named
from segmentation.data.report import DataReport
from segmentation.jobs.scored import Scored
from segmentation.masking import without_secrets
from segmentation.segments.excluded import is_file_of_ids
from segmentation.settings.schema import ScoreSettings
from segmentation.tracking.model_loading import ScoringModel
from segmentation.tracking.refusals import attempted
from segmentation.tracking.scorings import EXPERIMENT, ScoringRun, log_scoring
from segmentation.tracking.store import open_store


def record_scoring(
    settings: ScoreSettings, model: ScoringModel, report: DataReport, scored: Scored, page: str
) -> None:
    """Record figures, the page about changes and, unless they are not to be kept, the customers.

    Parameters
    ----------
    settings : ScoreSettings
    model : ScoringModel
    report : DataReport
    scored : Scored
    page : str
        See `changes.tell_changes`.
    """
    file = scored.file if settings.tracking.log_customers else None
    scoring = ScoringRun(
        **model.scored_by.columns(),
        report=report,
        segments=_segments(model, scored),
        drift=model.reference.drift(scored.counts),
        moved_share=None if scored.migration is None else scored.migration.moved_share,
        page=page,
        customers=None if file is None else file.path,
        log_kept=settings.tracking.log_kept,
        params=_params(settings, report),
    )
    experiment = EXPERIMENT.format(settings.tracking.experiment)
    attempted(
        "this scoring is not recorded",
        lambda: log_scoring(open_store(settings.tracking.uri, experiment), scoring),
        say,
    )


def _segments(model: ScoringModel, scored: Scored) -> pd.DataFrame:
    """Customers, revenue and listed customers of all segments, those of the training first."""
    known = [segment["name"] for segment in model.metadata["segments"]]
    names = list(dict.fromkeys([*known, *scored.counts.segments]))
    return pd.DataFrame(
        {
            "name": names,
            "customers": [scored.counts.segments.get(name, 0) for name in names],
            "revenue": [scored.revenue.get(name, 0.0) for name in names],
            "listed": [scored.reached.segments.get(name, 0) for name in names],
        }
    )


def _params(settings: ScoreSettings, report: DataReport) -> dict[str, Any]:
    """What was chosen, without secrets."""
    exclude = settings.exclude
    if exclude is not None and not is_file_of_ids(exclude):
        # its values are of customers
        exclude = f"a condition on {', '.join(sorted(columns_named(exclude)))}"
    optional = {"previous": settings.previous, "history": settings.history, "exclude": exclude}
    return without_secrets(
        {
            "model": settings.model,
            "output": settings.output,
            "source": report.source,
            **{name: value for name, value in optional.items() if value is not None},
        }
    )
