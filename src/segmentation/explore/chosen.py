"""What is chosen beside the page: sweep, run, and the instant of the customers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import ibis.expr.types as ir
import streamlit as st
from ibis.backends import BaseBackend

from segmentation.errors import UserError
from segmentation.explore import held
from segmentation.explore.lists import CustomerList, months, rows_of
from segmentation.masking import masked
from segmentation.settings.explore_settings import ExploreSettings
from segmentation.tracking.recorded_run import RecordedRun
from segmentation.tracking.store import Store

NO_SWEEP = "(runs without a sweep)"


@dataclass(frozen=True)
class Chosen:
    """What the views look at.

    Attributes
    ----------
    store : Store
    run : RecordedRun
    runs : list of RecordedRun
        Of the sweep.
    promotions : mapping of str to RecordedRun
        By the id of the run that was registered.
    lists : mapping of str to CustomerList
        All that can be chosen with the run, by label.
    customers : CustomerList or None
        The chosen one; ``None`` where there is none.
    lacking : UserError or None
        Why the run has no list of its own.
    """

    store: Store
    run: RecordedRun
    runs: list[RecordedRun]
    promotions: Mapping[str, RecordedRun]
    lists: Mapping[str, CustomerList]
    customers: CustomerList | None
    lacking: UserError | None


def choose(settings: ExploreSettings) -> Chosen:
    """Let a person choose, in the sidebar.

    Raises
    ------
    UserError
        If there is nothing to choose from.
    """
    store = held.store_of(settings.tracking.uri, settings.tracking.experiment)
    sweeps = {run.run_id: _told(run) for run in held.sweeps(store)}
    if held.finished_runs(store, None):
        sweeps[""] = NO_SWEEP
    if not sweeps:
        raise UserError(f"no finished run in {masked(store.uri)}; run train.py -m k=2,3,4 first")
    with st.sidebar:
        sweep = st.selectbox("Sweep", list(sweeps), format_func=lambda key: sweeps.get(key, key))
        runs = held.finished_runs(store, sweep or None)
        if not runs:
            raise UserError("every run of this sweep failed or is deleted; choose another sweep")
        promotions = held.registered_lists(store)
        by_id = {run.run_id: run for run in runs}
        first = next((n for n, run_id in enumerate(by_id) if run_id in promotions), 0)
        run = by_id[
            st.selectbox(
                "Run", list(by_id), first, format_func=lambda key: _named(by_id, promotions, key)
            )
        ]
        lists, lacking = _lists(settings, store, run, promotions)
        label = st.selectbox("Customers as of", list(lists)) if lists else None
    return Chosen(store, run, runs, promotions, lists, lists[label] if label else None, lacking)


def rows(of: CustomerList, connection: BaseBackend) -> ir.Table:
    """Read a list through the engine, from its file on this machine."""
    path = None if of.run is None else held.file_of(of).path
    return rows_of(of, path, connection)


def _lists(
    settings: ExploreSettings,
    store: Store,
    run: RecordedRun,
    promotions: Mapping[str, RecordedRun],
) -> tuple[dict[str, CustomerList], UserError | None]:
    """Lists by their label: the run's own, those by its model, then the others."""
    history = settings.history
    if history is not None and not Path(history).exists():
        raise UserError(
            f"history={history} is not there; name the file that score.py history= keeps, or "
            "leave history= out"
        )
    kept = months(
        [] if history is None else held.history_lists(history),
        held.scored_lists(store, settings.tracking.experiment),
    )
    found, lacking = kept, None
    try:
        found = [held.own_list(run, promotions.get(run.run_id)), *kept]
    except UserError as error:
        lacking = error
    by_its_model = sorted(found, key=lambda each: each.scored_by.model_id not in run.model_ids)
    return by_label(by_its_model), lacking


def by_label(lists: Sequence[CustomerList]) -> dict[str, CustomerList]:
    """Lists by what a person chooses them by; those of the same day have their time besides."""
    same = Counter(each.label for each in lists)
    return {
        each.label if same[each.label] == 1 else f"{each.label}, {each.as_of[11:19]}": each
        for each in lists
    }


def _told(sweep: RecordedRun) -> str:
    return f"{datetime.fromtimestamp(sweep.start_time / 1000, UTC):%Y-%m-%d %H:%M}  {sweep.name}"


def _named(runs: Mapping[str, RecordedRun], registered: Iterable[str], run_id: str) -> str:
    name = runs[run_id].name if run_id in runs else run_id
    return f"{name}, registered" if run_id in registered else name
