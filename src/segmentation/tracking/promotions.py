"""The run of a promotion: where everything lies that belongs to a version, not to its training."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mlflow.entities.model_registry import ModelVersion
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE

from segmentation.selection.judgement import Judgement
from segmentation.tracking.kinds import PROMOTION
from segmentation.tracking.recorded_run import DECISION_FILE, read_run
from segmentation.tracking.recorded_runs import search_runs
from segmentation.tracking.recording import create_run
from segmentation.tracking.refusals import attempted
from segmentation.tracking.store import Store

PROMOTION_TAG = "promotion_run"
"""Tag of a version: the promotion that made it."""
ROLLED_BACK_TAG = "rolled_back_in"
"""Tag of a version: the promotion that went back to it last."""


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


def record_decision(
    store: Store,
    promotion_id: str,
    sentence: str,
    command: str,
    *,
    gate: Mapping[str, Any] | None = None,
    judgement: Mapping[str, Any] | None = None,
) -> None:
    """Keep a decision with its promotion.

    Parameters
    ----------
    store : Store
    promotion_id : str
    sentence, command : str
    gate : mapping, optional
        The comparison with the champion.
    judgement : mapping, optional
        How the run was judged, see `selection.judgement.Judgement`.
    """
    decision = {"decision": sentence, "command": command}
    values = {**decision, "gate": gate, "judgement": judgement}
    store.client.log_dict(promotion_id, values, DECISION_FILE)


@dataclass(frozen=True)
class Registered:
    """How a version came to be.

    Attributes
    ----------
    decision : str
        What was decided, and why.
    command : str
        What was typed.
    judgement : Judgement
        How its run was judged then.
    """

    decision: str
    command: str
    judgement: Judgement


def registration_of(store: Store, version: ModelVersion) -> Registered:
    """Return what the promotion that registered a version keeps of it."""
    kept = read_run(store, version.tags[PROMOTION_TAG]).values(DECISION_FILE)
    return Registered(kept["decision"], kept["command"], Judgement.from_dict(kept["judgement"]))


def promotions_of(store: Store, model_name: str) -> list[dict[str, str]]:
    """Every decision on a model, each a run of its own that nothing rewrites, the newest first.

    Returns
    -------
    list of dict
        ``when`` (UTC), ``decision`` (with the status of a promotion that did not finish),
        ``command`` and ``promotion``, the id of the run.
    """
    found = search_runs(store, f"tags.kind = '{PROMOTION}'", "start_time DESC")
    return [
        {
            "when": f"{datetime.fromtimestamp(run.start_time / 1000, UTC):%Y-%m-%d %H:%M:%S}",
            "decision": run.tags["decision"]
            + ("" if run.status == "FINISHED" else f" [{run.status}]"),
            "command": run.tags["command"],
            "promotion": run.run_id,
        }
        for run in found
        # Not in the filter, whose grammar a name may break.
        if run.tags["model_name"] == model_name
    ]


@contextmanager
def promotion(
    store: Store, model_name: str, training_run_id: str, sentence: str, command: str
) -> Iterator[str]:
    """Open the run of a promotion; it ends FINISHED, or FAILED where an error leaves the block.

    Yields
    ------
    str
        Its id.
    """
    promotion_id = open_promotion(store, model_name, training_run_id, sentence, command)
    try:
        yield promotion_id
    except BaseException:
        store.client.set_terminated(promotion_id, "FAILED")
        raise
    attempted(
        "the promotion is still shown as running",
        lambda: store.client.set_terminated(promotion_id, "FINISHED"),
        logging.getLogger(__name__).warning,
    )
