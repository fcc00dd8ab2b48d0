"""From a chosen run to champion or challenger: gather the facts, decide, write."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mlflow.entities.model_registry import ModelVersion

from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.selection.gate import GateResult, compare
from segmentation.selection.guards import SelectionRules
from segmentation.selection.promotion import (
    Candidate,
    Decision,
    Incumbent,
    comparable,
    decide,
    require_registrable,
)
from segmentation.tracking.aliases import (
    CHALLENGER,
    CHAMPION,
    DRY,
    Registration,
    add_version,
    aliased,
    make_champion,
    version_of_run,
)
from segmentation.tracking.model_loading import load_version, model_metadata
from segmentation.tracking.model_logging import log_model, renamed
from segmentation.tracking.promotions import PROMOTION_TAG, close_promotion, open_promotion
from segmentation.tracking.recorded_run import RecordedRun
from segmentation.tracking.store import Store

ATTEMPTS = 3


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


def promote(
    store: Store,
    run: RecordedRun,
    reasons: list[str],
    rules: SelectionRules,
    model_name: str,
    read_customers: Callable[[], MeasuredCustomers],
    *,
    command: str,
    force: bool = False,
    dry: bool = False,
) -> Registration:
    """Register a run and let it replace the champion if it passes the gate.

    Nothing of the run changes: what belongs to the version lies in a run of its own.

    Parameters
    ----------
    store : Store
    run : RecordedRun
    reasons : list of str
        Why it is not eligible under the rules; empty when it is.
    rules : SelectionRules
    model_name : str
    read_customers : callable
        Returns the customers on whom a challenger and the champion are compared.
    command : str
        What was typed.
    force : bool
        Register although the run is not eligible or the gate is not passed.
    dry : bool
        Only say what would be done.

    Raises
    ------
    UserError
        If the run has no model, is not eligible and not forced, or its customers are not kept.
    """
    candidate = Candidate(run.name, run.data, tuple(reasons))
    require_registrable(candidate, run.run_id, force=force)
    for _ in range(ATTEMPTS):
        champion = aliased(store, model_name, CHAMPION)
        if champion is not None and champion.run_id == run.run_id:
            return _unchanged(model_name, run, champion)
        facts = _gather(store, run, candidate, champion, rules, read_customers)
        incumbent = None if champion is None else _incumbent(champion)
        decision = decide(candidate, incumbent, facts.gate, force=force, gaps=facts.gaps)
        if dry:
            alias = CHAMPION if decision.becomes_champion else CHALLENGER
            return Registration(model_name, DRY, alias, f"would be: {decision.sentence}")
        registration = _write(store, run, facts, decision, model_name, command)
        if registration is not None:
            return registration
    raise UserError(
        f"the champion of '{model_name}' was replaced by others {ATTEMPTS} times meanwhile; "
        "try again"
    )


def _unchanged(model_name: str, run: RecordedRun, champion: ModelVersion) -> Registration:
    return Registration(
        model_name,
        str(champion.version),
        CHAMPION,
        f"{run.name} already is the champion, version {champion.version}",
        champion.tags.get(PROMOTION_TAG, ""),
    )


def _incumbent(champion: ModelVersion) -> Incumbent:
    return Incumbent(str(champion.version), champion.tags.get("data", ""))


def _gather(
    store: Store,
    run: RecordedRun,
    candidate: Candidate,
    champion: ModelVersion | None,
    rules: SelectionRules,
    read_customers: Callable[[], MeasuredCustomers],
) -> Facts:
    """Read the models and let both score the same customers, where they can."""
    challenger = run.segmenter()
    if champion is None or not comparable(candidate, _incumbent(champion)):
        return Facts(champion, challenger)
    incumbent, customers = load_version(store, champion), read_customers()
    lacking = [name for name in incumbent.feature_names_in_ if name not in customers.table]
    if lacking:
        gap = f"the champion needs {', '.join(lacking)}, which the data does not allow to measure"
        return Facts(champion, challenger, gaps=(gap,), customers=customers)
    seed = int(run.params["seed"])
    gate = compare(challenger, incumbent, customers, rules.max_reassigned, seed)
    return Facts(champion, challenger, gate, customers=customers)


def _write(
    store: Store,
    run: RecordedRun,
    facts: Facts,
    decision: Decision,
    model_name: str,
    command: str,
) -> Registration | None:
    """Make the version and move the aliases; ``None`` where another champion came in between."""
    promotion_id = open_promotion(store, model_name, run.run_id, decision.sentence, command)
    version = _version(store, run, facts, decision, model_name, promotion_id)
    if not decision.becomes_champion:
        store.client.set_registered_model_alias(model_name, CHALLENGER, version.version)
    elif not make_champion(store, model_name, version, facts.champion):
        close_promotion(store, promotion_id, version, "another came first", command, gate=None)
        return None
    gate = None if facts.gate is None else facts.gate.to_dict()
    close_promotion(store, promotion_id, version, decision.sentence, command, gate)
    if decision.becomes_champion:
        _log_customers(store, run, version, promotion_id)
    alias = CHAMPION if decision.becomes_champion else CHALLENGER
    return Registration(model_name, str(version.version), alias, decision.sentence, promotion_id)


def _version(
    store: Store,
    run: RecordedRun,
    facts: Facts,
    decision: Decision,
    model_name: str,
    promotion_id: str,
) -> ModelVersion:
    """Version of the run under the names that its segments are to have.

    The model of the run serves where the names are its own, else one with other names is logged.
    """
    segmenter, uri = facts.challenger, run.model_uri
    names = dict(segmenter.names_)
    if facts.gate is not None:
        names |= {name.segment: name.name for name in facts.gate.names}
    known = version_of_run(store, model_name, run.run_id)
    if known is not None and load_version(store, known).names_ == names:
        return known
    if names != segmenter.names_ and facts.gate is not None and facts.customers is not None:
        metadata = model_metadata(store, uri)
        features = facts.customers.table[list(segmenter.feature_names_in_)]
        segmenter.names_ = names
        uri = log_model(
            store, promotion_id, segmenter, features, renamed(metadata, facts.gate.names)
        )
    tags: dict[str, Any] = {
        name: run.tags.get(name, "") for name in ("data", "data_fingerprint", "as_of")
    }
    return add_version(store, model_name, run.run_id, uri, decision.sentence, tags)


def _log_customers(
    store: Store, run: RecordedRun, version: ModelVersion, promotion_id: str
) -> None:
    """Customers of the champion as CSV under the names of the version, where the run kept them."""
    customers = run.customers()
    if customers is None:
        return
    names = load_version(store, version).names_
    customers.insert(0, "name", customers["segment"].map(names))
    with TemporaryDirectory() as folder:
        target = Path(folder) / "customers.csv"
        customers.to_csv(target)
        store.client.log_artifact(promotion_id, str(target))
