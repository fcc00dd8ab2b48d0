"""The end of a sweep: compare its runs, register the best, write the report."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from segmentation.console.progress import line
from segmentation.console.runs import print_leaderboard, print_verdict
from segmentation.console.terminal import point_to, say
from segmentation.customers.measured import MeasuredCustomers
from segmentation.customers.measured_files import FACTS_FILE, read_measured
from segmentation.errors import UserError
from segmentation.evaluation.ceiling import ceiling
from segmentation.evaluation.options import EvaluationOptions
from segmentation.jobs.comparison import log_comparison, write_leaderboard
from segmentation.jobs.customer_lists import scorer_of, write_list
from segmentation.jobs.next_steps import print_next_steps
from segmentation.jobs.promote import promote
from segmentation.jobs.register import customers_of
from segmentation.jobs.segment_lists import list_of_segment
from segmentation.jobs.shared_customers import Sweep
from segmentation.jobs.typed_commands import this_command
from segmentation.jobs.version_report import write_version_report
from segmentation.selection.judgement import Judgement, judge
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose
from segmentation.settings.run_settings import RunSettings
from segmentation.tracking.aliases import CHAMPION, Registration
from segmentation.tracking.mlflow_views import eligibility, run_page
from segmentation.tracking.model_loading import scoring_model_of
from segmentation.tracking.recorded_run import LIST_FILE, RecordedRun
from segmentation.tracking.recorded_runs import (
    contributions_of,
    runs_of_sweep,
    runs_table,
    skipped_runs,
)
from segmentation.tracking.recording import log_values
from segmentation.tracking.refusals import attempted
from segmentation.tracking.store import Store


def finish_sweep(store: Store, sweep: Sweep, settings: RunSettings, folder: Path) -> int:
    """Compare the runs of a sweep, register the best and close the parent run.

    The report on the registered version is written to ``folder``, too.

    Returns
    -------
    int
        Exit code: 0, 1 when a run failed, 2 when all failed by a mistake in the input.
    """
    assert sweep.parent_id is not None
    parent_id, rules = sweep.parent_id, settings.selection
    runs = runs_of_sweep(store, parent_id)
    skipped = skipped_runs(store, parent_id)
    if not runs and skipped:
        store.client.set_terminated(parent_id, "FAILED")
        raise UserError(f"no run of the sweep is possible: {skipped[0]['reason']}")
    table, kept = runs_table(runs, parent_id), contributions_of(runs)
    ranked = rank_runs(table, rules, by_seed=settings.by_seed, contributions=kept)
    verdict = choose(ranked, rules, skipped)
    folder.mkdir(parents=True, exist_ok=True)
    file = str(write_leaderboard(ranked, folder))
    print_leaderboard(
        ranked, skipped, chosen=verdict.run_id, columns=settings.leaderboard_columns, file=file
    )
    log_comparison(store, parent_id, ranked, verdict, rules)
    _show_judgements(store, runs, rank_runs(table, rules))
    failed = table["status"] != "FINISHED"
    if failed.any():
        say(f"{failed.sum()} of {len(table)} runs failed: nothing is registered.")
        store.client.set_terminated(parent_id, "FAILED")
        users_mistake = failed.all() and table["error"].str.startswith("UserError").all()
        return 2 if users_mistake else 1
    print_verdict(verdict, ranked)
    # Its runs are there to choose from, whatever becomes of the registration.
    store.client.set_terminated(parent_id, "FINISHED")
    if verdict.run_id is not None and verdict.eligible and verdict.predicts is not False:
        chosen = next(run for run in runs if run.run_id == verdict.run_id)
        customers = cache(lambda: _customers(sweep, settings, chosen))
        _log_ceiling(store, parent_id, settings.recipe.evaluation, customers)
        judgement = judge(ranked, rules, chosen.run_id)
        _register(store, parent_id, settings, chosen, judgement, customers, folder)
    return 0


def _show_judgements(store: Store, runs: Sequence[RecordedRun], ranked: pd.DataFrame) -> None:
    """Show how the sweep judges its runs, where that differs from what each of them shows."""
    shown = {run.run_id: run.tags for run in runs}
    for run_id, reason in zip(ranked["run_id"], ranked["ineligible_reason"], strict=True):
        judged = eligibility([reason] if reason else [])
        if not judged.items() <= shown[run_id].items():
            log_values(store, run_id, tags=judged)


def _register(
    store: Store,
    parent_id: str,
    settings: RunSettings,
    chosen: RecordedRun,
    judgement: Judgement,
    customers: Callable[[], MeasuredCustomers],
    folder: Path,
) -> None:
    """Let the chosen run become champion or challenger, and say what comes next."""
    line.begin(f"registering {chosen.name}")
    registration = promote(
        store,
        chosen,
        judgement,
        settings.tracking.model_name,
        customers,
        command=this_command(),
        log_customers=settings.tracking.log_customers,
    )
    log_values(store, parent_id, tags={"chosen_run": chosen.run_id})
    line.begin("drawing the report")
    segments = write_version_report(
        store,
        registration,
        folder=folder,
        pictures=settings.plots != "none",
        list_file=list_of_segment if settings.by_segment else lambda _: LIST_FILE,
    )
    page = run_page(store.experiment_id, parent_id)
    print_next_steps(store, registration, segments, page, chosen.params)
    point_to("The report", str(folder / "report.html"))
    attempted(
        "the customers are not listed",
        lambda: _write_list(store, registration, settings, customers(), folder),
        say,
    )


def _write_list(
    store: Store,
    registration: Registration,
    settings: RunSettings,
    customers: MeasuredCustomers,
    folder: Path,
) -> None:
    """List the customers under the names of the registered version, for who uploads them."""
    version = store.client.get_model_version(registration.model_name, registration.version)
    model = scoring_model_of(store, version)
    scorer = scorer_of(model, customers.as_of.isoformat())
    file = folder / LIST_FILE
    write_list(file, scorer, customers.all_customers, customers.kept, settings.by_segment)
    tracking, in_use = settings.tracking, registration.alias == CHAMPION
    if tracking.log_customers and tracking.log_kept and customers.kept is not None and in_use:
        store.client.log_artifact(registration.promotion_id, str(file))
    of_whom = "" if in_use else " (of the challenger, which is not in use)"
    point_to("The list", str(file), of_whom)


def _log_ceiling(
    store: Store,
    parent_id: str,
    options: EvaluationOptions,
    customers: Callable[[], MeasuredCustomers],
) -> None:
    """Measure once per sweep how much there is to be predicted."""
    ahead = options.out_of_time
    pasts = () if ahead is None else customers().pasts_of(ahead.horizon_share)
    if ahead is not None and pasts and (most := ceiling(pasts[0], ahead.folds)) is not None:
        log_values(store, parent_id, metrics={"oot_ceiling": most})


def _customers(sweep: Sweep, settings: RunSettings, chosen: RecordedRun) -> MeasuredCustomers:
    """Customers of the chosen run: those that the sweep measured, unless it measured several."""
    assert sweep.folder is not None
    measured = [read_measured(file.parent) for file in sweep.folder.glob(f"*/{FACTS_FILE}")]
    wanted = chosen.tags["customers_fingerprint"]
    for customers in measured:
        shares = (None, *customers.horizon_shares)
        if wanted in {customers.fingerprint(share) for share in shares}:
            return customers
    return customers_of(chosen, settings.measuring.read_transactions)
