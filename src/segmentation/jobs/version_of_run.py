"""The version that a promotion registers: the model of a run, under the names it is to have."""

from mlflow.entities.model_registry import ModelVersion

from segmentation.jobs.facts import Facts
from segmentation.selection.promotion import Decision
from segmentation.tracking.aliases import add_version, version_of_run
from segmentation.tracking.model_loading import load_version, model_metadata
from segmentation.tracking.model_logging import log_model, renamed
from segmentation.tracking.promotions import PROMOTION_TAG
from segmentation.tracking.recorded_run import RecordedRun
from segmentation.tracking.run_logging import metadata_of
from segmentation.tracking.store import Store


def version_of(
    store: Store,
    run: RecordedRun,
    facts: Facts,
    decision: Decision,
    model_name: str,
    promotion_id: str,
) -> ModelVersion:
    """Version of the run under the names that its segments are to have.

    The model of the run serves where the names are its own, else one with other names is logged.

    Parameters
    ----------
    store : Store
    run : RecordedRun
    facts : Facts
    decision : Decision
    model_name : str
    promotion_id : str
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
    known = version_of_run(store, model_name, run.run_id)
    if known is not None and load_version(store, known).names_ == names:
        for name, value in tags.items():
            store.client.set_model_version_tag(known.name, known.version, name, value)
        return known
    uri = _model_under(names, store, run, facts, promotion_id)
    return add_version(store, model_name, run.run_id, uri, decision.sentence, tags)


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
