"""What importing the schema makes known to Hydra."""

import copy

from hydra.core.config_store import ConfigStore

import segmentation.settings.schema  # noqa: F401


def test_the_store_of_the_schema_is_not_copied_and_hands_out_copies():
    store = ConfigStore.instance()
    assert copy.deepcopy(store) is store
    assert store.load("settings.yaml").node is not store.load("settings.yaml").node
