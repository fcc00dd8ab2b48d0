"""From a chosen run to champion or challenger: gather the facts, decide, write."""

from collections.abc import Callable
from dataclasses import dataclass

from mlflow.entities.model_registry import ModelVersion

from segmentation.console.terminal import say
from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.jobs.customer_lists import log_list
from segmentation.jobs.facts import Facts, gather
from segmentation.jobs.typed_commands import script_command
from segmentation.selection.judgement import Judgement
from segmentation.selection.promotion import (
    Candidate,
    Decision,
    decide,
    of_one_shop,
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
from segmentation.tracking.mlflow_views import show_champion
from segmentation.tracking.model_loading import load_version, model_metadata
from segmentation.tracking.model_logging import log_model, renamed
from segmentation.tracking.promotions import PROMOTION_TAG, promotion, record_decision
from segmentation.tracking.recorded_run import RecordedRun
from segmentation.tracking.refusals import attempted
from segmentation.tracking.run_logging import metadata_of
from segmentation.tracking.store import Store

ATTEMPTS = 3


@dataclass(frozen=True)
class Writing:
    """What is written besides the decision.

    Attributes
    ----------
    model_name : str
    command : str
        What was typed.
    judgement : Judgement
    log_customers : bool
        Whether the customers of a new champion are listed.
    """

    model_name: str
    command: str
    judgement: Judgement
    log_customers: bool


def promote(
    store: Store,
    run: RecordedRun,
    judgement: Judgement,
    model_name: str,
    read_customers: Callable[[], MeasuredCustomers],
    *,
    command: str,
    log_customers: bool = True,
    force: bool = False,
    dry: bool = False,
) -> Registration:
    """Register a run and let it replace the champion if it passes the gate.

    Nothing of the run changes: what belongs to the version lies in a run of its own.

    Parameters
    ----------
    store : Store
    run : RecordedRun
    judgement : Judgement
        How the run was judged, and under which rules.
    model_name : str
    read_customers : callable
        Returns the customers on whom a challenger and the champion are compared.
    command : str
        What was typed.
    log_customers : bool
        Whether a new champion gets the list of its customers: personal data.
    force : bool
        Register although the run is not eligible or the gate is not passed.
    dry : bool
        Only say what would be done.

    Raises
    ------
    UserError
        If the run has no model, is not eligible and not forced, or its customers are not kept.
    """
    candidate = Candidate(run.name, run.data, judgement.objections)
    require_registrable(candidate, run.run_id, force=force)
    for _ in range(ATTEMPTS):
        champion = aliased(store, model_name, CHAMPION)
        if champion is not None and champion.run_id == run.run_id:
            return _unchanged(model_name, run, champion, dry=dry)
        facts = gather(store, run, champion, judgement.rules, read_customers)
        decision = decide(candidate, facts.incumbent, facts.gate, force=force, gaps=facts.gaps)
        if dry:
            alias = CHAMPION if decision.becomes_champion else CHALLENGER
            sentence = f"would be: {decision.sentence}"
            return Registration(model_name, DRY, alias, sentence, changes=facts.changes)
        writing = Writing(model_name, command, judgement, log_customers)
        registration = _write(store, run, facts, decision, writing)
        if registration is not None:
            return registration
    raise UserError(
        f"the champion of '{model_name}' was replaced by others {ATTEMPTS} times meanwhile; "
        "try again"
    )


def _unchanged(
    model_name: str, run: RecordedRun, champion: ModelVersion, *, dry: bool
) -> Registration:
    version = DRY if dry else str(champion.version)
    sentence = f"{run.name} already is the champion, version {champion.version}"
    return Registration(model_name, version, CHAMPION, sentence)


def _write(
    store: Store, run: RecordedRun, facts: Facts, decision: Decision, writing: Writing
) -> Registration | None:
    """Make the version with all that belongs to it, then move the aliases.

    ``None`` where another champion came in between: the version stays without an alias.
    """
    name, sentence, command = writing.model_name, decision.sentence, writing.command
    with promotion(store, name, run.run_id, sentence, command) as promotion_id:
        version = _version(store, run, facts, decision, writing, promotion_id)
        gate = None if facts.gate is None else facts.gate.to_dict()
        judged = writing.judgement.to_dict()
        record_decision(store, promotion_id, sentence, command, gate=gate, judgement=judged)
        if decision.becomes_champion and writing.log_customers:
            log_list(store, run, version, promotion_id)
        if not decision.becomes_champion:
            store.client.set_registered_model_alias(name, CHALLENGER, version.version)
        elif not make_champion(store, name, version, facts.champion):
            return None
        else:
            former = None if facts.champion is None else facts.champion.run_id
            mark_champion(store, name, run.run_id, former)
    alias = CHAMPION if decision.becomes_champion else CHALLENGER
    number = str(version.version)
    changes = facts.changes or _own_champion(run, facts, decision, name)
    return Registration(name, number, alias, sentence, promotion_id, changes)


def _own_champion(
    run: RecordedRun, facts: Facts, decision: Decision, model_name: str
) -> tuple[str, ...]:
    """How a shop that met the champion of another one gets its own; empty where none did."""
    if decision.becomes_champion or facts.incumbent is None or of_one_shop(facts.incumbent):
        return ()
    own = f"tracking.model_name={model_name}-2"
    command = script_command("register", f"run_id={run.run_id}", own)
    return (f"a champion of its own: {command}; then train it with {own}, too",)


def mark_champion(store: Store, model_name: str, run_id: str, former_id: str | None) -> None:
    """Mark the run of the new champion in MLflow's table, where that can be done."""
    attempted(
        f"run {run_id} is not marked as the champion",
        lambda: show_champion(store.client, model_name, run_id, former_id),
        say,
    )


def _version(
    store: Store,
    run: RecordedRun,
    facts: Facts,
    decision: Decision,
    writing: Writing,
    promotion_id: str,
) -> ModelVersion:
    """Version of the run under the names that its segments are to have.

    The model of the run serves where the names are its own, else one with other names is logged.
    """
    segmenter = facts.challenger
    names = dict(segmenter.names_)
    if facts.gate is not None:
        names |= {name.segment: name.name for name in facts.gate.names}
    # Short, because the registry's list cuts them: all else is with the promotion.
    tags = {
        "data": run.data,
        "as_of": run.tags.get("as_of", "")[: len("2024-12-31")],
        "decision": decision.short,
        PROMOTION_TAG: promotion_id,
    }
    known = version_of_run(store, writing.model_name, run.run_id)
    if known is not None and load_version(store, known).names_ == names:
        for name, value in tags.items():
            store.client.set_model_version_tag(known.name, known.version, name, value)
        return known
    uri = _model_under(names, store, run, facts, promotion_id)
    return add_version(store, writing.model_name, run.run_id, uri, decision.sentence, tags)


def _model_under(
    names: dict[int, str], store: Store, run: RecordedRun, facts: Facts, promotion_id: str
) -> str:
    """URI of the run's model, or of one of the promotion: under other names, or fitted again."""
    segmenter, refitted, customers = facts.challenger, facts.refitted, facts.customers
    renames = facts.gate is not None and any(name.former for name in facts.gate.names)
    same = refitted is None and not renames and names == segmenter.names_
    if customers is None or same:
        return run.model_uri
    metadata = metadata_of(refitted) if refitted else model_metadata(store, run.model_uri)
    if facts.gate is not None:
        metadata = renamed(metadata, facts.gate.names, _champion_of(facts))
    segmenter.names_ = names
    features = customers.table[list(segmenter.feature_names_in_)]
    tags = {"training_run": run.run_id}
    model_id = log_model(
        store, promotion_id, segmenter, features, metadata, name=run.name, tags=tags
    )
    return f"models:/{model_id}"


def _champion_of(facts: Facts) -> dict[str, str]:
    """Name and number of the version that the challenger was compared with."""
    champion = facts.champion
    if champion is None:
        return {}
    return {"model_name": champion.name, "model_version": str(champion.version)}
