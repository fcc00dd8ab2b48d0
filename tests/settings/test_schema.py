"""What importing the schema makes known to Hydra, and where jobs leave their logs."""

import copy
import os

from hydra.core.config_store import ConfigStore

from segmentation.settings.schema import kept_subdir, log_file


def test_hydra_keeps_what_was_composed_only_in_a_folder_that_was_asked_for():
    assert kept_subdir(".", ".") is None
    assert kept_subdir("X", ".") == kept_subdir(".", "0") == ".hydra"


def test_a_log_goes_into_the_folder_of_the_job_and_never_beside_the_command(tmp_path):
    here = str(tmp_path)
    assert log_file(here, here, "train") == os.devnull
    assert log_file(f"{here}/X", here, "train") == str(tmp_path / "X" / "train.log")


def test_the_store_of_the_schema_is_not_copied_and_hands_out_copies():
    store = ConfigStore.instance()
    assert copy.deepcopy(store) is store
    assert store.load("settings.yaml").node is not store.load("settings.yaml").node
