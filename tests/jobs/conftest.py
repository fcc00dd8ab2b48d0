"""A store with a champion, and the runs beside it."""

import pytest

from segmentation.tracking.aliases import CHAMPION, aliased
from segmentation.tracking.recorded_run import recorded
from segmentation.tracking.store import open_store
from tests.helpers.registry import MODEL


@pytest.fixture
def shop(shop_with_champion):
    return open_store("sqlite:///mlflow.db", MODEL)


@pytest.fixture
def runs(shop):
    """The runs of the sweep; the champion's is left out."""
    found = shop.client.search_runs([shop.experiment_id], "tags.kind = 'segmentation'")
    champion = aliased(shop, MODEL, CHAMPION).run_id
    return [recorded(shop, run) for run in found if run.info.run_id != champion]
