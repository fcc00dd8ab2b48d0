"""The page as a person sees it: a real server, a real browser."""

import csv
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from docs.take_screenshots import (
    browser_path,
    explore_page,
    headless_browser,
    new_page,
    open_view,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser_path() is None, reason="neither chromium nor google-chrome is here"),
]
SECONDS = 1000
NARROW = 390  # pixels


@pytest.fixture(autouse=True)
def _a_minute_for_what_is_expected() -> None:
    # Here, as it holds for every module of the process.
    expect.set_options(timeout=60 * SECONDS)


@pytest.fixture
def page(explored) -> Iterator[Page]:
    with explore_page(explored, "history=history.parquet") as url, headless_browser() as browser:
        page = new_page(browser, width=1280)
        page.set_default_timeout(60 * SECONDS)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        yield page
        strange = [each for each in asked if not each.startswith((url, "data:", "blob:"))]
        assert [each for each in strange if not each.startswith(url.replace("http", "ws"))] == []


@pytest.mark.executes(r"--extra explore streamlit run explore\.py( -- history=history\.parquet)?")
def test_customers_are_filtered_downloaded_and_explained(page, tmp_path):
    expect(page.get_by_text("300 of 300")).to_be_visible()
    page.get_by_label("Revenue, from").fill("5000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("40 of 300")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 40 customers").click()
    download.value.save_as(tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    assert min(float(row["revenue"]) for row in rows) >= 5000
    assert {"customer_id", "segment_name", "Product", "borderline"} <= rows[0].keys()
    page.get_by_text("One customer", exact=True).click()
    expect(page.get_by_text("Next segment: ")).to_be_visible()
    expect(page.get_by_text("distance to the next segment")).to_be_visible()


def test_k_moves_under_the_hand(page):
    page.get_by_text("Move k", exact=True).click()
    expect(page.locator(".sankey-node")).to_have_count(3 + 4)
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.locator(".sankey-node")).to_have_count(2 + 3)
    expect(page.get_by_text("Right: those of k=3.")).to_be_visible()


def test_no_list_of_people_stays_behind(explored, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with explore_page(explored) as url:
        # A browser makes a socket there, whose path may not be long.
        monkeypatch.delenv("TMPDIR")
        with headless_browser() as browser:
            open_view(new_page(browser), url, "Customers")
        (private,) = tmp_path.glob("segmentation-command-*")
        assert private.stat().st_mode & 0o077 == 0
    assert list(tmp_path.glob("segmentation-*")) == []


def test_nothing_is_wider_than_a_telephone(explored):
    with explore_page(explored) as url, headless_browser() as browser:
        page = new_page(browser, width=NARROW)
        for view in ("One customer", "Flows", "Move k", "Customers"):
            open_view(page, url, view)
            page.wait_for_timeout(SECONDS)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= NARROW, json.dumps([view, wide])
