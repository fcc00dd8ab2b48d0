"""What a promotion is decided on: the models, and how they compare."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from segmentation.customers.customers_file import ids_of
from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.jobs.refit import refit
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segmented import Segmentation
from segmentation.selection.gate import GateResult, compare
from segmentation.selection.guards import SelectionRules
from segmentation.selection.promotion import Incumbent, of_one_shop
from segmentation.tracking.kinds import SEGMENTATION
from segmentation.tracking.model_loading import load_version
from segmentation.tracking.recorded_run import RecordedRun, read_run
from segmentation.tracking.store import Store


@dataclass(frozen=True)
class Facts:
    """What a decision is made of.

    Attributes
    ----------
    champion : ModelVersion or None
    incumbent : Incumbent or None
        What of the champion a decision is made of.
    challenger : CustomerSegmenter
        The estimator of the chosen run.
    gate : GateResult or None
        ``None`` where the two cannot be compared.
    gaps : tuple of str
        Why they cannot.
    customers : MeasuredCustomers or None
        On whom they were compared, or the run was fitted again.
    refitted : Segmentation or None
        The run, where it keeps no model.
    """

    champion: ModelVersion | None
    challenger: CustomerSegmenter
    incumbent: Incumbent | None = None
    gate: GateResult | None = None
    gaps: tuple[str, ...] = ()
    customers: MeasuredCustomers | None = None
    refitted: Segmentation | None = None

    @property
    def changes(self) -> tuple[str, ...]:
        """What becomes of the champion's segments and of their names, in sentences."""
        return () if self.gate is None else self.gate.changes


def _incumbent(
    store: Store,
    champion: ModelVersion,
    run: RecordedRun,
    read_customers: Callable[[], MeasuredCustomers],
) -> Incumbent:
    """Take of a champion what a decision is made of, with the share of customers in common."""
    theirs = _kept_ids(store, champion)
    share = None
    if theirs is not None:
        kept = run.all_customers()
        ours = ids_of(read_customers().all_customers if kept is None else kept)
        share = len(ours.intersection(theirs)) / min(len(ours), len(theirs))
    return Incumbent(str(champion.version), champion.tags.get("data", ""), share)


def _kept_ids(store: Store, champion: ModelVersion) -> pd.Index | None:
    """Ids of the customers of a champion; None where they are not kept, or its run is gone."""
    try:
        kept = read_run(store, champion.run_id).all_customers()
    except (UserError, MlflowException, OSError):
        return None
    return None if kept is None else ids_of(kept)


def gather(
    store: Store,
    run: RecordedRun,
    champion: ModelVersion | None,
    rules: SelectionRules,
    read_customers: Callable[[], MeasuredCustomers],
) -> Facts:
    """Read the models and let both score the same customers, where they can.

    Parameters
    ----------
    store : Store
    run : RecordedRun
        The chosen run.
    champion : ModelVersion or None
    rules : SelectionRules
    read_customers : callable
        Called only where there is something to compare.

    Raises
    ------
    UserError
        If the run has no model, or its customers are not kept.
    """
    read = cache(read_customers)
    segmented = run.tags.get("kind") == SEGMENTATION and run.status == "FINISHED"
    lacks_model = segmented and not run.model_ids
    refitted = refit(run, read()) if lacks_model else None
    challenger = run.segmenter() if refitted is None else refitted.segmenter
    incumbent = None if champion is None else _incumbent(store, champion, run, read)
    alone = Facts(champion, challenger, incumbent, refitted=refitted)
    if champion is None or incumbent is None or not of_one_shop(incumbent):
        return alone if refitted is None else replace(alone, customers=read())
    try:
        model = load_version(store, champion)
    except UserError as error:
        return replace(alone, gaps=(str(error).partition(";")[0],))
    customers = read()
    lacking = [name for name in model.feature_names_in_ if name not in customers.table]
    if lacking:
        gap = f"the champion needs {', '.join(lacking)}, which the data does not allow to measure"
        return replace(alone, gaps=(gap,), customers=customers)
    gate = compare(
        challenger,
        model,
        _as_evaluated(customers, run),
        rules,
        int(run.params["seed"]),
    )
    return replace(alone, gate=gate, customers=customers)


def _as_evaluated(customers: MeasuredCustomers, run: RecordedRun) -> MeasuredCustomers:
    """Customers with the pasts by which the run was evaluated, and no others."""
    ahead = run.configuration()["evaluation"]["out_of_time"]
    pasts = () if ahead is None else customers.pasts_of(ahead["horizon_share"])
    return replace(customers, pasts=pasts)
