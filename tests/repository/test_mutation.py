"""The faults that are planted in the code, and the page of those that nobody finds."""

import importlib.util
import json
import subprocess
import sys

import pytest

from tests.helpers.commands import REPO

FOLDER = REPO / "mutation"


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


survivors = loaded("survivors")
MEASURED = {"possible": 9, "drawn": 5, "seed": 0, "not_importable": 1, "killed": 3}
FOUND = {"room/module": {**MEASURED, "survivors": [[7, "a < b → a <= b"]]}}


def test_a_reason_that_was_written_by_hand_stays(tmp_path):
    page = tmp_path / "survivors.md"
    survivors.write_survivors(FOUND, page)
    text = page.read_text(encoding="utf-8")
    assert "| `room/module` | 9 | 5 | 1 | 3 | 1 | 75% |" in text
    assert "- `` a < b → a <= b ``: open" in text
    page.write_text(text.replace(": open", ": they are never equal"), encoding="utf-8")
    moved = {"room/module": {**MEASURED, "survivors": [[99, "a < b → a <= b"], [1, "c → d"]]}}
    survivors.write_survivors(moved, page)
    text = page.read_text(encoding="utf-8")
    assert "- `` a < b → a <= b ``: they are never equal" in text
    assert "- `` c → d ``: open" in text


def test_the_page_is_that_of_the_results():
    results = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))
    page = FOLDER / "survivors.md"
    assert "``: open" not in page.read_text(encoding="utf-8")
    told = {key for _, key in survivors.reasons_on(page)}
    found = {key for module in results.values() for _, key in module["survivors"] or []}
    assert told == found


def test_every_module_that_is_measured_and_its_tests_are_there():
    for module in json.loads((FOLDER / "results.json").read_text(encoding="utf-8")):
        room, _, name = module.partition("/")
        assert (REPO / "src/segmentation" / room / f"{name}.py").exists()
        assert (REPO / "tests" / room / f"test_{name}.py").exists()


@pytest.fixture(scope="module")
def mutants():
    pytest.importorskip("cosmic_ray", reason="needs uv run --group mutation")
    return loaded("mutants")


CODE = '''
def judge(value: int | None, bound=0.5) -> int | None:
    """At least 1."""
    return {"a": value >= bound, "b": 1, **{"c": 2}}
'''


def test_faults_are_planted_in_what_is_computed(mutants, tmp_path):
    file = tmp_path / "judge.py"
    file.write_text(CODE, encoding="utf-8")
    found, possible = mutants.mutants_of(file, 100, 0)
    changed = "\n".join(mutant.after for mutant in found)
    assert possible == len(found)
    assert "value > bound" in changed
    assert 'return { "b": 1, **{"c": 2}}' in changed, "an entry is left out"
    assert 'return {"a": value >= bound, **{"c": 2}}' in changed
    assert all("int | None" in mutant.code for mutant in found), "types are left alone"
    assert {mutant.line for mutant in found} == {2, 4}


def test_a_sample_is_the_same_for_a_seed(mutants, tmp_path):
    file = tmp_path / "judge.py"
    file.write_text(CODE, encoding="utf-8")
    first, again, other = (mutants.mutants_of(file, 4, seed)[0] for seed in (0, 0, 1))
    assert first == again != other
    assert len(first) == 4


@pytest.mark.slow
@pytest.mark.posix
@pytest.mark.executes(r"--group mutation mutation/run\.py \S+")
def test_the_command_measures_a_module(mutants, tmp_path):
    """In a folder of its own: the pages are of larger samples."""
    script = [sys.executable, str(FOLDER / "run.py"), "segments/stakes", "--most", "3"]
    done = subprocess.run([*script, "--folder", str(tmp_path)], check=False, timeout=600)
    assert done.returncode == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    (measured,) = results.values()
    lived = len(measured["survivors"] or [])
    assert measured["killed"] + measured["not_importable"] + lived == measured["drawn"] == 3
    assert measured["killed"] > 0
    assert (tmp_path / "survivors.md").exists()
