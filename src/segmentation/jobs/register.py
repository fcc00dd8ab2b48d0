"""Choose the champion from what has been run, register a run by hand, or go back."""

import sys
from collections.abc import Callable

from segmentation.customers.measured import MeasuredCustomers, MeasuringPlan, measure_customers
from segmentation.data.cleaning import CleaningRules
from segmentation.data.transactions import Transactions
from segmentation.errors import UserError, exit_quietly_on_signals
from segmentation.jobs.next_steps import print_next_steps
from segmentation.jobs.promote import promote
from segmentation.jobs.roll_back import roll_back
from segmentation.jobs.version_report import write_version_report
from segmentation.selection.guards import SelectionRules, reasons_against
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose
from segmentation.settings.command_line import run_script
from segmentation.settings.run_settings import read_register_settings
from segmentation.settings.schema import RegisterSettings
from segmentation.tracking.mlflow_views import show_eligibility
from segmentation.tracking.recorded_run import CONFIGURATION_FILE, RecordedRun, read_run
from segmentation.tracking.recorded_runs import finished_runs_of_sweep, newest_sweep, runs_table
from segmentation.tracking.store import Store, open_store


def main() -> None:
    """Register as the command line says."""
    run_script("register", read_register_settings, register)


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
    name, rules, dry = settings.tracking.model_name, settings.selection, settings.dry
    store = open_store(settings.tracking.uri, settings.tracking.experiment)
    command = " ".join(sys.argv)
    if settings.rollback:
        registration = roll_back(store, name, command=command, dry=dry)
    else:
        run = chosen_run(store, settings, rules)
        reasons = reasons_of(run, rules)
        if not dry:
            show_eligibility(store.client, run.run_id, reasons)
        registration = promote(
            store,
            run,
            reasons,
            rules,
            name,
            lambda: customers_of(run, read_transactions),
            command=command,
            force=settings.force,
            dry=dry,
        )
    segments = write_version_report(store, registration, rules)
    print_next_steps(store, registration, segments)


def chosen_run(store: Store, settings: RegisterSettings, rules: SelectionRules) -> RecordedRun:
    """Return the run that was named, else the best of a sweep under the rules.

    Raises
    ------
    UserError
        If there is no such run or sweep, or no run of it may be chosen.
    """
    if settings.run_id is not None:
        return read_run(store, settings.run_id)
    parent_id = settings.sweep_run or newest_sweep(store)
    runs = finished_runs_of_sweep(store, parent_id)
    verdict = choose(rank_runs(runs_table(runs, parent_id), rules), rules)
    if verdict.run_id is None:
        raise UserError(verdict.sentence)
    return next(run for run in runs if run.run_id == verdict.run_id)


def reasons_of(run: RecordedRun, rules: SelectionRules) -> list[str]:
    """Say why a run is not eligible under the rules; empty when it is."""
    if run.status != "FINISHED":
        return [f"{run.status.lower()}: {run.tags.get('error', 'no reason recorded')}"]
    return reasons_against(run.metrics, run.degenerate, rules)


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
    configuration = run.values(CONFIGURATION_FILE)
    ahead = configuration["evaluation"]["out_of_time"]
    plan = MeasuringPlan(
        read_transactions=read_transactions,
        cleaning=CleaningRules(**configuration["cleaning"]),
        as_of=run.tags["as_of"],
        horizon_shares=() if ahead is None else (ahead["horizon_share"],),
    )
    customers = measure_customers(plan)
    if customers.report.fingerprint != run.tags["data_fingerprint"]:
        raise UserError(
            f"data.path={customers.report.source} holds other lines (fingerprint "
            f"{customers.report.fingerprint}) than run '{run.name}' was trained on "
            f"({run.tags['data_fingerprint']}); give the same data, with its options"
        )
    return customers
