"""From a chosen run to champion or challenger: gather the facts, decide, write."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from mlflow.entities.model_registry import ModelVersion

from segmentation.console.terminal import say
from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.jobs.customer_lists import log_list
from segmentation.jobs.facts import Facts, gather
from segmentation.jobs.typed_commands import script_command
from segmentation.jobs.version_of_run import version_of
from segmentation.selection.judgement import Judgement
from segmentation.selection.promotion import (
    Candidate,
    Decision,
    decide,
    of_one_shop,
    overtaken,
    require_registrable,
)
from segmentation.tracking.aliases import (
    CHALLENGER,
    CHAMPION,
    DRY,
    Registration,
    aliased,
    make_champion,
    version_of_run,
)
from segmentation.tracking.mlflow_views import show_champion
from segmentation.tracking.promotions import promotion, record_decision
from segmentation.tracking.recorded_run import RecordedRun, fingerprint_key, read_run
from segmentation.tracking.refusals import attempted
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
    for attempt in range(ATTEMPTS + 1):
        champion = aliased(store, model_name, CHAMPION)
        if champion is not None and _is_run_of(store, champion, run):
            return _unchanged(model_name, run, champion, dry=dry)
        facts = gather(store, run, champion, judgement.rules, read_customers)
        decision = decide(candidate, facts.incumbent, facts.gate, force=force, gaps=facts.gaps)
        if attempt == ATTEMPTS:
            decision = overtaken(decision, candidate, ATTEMPTS)
        if dry:
            alias = CHAMPION if decision.becomes_champion else CHALLENGER
            sentence = f"would be: {decision.sentence}"
            return Registration(model_name, DRY, alias, sentence, changes=facts.changes)
        writing = Writing(model_name, command, judgement, log_customers)
        registration = _write(store, run, facts, decision, writing)
        if registration is not None:
            break
    assert registration is not None
    return registration


def _is_run_of(store: Store, champion: ModelVersion, run: RecordedRun) -> bool:
    """Whether a champion was made of a run, or of an equal one, as two equal sweeps make them."""
    if champion.run_id == run.run_id:
        return True
    with contextlib.suppress(UserError):
        return _computed(read_run(store, champion.run_id)) == _computed(run) != set()
    return False


def _computed(run: RecordedRun) -> set[str]:
    """Tags that say what a run computed: equal runs have the same."""
    return {name for name in run.tags if name.startswith(fingerprint_key(""))}


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

    ``None`` where another champion came in between: nothing of it stays.
    """
    name, sentence, command = writing.model_name, decision.sentence, writing.command
    before = version_of_run(store, name, run.run_id)
    with promotion(store, name, run.run_id, sentence, command) as promotion_id:
        version = version_of(store, run, facts, decision, writing.model_name, promotion_id)
        gate = None if facts.gate is None else facts.gate.to_dict()
        judged = writing.judgement.to_dict()
        record_decision(store, promotion_id, sentence, command, gate=gate, judgement=judged)
        if decision.becomes_champion and writing.log_customers:
            log_list(store, run, version, promotion_id)
        took_effect = _point(store, run, facts, decision, version)
    if not took_effect:
        _withdraw(store, version, before, promotion_id)
        return None
    alias = CHAMPION if decision.becomes_champion else CHALLENGER
    number = str(version.version)
    changes = facts.changes or _own_champion(run, facts, decision, name)
    return Registration(name, number, alias, sentence, promotion_id, changes)


def _point(
    store: Store, run: RecordedRun, facts: Facts, decision: Decision, version: ModelVersion
) -> bool:
    """Give a version its alias; False where another champion came in between."""
    if not decision.becomes_champion:
        store.client.set_registered_model_alias(version.name, CHALLENGER, version.version)
        return True
    if not make_champion(store, version.name, version, facts.champion):
        return False
    former = None if facts.champion is None else facts.champion.run_id
    mark_champion(store, version.name, run.run_id, former)
    return True


def _withdraw(
    store: Store, version: ModelVersion, before: ModelVersion | None, promotion_id: str
) -> None:
    """Take back a promotion that did not take effect, so that nothing says that it did."""
    if before is None or before.version != version.version:
        store.client.delete_model_version(version.name, version.version)
    else:
        for name, value in before.tags.items():
            store.client.set_model_version_tag(before.name, before.version, name, value)
    store.client.delete_run(promotion_id)


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
