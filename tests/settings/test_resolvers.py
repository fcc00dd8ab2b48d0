"""What conf/ refers to: where Hydra keeps its records, where jobs leave their logs, the help."""

import os
import sys
from pathlib import Path

from omegaconf import OmegaConf

from segmentation.settings.resolvers import kept_subdir, option_help


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


def test_the_help_is_that_of_the_script_and_nothing_in_it_is_filled_in(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["register.py"])
    assert "register.py run_id=" in option_help("register")
    monkeypatch.setattr("segmentation.settings.help_text.help_text", lambda *_: "costs $5, $$")
    assert option_help("register") == "costs $$5, $$$$"
