"""The first line comes before anything that takes long to import."""

import subprocess
import sys

import pytest

from tests.helpers.commands import environment

HEAVY = ("pandas", "numpy", "mlflow", "sklearn", "duckdb", "ibis", "skops", "scipy")
WATCH = """
import sys
class First:
    def __init__(self, stream): self.stream, self.seen = stream, False
    def write(self, text):
        if text.strip() and not self.seen:
            self.seen = True
            self.stream.write("then: " + " ".join(m for m in HEAVY if m in sys.modules) + "\\n")
        return self.stream.write(text)
    def __getattr__(self, name): return getattr(self.stream, name)
sys.stderr = First(sys.stderr)
"""


@pytest.mark.parametrize(
    ("script", "typed", "first"),
    [
        ("train", ["k=0", "data.path=nowhere.csv"], "reading nowhere.csv …"),
        ("train", ["-m", "k=0,1", "data.path=nowhere.csv"], "reading nowhere.csv …"),
        ("score", ["output=x.txt", "data.path=nowhere.csv"], "reading nowhere.csv …"),
        ("campaign", ["list=x", "start=x", "data.path=nowhere.csv"], "reading nowhere.csv …"),
        ("register", ["run_id=nobody"], "looking at the recorded runs …"),
    ],
)
@pytest.mark.slow
def test_what_is_done_is_said_before_anything_heavy_is_imported(script, typed, first, tmp_path):
    code = f"HEAVY = {HEAVY!r}\n{WATCH}\nimport segmentation.scripts as scripts\n"
    code += f"sys.argv = {[f'{script}.py', *typed]!r}\nscripts.{script}()"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(PYTHONIOENCODING="utf-8"),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert shown.returncode == 2, shown.stderr
    imported, said, error, *_ = shown.stderr.splitlines()
    assert imported == "then: "
    assert said == first
    assert error.startswith("error: ")
    assert shown.stdout == ""
