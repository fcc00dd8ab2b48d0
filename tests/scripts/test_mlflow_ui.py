"""MLflow's pages as a person sees them: a real server, a real browser."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from docs.take_screenshots import (
    MODEL_PAGE,
    browser_path,
    compare,
    expand,
    headless_browser,
    mlflow_ui,
    new_page,
)
from segmentation.tracking.mlflow_views import run_page, runs_page
from tests.helpers.commands import REPO, child_runs, client, environment, parent_runs, sweep_once

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser_path() is None, reason="neither chromium nor google-chrome is here"),
]
MODEL = "customer-segments"
WIDE = 1920
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def folder(shared_folder: Path, empty_database: Path) -> Path:
    """A folder in which a sweep over the made-up shop has made a champion, with pictures."""
    quick = ["evaluation=fast", "plots=champion", "k=2,3"]
    return sweep_once(shared_folder / "seen", empty_database, *quick)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with mlflow_ui(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = new_page(browser, width=WIDE)
    yield page
    page.context.close()


@pytest.fixture
def sweep(folder: Path):
    """The parent run and its children, by name."""
    (parent,) = parent_runs(folder)
    return parent, {run.info.run_name: run for run in child_runs(parent, folder)}


@pytest.fixture
def champion(folder: Path):
    version = client(folder).get_model_version_by_alias(MODEL, "champion")
    return version, client(folder).get_run(version.run_id)


def open_runs(page: Page, server: str, parent) -> None:
    page.goto(f"{server}/{runs_page(parent.info.experiment_id)}")
    expand(page, parent.info.run_name)


def row_number(page: Page, run_id: str) -> int:
    row = page.locator(f".ag-row[row-id='{run_id}']").first
    return int(row.get_attribute("aria-rowindex") or 0)


def test_the_runs_are_below_their_sweep_with_the_metrics_of_the_store(page, server, sweep):
    parent, children = sweep
    open_runs(page, server, parent)
    assert set(children) == {"kmeans k=2 log value", "kmeans k=3 log value"}
    for name, run in children.items():
        expect(page.get_by_role("link", name=name)).to_be_visible()
        assert row_number(page, run.info.run_id) > row_number(page, parent.info.run_id)
        shown = page.locator(f".ag-row[row-id='{run.info.run_id}']")
        for metric in ("silhouette_macro_common", "silhouette", "n_segments"):
            cell = shown.locator(f"[col-id='metrics.`{metric}`']")
            assert float(cell.inner_text()) == run.data.metrics[metric]
        assert shown.locator("[col-id='tags.`eligible`']").inner_text() == "true"


def test_the_columns_come_in_the_order_of_the_leaderboard(page, server, sweep):
    open_runs(page, server, sweep[0])
    wanted = ["Run Name", "Created", "eligible", "k", "scaler", "algorithm", "silhouette"]
    headings = [page.get_by_role("columnheader", name=name, exact=True).last for name in wanted]
    places = [heading.bounding_box()["x"] for heading in headings]
    assert places == sorted(places)


def test_the_description_of_the_experiment_leads_to_the_columns_that_matter(page, server, sweep):
    experiment = sweep[0].info.experiment_id
    page.goto(f"{server}/#/experiments/{experiment}/runs?workflowType=machine_learning")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="The columns that matter").click()
    view = opened.value
    expect(view.get_by_role("button", name="Segmentations")).to_be_visible()
    expect(view.get_by_text("silhouette_macro_common")).to_be_visible()


def test_two_runs_are_compared_by_what_differs(page, server, sweep):
    parent, children = sweep
    open_runs(page, server, parent)
    compare(page, [run.info.run_id for run in children.values()])
    expect(page.get_by_role("heading", name="Comparing 2 Runs from 1 Experiment")).to_be_visible()
    for name in children:
        expect(page.get_by_role("cell", name=name)).to_be_visible()
    page.get_by_role("switch", name="Parameters - Show diff only").click()
    name = page.get_by_role("rowheader", name="k", exact=True)
    parameters = page.get_by_role("table").filter(has=name)
    expect(parameters.get_by_role("row")).to_have_count(1)
    values = [run.data.params["k"] for run in children.values()]
    assert parameters.get_by_role("cell").all_inner_texts() == values
    expect(page.get_by_role("link", name="calinski_harabasz")).to_be_visible()
    words = " ".join(page.get_by_role("grid").all_inner_texts()).split()
    numbers = [float(word) for word in words if word.replace(".", "").isdigit()]
    for run in children.values():
        value = run.data.metrics["calinski_harabasz"]
        assert value in [pytest.approx(number, abs=0.051) for number in numbers]


def test_the_sweep_says_what_came_out_and_leads_to_the_chosen_run(page, server, sweep, champion):
    parent, run = sweep[0], champion[1]
    page.goto(f"{server}/{run_page(parent.info.experiment_id, parent.info.run_id)}")
    expect(page.get_by_text("is chosen of 2 eligible runs").first).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("table").get_by_role("link", name=run.info.run_name).first.click()
    expect(opened.value.get_by_role("heading", name=run.info.run_name)).to_be_visible()


def test_models_have_names_of_their_own(page, server, sweep):
    parent, children = sweep
    page.goto(f"{server}/#/experiments/{parent.info.experiment_id}/models")
    for name in children:
        expect(page.get_by_role("link", name=name).first).to_be_visible()


def test_the_artifacts_of_the_champion_open(page, server, champion):
    version, run = champion
    runs = f"{server}/#/experiments/{run.info.experiment_id}/runs"
    page.goto(f"{runs}/{version.tags['promotion_run']}/artifacts")
    page.get_by_text("report.html").first.click()
    report = page.frame_locator("iframe")
    expect(report.get_by_role("heading", level=1)).to_have_text("3 customer segments")
    page.get_by_text("pictures").first.click()
    page.get_by_text("shares.png").click()
    picture = page.get_by_alt_text("pictures/shares.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 500
    page.goto(f"{runs}/{run.info.run_id}/artifacts")
    page.get_by_text("profile.json").first.click()
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(1 + 3)


def test_the_model_shows_its_champion_and_leads_to_its_run(page, server, champion):
    version, run = champion
    page.goto(f"{server}/{MODEL_PAGE}")
    expect(page.get_by_text("is the version in use")).to_be_visible()
    row = page.get_by_role("row").filter(has_text=f"Version {version.version}")
    expect(row.get_by_role("status", name="champion")).to_be_visible()
    expect(row.get_by_role("cell").last).to_contain_text(f"{run.info.run_name} is the")
    row.get_by_role("link", name=f"Version {version.version}").click()
    expect(page.get_by_text("How far to trust it.")).to_be_visible()
    # The model, whose link follows, has the name of its run, and may be shown before it.
    links = page.get_by_role("link", name=run.info.run_name)
    expect(links.nth(1)).to_be_visible()
    links.first.click()
    expect(page.get_by_role("heading", name=run.info.run_name)).to_be_visible()
    assert f"/runs/{run.info.run_id}" in page.url


@pytest.mark.executes(r"docs/take_screenshots\.py")
def test_the_screenshots_of_the_readme_are_taken_by_their_command(tmp_path):
    script = REPO / "docs" / "take_screenshots.py"
    subprocess.run([sys.executable, script, tmp_path], env=environment(), check=True)
    taken = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    assert set(taken) == set(re.findall(r"docs/images/(\w+\.png)", readme))
    assert max(taken.values()) < 300_000
