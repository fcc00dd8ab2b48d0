"""What a promotion is decided on: the models, and how they compare."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mlflow.entities.model_registry import ModelVersion

from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.selection.gate import GateResult, compare
from segmentation.selection.guards import SelectionRules
from segmentation.selection.promotion import Candidate, Incumbent, comparable
from segmentation.tracking.model_loading import load_version
from segmentation.tracking.recorded_run import CONFIGURATION_FILE, RecordedRun
from segmentation.tracking.store import Store


@dataclass(frozen=True)
class Facts:
    """What a decision is made of.

    Attributes
    ----------
    champion : ModelVersion or None
    challenger : CustomerSegmenter
        The estimator of the chosen run.
    gate : GateResult or None
        ``None`` where the two cannot be compared.
    gaps : tuple of str
        Why they cannot.
    customers : MeasuredCustomers or None
        On whom they were compared.
    """

    champion: ModelVersion | None
    challenger: CustomerSegmenter
    gate: GateResult | None = None
    gaps: tuple[str, ...] = ()
    customers: MeasuredCustomers | None = None


def incumbent_of(champion: ModelVersion) -> Incumbent:
    """Take of a champion what a decision is made of."""
    return Incumbent(str(champion.version), champion.tags.get("data", ""))


def gather(
    store: Store,
    run: RecordedRun,
    candidate: Candidate,
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
    candidate : Candidate
    champion : ModelVersion or None
    rules : SelectionRules
    read_customers : callable
        Called only where there is something to compare.

    Raises
    ------
    UserError
        If the run has no model, or its customers are not kept.
    """
    challenger = run.segmenter()
    if champion is None or not comparable(candidate, incumbent_of(champion)):
        return Facts(champion, challenger)
    try:
        incumbent = load_version(store, champion)
    except UserError as error:
        return Facts(champion, challenger, gaps=(str(error).partition(";")[0],))
    customers = read_customers()
    lacking = [name for name in incumbent.feature_names_in_ if name not in customers.table]
    if lacking:
        gap = f"the champion needs {', '.join(lacking)}, which the data does not allow to measure"
        return Facts(champion, challenger, gaps=(gap,), customers=customers)
    gate = compare(
        challenger,
        incumbent,
        _as_evaluated(customers, run),
        rules.max_reassigned,
        int(run.params["seed"]),
    )
    return Facts(champion, challenger, gate, customers=customers)


def _as_evaluated(customers: MeasuredCustomers, run: RecordedRun) -> MeasuredCustomers:
    """Customers with the past by which the run was evaluated, and no other."""
    ahead = run.values(CONFIGURATION_FILE)["evaluation"]["out_of_time"]
    past = None if ahead is None else customers.past(ahead["horizon_share"])
    return replace(customers, pasts=() if past is None else (past,))
