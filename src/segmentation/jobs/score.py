"""Score: segment the customers of new transaction lines with a model, and say what changed."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import ibis.expr.types as ir

from segmentation.console.data import print_data_report
from segmentation.console.progress import line
from segmentation.console.scoring import in_order, print_holdout, print_scoring, print_written
from segmentation.console.terminal import say
from segmentation.customers.kept_values import beside, kept_values
from segmentation.customers.measuring import measured_customers
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.report import DataReport
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import DUCKDB, interrupted_queries_exit
from segmentation.engine.engine import Engine
from segmentation.engine.errors import damage_in_one_line
from segmentation.errors import UserError, exit_quietly_on_signals
from segmentation.jobs.changes import require_no_changes, require_within_limits, tell_changes
from segmentation.jobs.customer_lists import scorer_of
from segmentation.jobs.forget import forget_customer
from segmentation.jobs.record_scoring import record_scoring
from segmentation.jobs.scored import Scored, score_here, score_on_workers
from segmentation.jobs.segment_lists import old_segment_lists
from segmentation.jobs.written import require_apart
from segmentation.segments.customer_list import require_free_names
from segmentation.segments.earlier_list import require_comparable
from segmentation.segments.excluded import require_readable
from segmentation.segments.history import require_history
from segmentation.segments.holdout import Holdout, control_groups, require_named
from segmentation.segments.migration import Renames
from segmentation.segments.scored_by import ScoredBy
from segmentation.segments.segment_name import names_in_order
from segmentation.settings.schema import ScoreSettings
from segmentation.tracking.model_loading import (
    RENAMED_FROM,
    ScoringModel,
    load_scoring_model,
)
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
        ``previous``, the history and the model are known to be usable.
    engine : Engine
        On which it reads them.

    Raises
    ------
    UserError
        There is no such model, or the lines, ``previous``, the history or an output cannot be used.
    """
    exit_quietly_on_signals()
    if settings.forget is not None:
        forget_customer(settings)
        return
    _require_usable(settings, engine)
    holdout = Holdout(**asdict(settings.holdout))
    require_named(holdout)
    store = connect(settings.tracking.uri)
    with (score_on_workers if engine.writes_on_workers else score_here)(settings, engine) as write:
        model = load_scoring_model(store, settings.model)
        require_free_names(settings.keep, model.features)
        with damage_in_one_line():
            report, customers = _measured(settings, read_transactions, model)
            scorer = replace(scorer_of(model, report.as_of.isoformat()), holdout=holdout)
            line.begin(f"scoring {report.customers:,} customers")
            scored = write(customers, scorer, _renames(model))
            line.end()
    _print(scored, model, settings)
    page = tell_changes(scored, model, settings)
    if settings.record:
        record_scoring(settings, model, report, scored, page)
    require_within_limits(scored, model.reference, settings.drift)


def _measured(
    settings: ScoreSettings,
    read_transactions: Callable[[Mapping[str, Any]], Transactions],
    model: ScoringModel,
) -> tuple[DataReport, ir.Table]:
    """The report on the lines, and the customers with what is carried along, to be computed."""
    chosen = {rule: on for rule, on in asdict(settings.cleaning).items() if on is not None}
    rules = replace(model.cleaning, **chosen)
    cleaned, report = cleaned_lines(
        read_transactions(model.reading), rules, settings.as_of, with_fingerprint=False
    )
    print_data_report(report)
    # Lists are put in order once all is beside the customers.
    customers = measured_customers(cleaned, model.features, report.as_of, ordered=False)
    return report, beside(customers, kept_values(cleaned.lines))


def _renames(model: ScoringModel) -> Renames:
    """Names that the model gave to segments of the champion that it was compared with."""
    pairs = (
        (segment["former"], segment["name"])
        for segment in model.metadata["segments"]
        if segment.get("former")
    )
    return Renames(tuple(pairs), ScoredBy(**model.metadata.get(RENAMED_FROM, {})))


def _print(scored: Scored, model: ScoringModel, settings: ScoreSettings) -> None:
    listed = None if settings.exclude is None else scored.reached.segments
    n = sum(scored.counts.segments.values())
    trained, order = model.metadata["as_of"], names_in_order(model.metadata["segments"])
    print_scoring(scored.counts, model.reference, scored.as_of, trained, listed, order)
    if settings.holdout.share is not None:
        groups = control_groups(scored.reached, model.metadata["segments"])
        by_name = {group.segment: group for group in groups}
        print_holdout([by_name[name] for name in in_order(list(by_name), order)])
    print_written(settings.output, sum(scored.reached.segments.values()), settings.exclude, n)
    if settings.lists.name != "by_segment" and (old := old_segment_lists(settings.output)):
        say(f"warning: {old} has lists of an earlier scoring, which this one left there")


def _require_usable(settings: ScoreSettings, engine: Engine) -> None:
    """Refuse, before any work, what cannot be written or compared with."""
    require_apart(settings)
    require_comparable(settings.previous, settings.output, engine)
    if settings.history is not None:
        if settings.previous is not None:
            raise UserError(
                f"previous={settings.previous} and history={settings.history} both say what "
                "is compared; leave one of them out"
            )
        require_history(settings.history)
    if not engine.writes_on_workers:
        require_no_changes(settings)
        require_readable(settings.exclude)
    limit = settings.drift.max_moved
    if limit is not None and settings.previous is None and settings.history is None:
        raise UserError(
            f"drift.max_moved={limit:g} needs an earlier scoring; set previous= or history="
        )
