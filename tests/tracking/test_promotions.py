"""What belongs to a version lies in the run of its promotion."""

import json
from pathlib import Path

import pytest

from segmentation.tracking.aliases import aliased
from segmentation.tracking.promotions import close_promotion, open_promotion
from segmentation.tracking.recorded_run import read_run
from segmentation.tracking.store import open_store

MODEL = "customer-segments"


@pytest.fixture
def shop(shop_with_champion):
    return open_store("sqlite:///mlflow.db", MODEL)


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


def test_a_closed_promotion_is_the_newest_of_its_version(shop):
    champion = aliased(shop, MODEL, "champion")
    earlier = champion.tags["promotion_run"]
    newer = open_promotion(shop, MODEL, champion.run_id, "rolled back", "register.py")
    gate = {"reasons": [], "reassigned_share": 0.1}
    close_promotion(shop, newer, champion, "rolled back", "register.py", gate)
    version = aliased(shop, MODEL, "champion")
    assert version.tags["promotion_run"] == newer != earlier
    assert version.tags["decision"] == "rolled back"
    run = read_run(shop, newer)
    assert (run.status, run.tags["version"]) == ("FINISHED", "1")
    stored = json.loads(Path(shop.client.download_artifacts(newer, "decision.json")).read_text())
    assert stored == {"decision": "rolled back", "command": "register.py", "gate": gate}
    assert read_run(shop, earlier).tags["decision"] != "rolled back"
