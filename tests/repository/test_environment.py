"""conda.yaml builds what the lock file holds: `mlflow run` and `uv run` compute the same."""

import re
import tomllib
from functools import cache
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement

from tests.helpers.commands import REPO

CONDA = yaml.safe_load((REPO / "conda.yaml").read_text(encoding="utf-8"))
PYTHON = {"python_version": "3.11", "python_full_version": "3.11.0", "sys_platform": "linux"}
PINNED = {line.name: line for line in map(Requirement, CONDA["dependencies"][-1]["pip"])}


@cache
def locked_versions() -> dict[str, str]:
    """Version of every package of the lock file on Python 3.11 and Linux."""
    lock: dict[str, Any] = tomllib.loads((REPO / "uv.lock").read_text(encoding="utf-8"))
    return {
        package["name"]: package["version"]
        for package in lock["package"]
        if "version" in package and applies(package.get("resolution-markers"))
    }


def applies(markers: list[str] | None) -> bool:
    return markers is None or any(Marker(marker).evaluate(PYTHON) for marker in markers)


def direct_dependencies() -> dict[str, Requirement]:
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {line.name: line for line in map(Requirement, project["dependencies"])}


def test_conda_names_every_direct_dependency_and_nothing_else():
    direct = direct_dependencies()
    assert set(PINNED) == set(direct)
    for name, pinned in PINNED.items():
        assert (pinned.extras, pinned.marker) == (direct[name].extras, direct[name].marker), name


@pytest.mark.parametrize("package", sorted(PINNED))
def test_conda_pins_the_locked_version(package):
    assert str(PINNED[package].specifier) == f"=={locked_versions()[package]}"


def test_conda_holds_one_python_and_no_path_of_this_project():
    python, pip, packages = CONDA["dependencies"]
    assert (CONDA["name"], python) == ("segmentation", "python=3.11")
    assert re.fullmatch(r"pip(==?[\d.]+)?", pip)
    assert not [line for line in packages["pip"] if "-e" in line.split() or "/" in line]


def test_the_packages_of_a_model_are_direct_dependencies():
    from segmentation.tracking.model_logging import SERVING_PACKAGES

    assert set(SERVING_PACKAGES) | {"hdbscan"} <= set(direct_dependencies())


def test_the_project_can_be_built_from_its_pyproject_alone():
    """`mlflow run --env-manager uv` copies pyproject.toml and uv.lock, and nothing else."""
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "readme" not in project
