"""Choose the champion from what has been run, register a run by hand, or go back."""

import sys
from collections.abc import Callable
from dataclasses import replace

from segmentation.console.progress import line
from segmentation.console.runs import print_leaderboard, print_promotions, print_verdict
from segmentation.console.terminal import say
from segmentation.customers.measured import MeasuredCustomers, MeasuringPlan, measure_customers
from segmentation.data.cleaning import CleaningRules
from segmentation.data.transactions import Transactions
from segmentation.errors import UserError, exit_quietly_on_signals
from segmentation.jobs.killed import open_tidied
from segmentation.jobs.next_steps import print_next_steps
from segmentation.jobs.promote import promote
from segmentation.jobs.roll_back import roll_back
from segmentation.jobs.typed_commands import this_command
from segmentation.jobs.version_report import write_version_report
from segmentation.selection.guards import SelectionRules
from segmentation.selection.judgement import Judgement, judge
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose
from segmentation.settings.schema import RegisterSettings
from segmentation.tracking.aliases import CHAMPION
from segmentation.tracking.kinds import SEGMENTATION
from segmentation.tracking.mlflow_views import eligibility, runs_page
from segmentation.tracking.promotions import promotions_of
from segmentation.tracking.recorded_run import LIST_FILE, RecordedRun, read_run
from segmentation.tracking.recorded_runs import (
    contributions_of,
    finished_runs_of_sweep,
    gone_runs,
    newest_sweep,
    newest_sweep_with,
    runs_of_sweep,
    runs_table,
)
from segmentation.tracking.recording import log_values
from segmentation.tracking.refusals import attempted
from segmentation.tracking.store import Store


def register(
    settings: RegisterSettings, read_transactions: Callable[[], Transactions] | None
) -> None:
    """Pick the run, pass the gate, move the aliases, write the report.

    Parameters
    ----------
    settings : RegisterSettings
    read_transactions : callable or None
        Reads the lines of the shop, where its customers are not kept with the runs.

    Raises
    ------
    UserError
        If there is no run to register, or it may not be.
    """
    exit_quietly_on_signals()
    name, dry = settings.tracking.model_name, settings.dry
    store = open_tidied(settings.tracking.uri, settings.tracking.experiment)
    if settings.promotions:
        print_promotions(promotions_of(store, name))
        return
    command = this_command()
    parameters: dict[str, str] = {}
    if settings.rollback:
        registration = roll_back(store, name, command=command, dry=dry)
    else:
        run, judgement = chosen_run(store, settings)
        parameters = run.params
        line.begin(f"registering {run.name}")
        registration = promote(
            store,
            run,
            judgement,
            name,
            lambda: customers_of(run, read_transactions),
            command=command,
            log_customers=settings.tracking.log_customers,
            force=settings.force,
            dry=dry,
        )
        if not dry:
            attempted(
                f"run {run.run_id} does not show whether it is eligible",
                lambda: log_values(store, run.run_id, tags=eligibility(judgement.reasons)),
                say,
            )
    if not dry:
        line.begin("drawing the report")
    listed = settings.tracking.log_customers and registration.alias == CHAMPION
    segments = write_version_report(store, registration, list_file=_listed if listed else None)
    print_next_steps(store, registration, segments, runs_page(store.experiment_id), parameters)


def _listed(_: str) -> str:
    """File that lists the customers of a segment: that of all, which lies with the promotion."""
    return LIST_FILE


def chosen_run(store: Store, settings: RegisterSettings) -> tuple[RecordedRun, Judgement]:
    """Return the run that was named, else the best of a sweep, and how it is judged.

    Raises
    ------
    UserError
        If there is no such run or sweep, or no run of it may be chosen.
    """
    rules = settings.selection
    if settings.run_id is not None:
        run = read_run(store, settings.run_id)
        if run.deleted:
            raise UserError(
                f"run '{run.name}' ({run.run_id}) is deleted; choose another, or restore it: "
                f"mlflow runs restore --run-id {run.run_id}"
            )
        if run.tags.get("kind") != SEGMENTATION:
            raise UserError(
                f"run '{run.name}' ({run.run_id}) is no run of one configuration; take its id from "
                "the leaderboard, or set sweep_run= for the best of a sweep"
            )
        return run, _judgement_by_hand(store, run, rules)
    parent_id = settings.sweep_run or newest_sweep(store)
    runs = finished_runs_of_sweep(store, parent_id)
    if gone := gone_runs(store, parent_id, runs):
        say(f"warning: the sweep goes without deleted runs: {', '.join(gone)}")
    by_seed = settings.leaderboard.by_seed
    table, kept = runs_table(runs, parent_id), contributions_of(runs)
    ranked = rank_runs(table, rules, by_seed=by_seed, contributions=kept)
    verdict = choose(ranked, rules)
    print_leaderboard(ranked, chosen=verdict.run_id, columns=settings.leaderboard.columns.name)
    if verdict.run_id is None:
        raise UserError(verdict.sentence)
    print_verdict(verdict, ranked)
    run = next(run for run in runs if run.run_id == verdict.run_id)
    return run, judge(ranked, rules, run.run_id)


def _judgement_by_hand(store: Store, run: RecordedRun, rules: SelectionRules) -> Judgement:
    """Judge a run beside those of the newest sweep that holds it; not chosen among them."""
    sweep = newest_sweep_with(store, run)
    runs = [run] if sweep is None else runs_of_sweep(store, sweep)
    ranked = rank_runs(runs_table(runs, sweep), rules, contributions=contributions_of(runs))
    judgement = judge(ranked, rules, run.run_id)
    return replace(judgement, verdict="") if sweep is None else judgement


def customers_of(
    run: RecordedRun, read_transactions: Callable[[], Transactions] | None
) -> MeasuredCustomers:
    """Return the customers that a run was trained on: those kept, else measured from the lines.

    Raises
    ------
    UserError
        If they are not kept and no lines are given, or the lines are others.
    """
    kept = run.measured()
    if kept is not None:
        return kept
    if read_transactions is None:
        raise UserError(
            f"the customers of run '{run.name}' are not kept, so it cannot be compared with the "
            "champion; give its transaction lines: data.path=…"
        )
    configuration = run.configuration()
    ahead = configuration["evaluation"]["out_of_time"]
    plan = MeasuringPlan(
        read_transactions=read_transactions,
        cleaning=CleaningRules(**configuration["cleaning"]),
        as_of=run.tags["as_of"],
        horizon_shares=() if ahead is None else (ahead["horizon_share"],),
        # An earlier edition fitted all, however many.
        max_customers=configuration.get("training", {}).get("max_customers", sys.maxsize),
    )
    customers = measure_customers(plan)
    if customers.report.fingerprint != run.tags["data_fingerprint"]:
        raise UserError(
            f"data.path={customers.report.source} holds other lines (fingerprint "
            f"{customers.report.fingerprint}) than run '{run.name}' was trained on "
            f"({run.tags['data_fingerprint']}); give the same data, with its options"
        )
    horizon_share = None if ahead is None else ahead["horizon_share"]
    measured = customers.fingerprint(horizon_share)
    # An edition before recorded none.
    if measured != run.tags.get("customers_fingerprint", measured):
        raise UserError(
            f"data.path={customers.report.source} holds the lines of run '{run.name}', but is read "
            "in another way; give the options of data that it was trained with"
        )
    return customers
