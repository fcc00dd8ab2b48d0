"""Record a scoring as a run, where that can be done: what was written is there already."""

from typing import Any

import pandas as pd

from segmentation.console.terminal import console
from segmentation.data.report import DataReport
from segmentation.jobs.scored import Scored
from segmentation.settings.parameters import without_secrets
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
    keep_customers = settings.tracking.log_customers and scored.file is not None
    scoring = ScoringRun(
        **model.scored_by.columns(),
        report=report,
        segments=_segments(model, scored),
        drift=model.reference.drift(scored.counts),
        moved_share=None if scored.migration is None else scored.migration.moved_share,
        page=page,
        customers=scored.file.path if keep_customers and scored.file is not None else None,
        log_kept=settings.tracking.log_kept,
        params=_params(settings, report, scored),
    )
    experiment = EXPERIMENT.format(settings.tracking.experiment)
    attempted(
        "this scoring is not recorded",
        lambda: log_scoring(open_store(settings.tracking.uri, experiment), scoring),
        console.print,
    )


def _segments(model: ScoringModel, scored: Scored) -> pd.DataFrame:
    """Customers, revenue and listed customers of the segments that have any, in their order."""
    names = [segment["name"] for segment in model.metadata["segments"]]
    names = [name for name in names if name in scored.counts.segments]
    return pd.DataFrame(
        {
            "name": names,
            "customers": [scored.counts.segments[name] for name in names],
            "revenue": [scored.revenue.get(name, 0.0) for name in names],
            "listed": [scored.listed.get(name, 0) for name in names],
        }
    )


def _params(settings: ScoreSettings, report: DataReport, scored: Scored) -> dict[str, Any]:
    """What was chosen, without secrets."""
    optional = {name: getattr(settings, name) for name in ("previous", "history", "exclude")}
    return without_secrets(
        {
            "model": settings.model,
            "as_of": scored.as_of,
            "output": settings.output,
            "source": report.source,
            **{name: value for name, value in optional.items() if value is not None},
        }
    )
