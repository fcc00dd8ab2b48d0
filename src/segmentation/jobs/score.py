"""Score: segment the customers of new transaction lines with a model, and say what changed."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from segmentation.console import (
    print_data_report,
    print_holdout,
    print_migration,
    print_scoring,
)
from segmentation.customers.measuring import measured_customers
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.scored_output import scored_output
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import DUCKDB, interrupted_queries_exit
from segmentation.engine.engine import Engine
from segmentation.errors import UserError, exit_quietly_on_signals
from segmentation.segments.holdout import Holdout, control_groups, require_named
from segmentation.segments.migration import moves_between, require_comparable
from segmentation.segments.scoring import Scorer
from segmentation.settings.schema import ScoreSettings
from segmentation.tracking.model_loading import ScoringModel, load_scoring_model
from segmentation.tracking.store import connect


@interrupted_queries_exit()
def score(
    settings: ScoreSettings,
    read_transactions: Callable[[Mapping[str, Any]], Transactions],
    engine: Engine = DUCKDB,
) -> None:
    """Measure the customers as in training, write their segments, say what changed.

    Parameters
    ----------
    settings : ScoreSettings
    read_transactions : callable
        Reads the transaction lines, as those of the training were read; called once the output,
        ``previous`` and the model are known to be usable.
    engine : Engine
        On which it reads them.

    Raises
    ------
    UserError
        There is no such model, or the lines, ``previous`` or the output cannot be used.
    """
    exit_quietly_on_signals()
    _require_kept_lines(settings)
    holdout = Holdout(**asdict(settings.holdout))
    require_named(holdout)
    require_comparable(settings.previous, settings.output, engine)
    store = connect(settings.tracking.uri)
    with scored_output(settings.output, engine, settings.overwrite) as write:
        model = load_scoring_model(store, settings.model)
        chosen = {rule: on for rule, on in asdict(settings.cleaning).items() if on is not None}
        rules = replace(model.cleaning, **chosen)
        cleaned, report = cleaned_lines(
            read_transactions(model.reading), rules, settings.as_of, with_fingerprint=False
        )
        print_data_report(report)
        as_of = report.as_of.isoformat()
        customers = measured_customers(
            cleaned, model.features, report.as_of, ordered=not engine.writes_on_workers
        )
        scorer = replace(scorer_of(model, as_of), holdout=holdout)
        counts = write(customers, scorer.score, scorer.count)
    total = sum(counts, start=model.reference.no_customers())
    print_scoring(total, model.reference, as_of, model.metadata["as_of"])
    if holdout.share is not None:
        print_holdout(control_groups(total, model.metadata["segments"]))
    if settings.previous is not None:
        renamed = [
            (segment["former"], segment["name"])
            for segment in model.metadata["segments"]
            if segment.get("former")
        ]
        print_migration(moves_between(settings.previous, settings.output, renamed, engine))


def _require_kept_lines(settings: ScoreSettings) -> None:
    """Refuse an output that would take the place of the lines."""
    given = settings.data.get("path") or []
    for path in [given] if isinstance(given, str) else given:
        if Path(path).absolute() == Path(settings.output).absolute():
            raise UserError(
                f"output='{settings.output}' is data.path itself; set output to another name to "
                "keep the lines"
            )


def scorer_of(model: ScoringModel, as_of: str) -> Scorer:
    """Take of a model what scoring customers of an instant, ISO 8601, needs."""
    return Scorer(
        predict=model.segmenter.describe,
        features=tuple(model.features),
        borders=model.rfm_borders,
        as_of=as_of,
        scored_by=model.scored_by,
        reference=model.reference,
    )
