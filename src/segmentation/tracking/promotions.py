"""The run of a promotion: where everything lies that belongs to a version, not to its training."""

from typing import Any

from mlflow.entities.model_registry import ModelVersion
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE

from segmentation.tracking.recorded_run import DECISION_FILE, PROMOTION
from segmentation.tracking.store import Store, create_run

PROMOTION_TAG = "promotion_run"


def open_promotion(
    store: Store, model_name: str, training_run_id: str, sentence: str, command: str
) -> str:
    """Open the run of a promotion and return its id.

    Parameters
    ----------
    store : Store
    model_name : str
    training_run_id : str
        The run whose model is registered.
    sentence : str
        What was decided, and why.
    command : str
        What was typed.
    """
    tags = {
        "kind": PROMOTION,
        "model_name": model_name,
        "training_run": training_run_id,
        "decision": sentence,
        "command": command,
        MLFLOW_RUN_NOTE: sentence,
    }
    return create_run(store, f"promotion to {model_name}", tags)


def close_promotion(
    store: Store,
    promotion_id: str,
    version: ModelVersion,
    sentence: str,
    command: str,
    gate: dict[str, Any] | None,
) -> None:
    """Record a decision on its own run, and on the version as the newest about it.

    Parameters
    ----------
    store : Store
    promotion_id : str
    version : ModelVersion
    sentence, command : str
    gate : dict or None
        The comparison with the champion.
    """
    client = store.client
    client.set_tag(promotion_id, "version", str(version.version))
    values = {"decision": sentence, "command": command, "gate": gate}
    client.log_dict(promotion_id, values, DECISION_FILE)
    tags = {PROMOTION_TAG: promotion_id, "decision": sentence, "command": command}
    for name, value in tags.items():
        client.set_model_version_tag(version.name, version.version, name, value)
    client.set_terminated(promotion_id, "FINISHED")
