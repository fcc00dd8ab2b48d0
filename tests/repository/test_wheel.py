"""The wheel alone, in a bare environment and an empty folder, does what the checkout does."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.helpers.commands import REPO, active_runs, client, environment
from tests.helpers.shop import write_shop

UV = shutil.which("uv")
pytestmark = pytest.mark.skipif(UV is None, reason="uv builds the wheel, and is not on the PATH")


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--wheel", "--quiet", "--out-dir", str(folder), folder=REPO)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_every_option_and_the_saved_studies(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    options = {f"segmentation/{path.relative_to(REPO)}" for path in (REPO / "conf").rglob("*.yaml")}
    assert options <= names
    assert "segmentation/report/templates/report.html.j2" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "conf/"))]


@pytest.mark.slow
def test_it_trains_registers_and_scores_where_nothing_else_is(wheel, tmp_path):
    bare, folder = tmp_path / "bare", tmp_path / "empty"
    folder.mkdir()
    run(UV, "venv", "--quiet", "--python", sys.executable, str(bare), folder=folder)
    python = bare / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(UV, "pip", "install", "--quiet", "--python", str(python), str(wheel), folder=folder)
    script = str(python.with_name("segmentation"))
    shop = f"data.path={write_shop(folder / 'orders.csv')}"
    own = folder / "mine" / "algorithm"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("defaults: [kmeans]\nn_init: 3\n", encoding="utf-8")
    printed = run(script, "train", "-m", "k=2,3,4", folder=folder)
    assert "is the first champion" in printed
    # What comes next is printed as this one was typed.
    assert "  segmentation score data=complete_journey output=segments.csv model=" in printed
    assert "  mlflow ui --backend-store-uri sqlite:///" in printed
    assert len(active_runs(folder)) == 5, "three runs, their sweep and a promotion"
    quick = ["evaluation=fast", "plots=none", "k=3", "data=transactions", shop]
    printed = run(script, "train", "--config-dir", "mine", *quick, "algorithm=mine", folder=folder)
    run_id = printed.split("run_id=")[1].split()[0]
    assert client(folder).get_run(run_id).data.params["algorithm.n_init"] == "3"
    run(script, "register", f"run_id={run_id}", "force=true", folder=folder)
    run(script, "score", shop, "output=segments.csv", folder=folder)
    assert len((folder / "segments.csv").read_text("utf-8").splitlines()) == 301
