"""Where the jobs of a sweep share what they have in common, host by host."""

import tempfile
from pathlib import Path

import pytest
from omegaconf import OmegaConf

import segmentation.settings.schema  # noqa: F401  # makes the resolver known
from segmentation.settings.sweep_folder import FOLDER_VARIABLE, PARENT_VARIABLE, folder_here


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """Where this host keeps temporary files."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


def test_a_host_that_sees_the_folder_of_a_sweep_uses_it(tmp_path):
    assert folder_here(tmp_path, "4f2a") == tmp_path


def test_another_has_one_of_its_own_for_every_sweep_and_makes_none_of_the_same_name(
    tmp_path, temporary
):
    unseen = tmp_path / "outputs" / "shared"
    assert folder_here(unseen, "4f2a") == temporary / "segmentation-4f2a" / "shared"
    assert folder_here(unseen, "77") != folder_here(unseen, "4f2a")
    assert not unseen.parent.exists()


def test_hydra_makes_the_folder_of_a_job_there_too(tmp_path, temporary):
    def made_by_hydra(folder: Path) -> str:
        told = {FOLDER_VARIABLE: str(folder), PARENT_VARIABLE: "4f2a"}
        hydra = {"job": {"env_set": told}, "sweep": {"dir": "${job_folder:}"}}
        return OmegaConf.create({"hydra": hydra}).hydra.sweep.dir

    seen = tmp_path / "outputs" / "shared"
    assert made_by_hydra(seen) == str(temporary / "segmentation-4f2a")
    seen.mkdir(parents=True)
    assert made_by_hydra(seen) == str(tmp_path / "outputs")
