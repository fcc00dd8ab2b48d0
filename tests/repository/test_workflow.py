"""What the workflow runs on other systems is what the project promises."""

import tomllib

import yaml
from packaging.specifiers import SpecifierSet

from tests.helpers.commands import REPO

WORKFLOWS = {
    name: yaml.safe_load((REPO / f".github/workflows/{name}.yml").read_text(encoding="utf-8"))
    for name in ("ci", "weekly")
}
JOBS = {name: job for workflow in WORKFLOWS.values() for name, job in workflow["jobs"].items()}


def commands(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_what_takes_hours_is_run_every_week_and_not_on_every_push():
    # YAML reads `on` as a truth value
    assert set(WORKFLOWS["weekly"][True]) == {"schedule", "workflow_dispatch"}
    assert "mutation" in WORKFLOWS["weekly"]["jobs"]
    assert "mutation" not in WORKFLOWS["ci"]["jobs"]


def test_what_neither_a_push_nor_a_user_runs_is_run_every_week():
    run = {line for job in WORKFLOWS["weekly"]["jobs"] for line in commands(job)}
    assert {"uv run pytest -m weekly", "uv run pytest -m drill tests/faults"} <= run


def test_the_oldest_and_the_newest_python_are_run():
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = SpecifierSet(project["requires-python"])
    pythons = [f"3.{minor}" for minor in range(30) if f"3.{minor}" in allowed]
    assert JOBS["systems"]["strategy"]["matrix"]["python"] == [pythons[0], pythons[-1]]


def test_windows_and_macs_run_the_two_commands_of_the_readme():
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    two = readme.split("```bash\n")[1].split("```")[0].splitlines()
    assert commands("systems") == two
    assert {system.split("-")[0] for system in JOBS["systems"]["strategy"]["matrix"]["os"]} == {
        *("ubuntu", "windows", "macos")
    }


def test_every_script_that_is_called_is_there():
    for job in JOBS:
        for command in commands(job):
            words = command.split()
            named = [word for word in words if word.endswith(".py") or word.startswith("tests/")]
            assert [word for word in named if not (REPO / word).exists()] == []
