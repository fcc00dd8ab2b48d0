"""From a chosen run to the champion: the gate, the version, and the record of the decision."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.entities.model_registry import ModelVersion

from segmentation.data.sources import PUBLIC_DATA
from segmentation.errors import UserError
from segmentation.customers.measured import MeasuredCustomers, measure_customers
from segmentation.tracking.aliases import (
    CHALLENGER,
    CHAMPION,
    DECISION_FILE,
    DRY,
    Registration,
    add_version,
    aliased,
    promote_version,
    version_of_run,
)
from segmentation.selection.gate import Gate, compare
from segmentation.selection.guards import SelectionRules
from segmentation.settings.run_settings import study_plan
from segmentation.tracking.model_loading import load_logged_segmenter
from segmentation.tracking.model_logging import log_model, renamed
from segmentation.tracking.run_logging import CUSTOMERS_FILE, STUDY_FILE
from segmentation.tracking.store import Store

ATTEMPTS = 3


@dataclass(frozen=True)
class Decision:
    """What is to become of a chosen run.

    Attributes
    ----------
    promote : bool
        Whether it becomes the champion; otherwise it becomes the challenger.
    sentence : str
        The decision and its reason.
    gate : Gate or None
        The comparison with the champion, where there is one.
    study : MeasuredCustomers or None
        The customers on which they were compared.
    """

    promote: bool
    sentence: str
    gate: Gate | None = None
    study: MeasuredCustomers | None = None


def promote(
    store: Store,
    run: pd.Series,
    rules: SelectionRules,
    model_name: str,
    *,
    command: str,
    force: bool = False,
    dry: bool = False,
) -> Registration:
    """Register a run and let it replace the champion if it passes the gate.

    Parameters
    ----------
    store : Store
    run : Series
        Row of :func:`~segmentation.selection.rank_runs`.
    rules : SelectionRules
    model_name : str
    command : str
        What was typed; kept on the version.
    force : bool
        Register although the run is not eligible or the gate is not passed.
    dry : bool
        Only say what would be done.

    Raises
    ------
    UserError
        If the run has no model, is not eligible and not forced, or its customers cannot be
        measured again.
    """
    if not run["eligible"] and not force:
        raise UserError(
            f"run '{run['name']}' is not eligible: {run['ineligible_reason']}; "
            "choose another run, or set force=true"
        )
    for _ in range(ATTEMPTS):
        champion = aliased(store, model_name, CHAMPION)
        if champion is not None and champion.run_id == run["run_id"]:
            sentence = f"{run['name']} already is the champion, version {champion.version}"
            return Registration(model_name, str(champion.version), CHAMPION, sentence)
        decision = _decide(store, run, champion, rules, force)
        if dry:
            alias = CHAMPION if decision.promote else CHALLENGER
            return Registration(model_name, DRY, alias, f"would be: {decision.sentence}")
        version = _version(store, run, model_name, decision, command)
        if not decision.promote:
            store.client.set_registered_model_alias(model_name, CHALLENGER, version.version)
            return Registration(model_name, str(version.version), CHALLENGER, decision.sentence)
        if promote_version(store, model_name, version, champion):
            _log_champions_customers(store, run["run_id"], version)
            return Registration(model_name, str(version.version), CHAMPION, decision.sentence)
    raise UserError(
        f"the champion of '{model_name}' was replaced by others {ATTEMPTS} times meanwhile; "
        "try again"
    )


def _decide(
    store: Store, run: pd.Series, champion: ModelVersion | None, rules: SelectionRules, force: bool
) -> Decision:
    if champion is None:
        forced = "" if run["eligible"] else f" by force: {_not_eligible(run)}"
        return Decision(True, f"{run['name']} is the first champion{forced}")
    if champion.tags.get("data", run["data"]) != run["data"]:
        return _decide_between_data(run, champion, force)
    challenger = load_logged_segmenter(_model_uri(store, run))
    incumbent = load_logged_segmenter(f"models:/{champion.name}/{champion.version}")
    record = mlflow.artifacts.load_dict(f"runs:/{run['run_id']}/{STUDY_FILE}")
    metrics = [*challenger.feature_names_in_, *incumbent.feature_names_in_]
    study = measure_customers(study_plan({**record, "metrics": list(dict.fromkeys(metrics))}))
    gate = compare(challenger, incumbent, study, rules.max_reassigned, record["seed"])
    before = f"champion version {champion.version}"
    reasons = gate.reasons if run["eligible"] else (_not_eligible(run), *gate.reasons)
    if not reasons:
        sentence = f"{run['name']} replaces {before}: {gate.reassigned_share:.1%} of the customers"
        return Decision(True, f"{sentence} change to a differently named segment", gate, study)
    against = "; ".join(reasons)
    if force:
        return Decision(True, f"{run['name']} replaces {before} by force: {against}", gate, study)
    sentence = f"{run['name']} becomes the challenger of {before}, not its successor: {against}"
    return Decision(False, f"{sentence}; force=true overrules", gate, study)


def _decide_between_data(run: pd.Series, champion: ModelVersion, force: bool) -> Decision:
    """Without a comparison: other customers are not better or worse, they are others."""
    others = f"champion version {champion.version}, which segments other customers"
    others += f" ({champion.tags['data']})"
    if force or champion.tags["data"] in PUBLIC_DATA:
        return Decision(True, f"{run['name']} replaces {others}")
    return Decision(
        False,
        f"{run['name']} becomes the challenger of {others}, not its successor; "
        "force=true overrules, tracking.model_name= keeps a champion for each",
    )


def _not_eligible(run: pd.Series) -> str:
    return f"it is not eligible ({run['ineligible_reason']})"


def _version(
    store: Store, run: pd.Series, model_name: str, decision: Decision, command: str
) -> ModelVersion:
    """Version of the run under the names of the decision, with the decision on it."""
    uri, known = _model_uri(store, run), version_of_run(store, model_name, run["run_id"])
    segmenter = load_logged_segmenter(uri)
    gate, study = decision.gate, decision.study
    if gate is not None and study is not None:
        names = segmenter.names_ | {name.segment: name.name for name in gate.names}
        if names != segmenter.names_:
            metadata = mlflow.models.get_model_info(uri).metadata
            segmenter.names_, known = names, None
            features = study.table[list(segmenter.feature_names_in_)]
            uri = log_model(
                store, run["run_id"], segmenter, features, renamed(metadata, gate.names)
            )
    tags: dict[str, Any] = {"decision": decision.sentence, "command": command}
    comparison = None if gate is None else gate.to_dict()
    store.client.log_dict(run["run_id"], {**tags, "gate": comparison}, DECISION_FILE)
    recorded = store.client.get_run(run["run_id"]).data.tags
    tags |= {name: recorded.get(name, "") for name in ("data", "data_fingerprint", "as_of")}
    if known is None:
        return add_version(store, model_name, run["run_id"], uri, decision.sentence, tags)
    store.client.update_model_version(model_name, known.version, decision.sentence)
    for name, value in tags.items():
        store.client.set_model_version_tag(model_name, known.version, name, value)
    return known


def _model_uri(store: Store, run: pd.Series) -> str:
    """URI of the model that a run logged last.

    Raises
    ------
    UserError
        If it has none.
    """
    recorded = store.client.get_run(run["run_id"])
    outputs = recorded.outputs.model_outputs if recorded.outputs else []
    # the store returns them in no order
    models = [store.client.get_logged_model(output.model_id) for output in outputs]
    if not models:
        raise UserError(
            f"run '{run['name']}' ({run['run_id']}, {run['status']}) has no model; choose a "
            "finished run of one configuration, not the parent of a sweep"
        )
    return f"models:/{max(models, key=lambda model: model.creation_timestamp).model_id}"


def _log_champions_customers(store: Store, run_id: str, version: ModelVersion) -> None:
    """Customers of the champion as CSV, where the run kept them."""
    if CUSTOMERS_FILE not in {file.path for file in store.client.list_artifacts(run_id)}:
        return
    names = load_logged_segmenter(f"models:/{version.name}/{version.version}").names_
    with tempfile.TemporaryDirectory() as folder:
        source = store.client.download_artifacts(run_id, CUSTOMERS_FILE, folder)
        customers = pd.read_parquet(source)
        customers.insert(0, "name", customers["segment"].map(names))
        target = Path(folder) / "customers.csv"
        customers.to_csv(target)
        store.client.log_artifact(run_id, str(target))
