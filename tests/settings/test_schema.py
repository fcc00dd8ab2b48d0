"""What importing the schema makes known to Hydra, and where jobs leave their logs."""

import copy
import os
from pathlib import Path

from hydra.core.config_store import ConfigStore
from omegaconf import OmegaConf

from segmentation.settings.resolvers import kept_subdir


def test_hydra_keeps_what_was_composed_only_in_a_folder_that_was_asked_for():
    assert kept_subdir(".", ".") is None
    assert kept_subdir("X", ".") == kept_subdir(".", "0") == ".hydra"


def test_a_log_goes_into_the_folder_of_the_job_and_never_beside_the_command(tmp_path):
    here = f"{tmp_path}/${{k}}"

    def logged_to(folder):
        hydra = {"runtime": {"output_dir": folder, "cwd": here}, "job": {"name": "train"}}
        text = "${log_file:${hydra.job.name}}"
        return OmegaConf.create({"k": 3, "hydra": hydra, "file": text}).file

    assert logged_to(here) == os.devnull
    # A folder may be named like a reference.
    assert logged_to(f"{here}/X") == str(Path(here) / "X" / "train.log")


def test_the_store_of_the_schema_is_not_copied_and_hands_out_copies():
    store = ConfigStore.instance()
    assert copy.deepcopy(store) is store
    assert store.load("settings.yaml").node is not store.load("settings.yaml").node
