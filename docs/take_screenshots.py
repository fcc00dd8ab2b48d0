"""Screenshots of MLflow's pages and of explore.py for the README, of a sweep made for them.

    uv run docs/take_screenshots.py [FOLDER]

Needs Chromium (Debian: `apt-get install chromium`) or Google Chrome, and the extra explore.
"""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlflow import MlflowClient
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from segmentation.tracking.mlflow_views import runs_page

REPO = Path(__file__).resolve().parents[1]
IMAGES = REPO / "docs" / "images"
SWEEP = ["scaler=log,standard", "k=2,3,4,5"]
MODEL_PAGE = "#/models/customer-segments"
WIDTH, HEIGHT, REPORT_WIDTH = 1400, 900, 960  # pixels
COLOURS = 128
BROWSERS = ("chromium", "google-chrome")
BROWSER_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# As after a first visit: MLflow's assistant opens by itself on that one, over a third of the page.
VISITED = "localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1', 'true')"
# Job workers, of no use here, would take longer to start than the server itself.
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
ENDS_WITHIN_SECONDS = 60
STARTS_WITHIN_SECONDS = 60


def main(images: Path) -> None:
    """Make a sweep, and take the pictures of its runs, their comparison and its champion."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, str(REPO / "train.py"), "-m", *SWEEP]
        subprocess.run(command, cwd=folder, env=_environment(), check=True)
        client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
        champion = client.get_model_version_by_alias("customer-segments", "champion")
        experiment_id = client.get_run(champion.run_id).info.experiment_id
        children = client.search_runs([experiment_id], "tags.kind = 'segmentation'")
        with mlflow_ui(folder) as url, headless_browser() as browser:
            page = new_page(browser)
            page.goto(url)
            page.get_by_role("button", name="Model training", exact=True).click()
            page.goto(f"{url}/{runs_page(experiment_id)}")
            expand(page, "value · scaler")
            page.get_by_text("kmeans k=2 standard value").wait_for()
            page.mouse.move(0, 0)
            save(page, images / "mlflow_runs.png", height=690)
            compare(page, [run.info.run_id for run in children])
            page.locator(".js-plotly-plot .parcoords").first.wait_for()
            save(page, images / "mlflow_comparison.png", height=620)
            sweep = client.search_runs([experiment_id], "tags.kind = 'sweep'")[0].info.run_id
            page.goto(f"{url}/#/experiments/{experiment_id}/runs/{sweep}/model-metrics")
            page.locator(".js-plotly-plot .scatterlayer").nth(1).wait_for()
            page.mouse.move(0, 0)
            save(page, images / "mlflow_sweep.png", height=620)
            page.goto(f"{url}/{MODEL_PAGE}/versions/{champion.version}")
            page.get_by_text("How it was chosen").wait_for()
            save(page, images / "mlflow_version.png", height=680)
            page = new_page(browser, width=REPORT_WIDTH)
            page.goto(next(folder.glob("outputs/*/*/report.html")).as_uri())
            save(page, images / "report.png", height=760, width=REPORT_WIDTH)
        with explore_page(folder) as url, headless_browser() as browser:
            page = new_page(browser)
            open_view(page, url, "Customers")
            page.locator(".js-plotly-plot .barlayer").wait_for()
            page.get_by_test_id("stDataFrame").locator("canvas").first.wait_for()
            save(page, images / "explore.png", height=795)


def save(page: Page, path: Path, *, height: int, width: int = WIDTH) -> None:
    """Keep the upper part of a page, ``height`` pixels of it, as a small PNG."""
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS)
    picture.save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1024:.0f} KB")


def browser_path() -> str | None:
    """Where a browser that can be driven is installed, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def mlflow_ui(folder: Path) -> Iterator[str]:
    """Serve the tracking store of a folder, as `mlflow ui` does, and yield its address."""
    command = ["mlflow", "ui", "--backend-store-uri", "sqlite:///mlflow.db", "--workers", "1"]
    with _served(folder, [*command, "--port"], "health") as address:
        yield address


@contextmanager
def explore_page(folder: Path, *options: str) -> Iterator[str]:
    """Serve explore.py on the tracking store of a folder, and yield its address."""
    command = ["streamlit", "run", str(REPO / "explore.py")]
    with _served(folder, [*command, "--server.port"], "_stcore/health", *options) as address:
        yield address


def open_view(page: Page, url: str, view: str) -> None:
    """Open a view of explore.py, and wait until it is drawn."""
    page.goto(url)
    page.get_by_text(view, exact=True).click(timeout=STARTS_WITHIN_SECONDS * 1000)
    page.locator("label[data-selected='true']").filter(has_text=view).wait_for()
    page.locator("[data-test-script-state='notRunning']").wait_for()
    # pictures and tables are drawn after what they show has come
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)


@contextmanager
def _served(folder: Path, command: list[str], health: str, *options: str) -> Iterator[str]:
    """Run a module in a folder on a free port, which the command ends with, until it is done."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", *command, str(port)]
    server = subprocess.Popen(
        [*words, "--", *options] if options else words,
        cwd=folder,
        env=_environment() | QUIET,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(server, f"{address}/{health}")
        yield address
    finally:
        _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End a server with all that it started; the one that does not obey is killed."""
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(ENDS_WITHIN_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


@contextmanager
def headless_browser() -> Iterator[Browser]:
    """Start the installed browser with an empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=list(BROWSER_OPTIONS)
        )
        yield browser
        browser.close()


def new_page(browser: Browser, *, width: int = WIDTH) -> Page:
    """Open an empty page in a profile of its own."""
    profile = browser.new_context(viewport={"width": width, "height": HEIGHT})
    profile.add_init_script(VISITED)
    return profile.new_page()


def expand(page: Page, run_name: str) -> None:
    """Show the children of a parent run in the table of runs."""
    page.get_by_role("gridcell").filter(has_text=run_name).get_by_role("button").click()


def compare(page: Page, run_ids: list[str]) -> None:
    """Tick runs in the table of runs and open their comparison."""
    for run_id in run_ids:
        page.locator(f".ag-row[row-id='{run_id}']").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Compare").click()


def _environment() -> dict[str, str]:
    ours = ("MLFLOW_", "SEGMENTATION_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _wait_until_it_answers(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers at {url}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
