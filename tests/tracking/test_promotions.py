"""What belongs to a version lies in the run of its promotion."""

import json
from pathlib import Path

import pytest

from segmentation.tracking.promotions import open_promotion, promotion, record_decision
from segmentation.tracking.recorded_run import DECISION_FILE, read_run

MODEL = "customer-segments"


def test_an_open_promotion_says_what_is_decided_of_which_run(store):
    run = read_run(store, open_promotion(store, MODEL, "4f2a", "it is chosen", "register.py"))
    assert (run.name, run.status) == (f"promotion to {MODEL}", "RUNNING")
    expected = {
        "kind": "promotion",
        "model_name": MODEL,
        "training_run": "4f2a",
        "decision": "it is chosen",
        "command": "register.py",
        "mlflow.note.content": "it is chosen",
    }
    assert expected.items() <= run.tags.items()


def test_a_promotion_ends_with_what_was_decided(store):
    gate = {"reasons": [], "reassigned_share": 0.1}
    with promotion(store, MODEL, "4f2a", "it is chosen", "register.py") as promotion_id:
        record_decision(store, promotion_id, "it is chosen", "register.py", gate=gate)
    assert read_run(store, promotion_id).status == "FINISHED"
    stored = store.client.download_artifacts(promotion_id, DECISION_FILE)
    assert json.loads(Path(stored).read_text(encoding="utf-8")) == {
        "decision": "it is chosen",
        "command": "register.py",
        "gate": gate,
        "judgement": None,
    }


def test_a_promotion_that_breaks_off_says_so(store):
    with (
        pytest.raises(KeyboardInterrupt),
        promotion(store, MODEL, "4f2a", "it is chosen", "register.py") as promotion_id,
    ):
        raise KeyboardInterrupt
    assert read_run(store, promotion_id).status == "FAILED"
