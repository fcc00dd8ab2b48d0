"""The report of a real sweep, by the scripts in this process."""

import re
from pathlib import Path

import pytest

from segmentation.plots.segment_style import segment_colour
from segmentation.tracking.model_loading import load_version
from segmentation.tracking.store import open_store
from tests.helpers.commands import child_runs, client, parent_runs, run_here

MODEL = "customer-segments"


@pytest.fixture
def sweep(workplace, shop_csv, monkeypatch):
    def train(*arguments):
        shop = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast"]
        return run_here(monkeypatch, "-m", *shop, *arguments)

    return train


def promotion_of(version):
    return version.tags["promotion_run"]


def files(run_id, folder=None):
    return {file.path for file in client().list_artifacts(run_id, folder)}


@pytest.mark.slow
def test_a_sweep_leaves_a_report_on_the_promotion_the_version_and_the_disk(sweep, capsys):
    assert sweep("k=2,3") == 0
    (report,) = Path("outputs").rglob("report.html")
    assert str(report.absolute()) in capsys.readouterr().out
    champion = client().get_model_version_by_alias(MODEL, "champion")
    html = report.read_text(encoding="utf-8")
    logged = Path(client().download_artifacts(promotion_of(champion), "report.html"))
    assert logged.read_text(encoding="utf-8") == html
    names = load_version(open_store("sqlite:///mlflow.db", MODEL), champion).names_
    names.pop(-1)
    for segment, name in names.items():
        assert name in html
        assert name in champion.description
        assert segment_colour(segment) in html
    assert html.count("data:image/png;base64,") == 8, "four pictures, for a page and for a phone"
    assert "List</dt><dd><code>customers.csv</code>, segment_name = " in html
    assert "train.py -m data=transactions" in html
    for run in child_runs(parent_runs()[0]):
        assert len(files(run.info.run_id, "pictures")) == 4, "every run of a small sweep"


@pytest.mark.slow
def test_pictures_of_the_champion_only_and_none_at_all(sweep):
    assert sweep("k=2,3", "plots=champion") == 0
    (parent,) = parent_runs()
    champion = client().get_model_version_by_alias(MODEL, "champion")
    assert len(files(promotion_of(champion), "pictures")) == 4
    assert not [run for run in child_runs(parent) if files(run.info.run_id, "pictures")]
    assert sweep("k=2,3", "plots=none", "reuse=false", f"tracking.model_name={MODEL}-2") == 0
    plain = client().get_model_version_by_alias(f"{MODEL}-2", "champion")
    assert not files(promotion_of(plain), "pictures")
    assert not files(plain.run_id, "pictures")
    html = Path(client().download_artifacts(promotion_of(plain), "report.html")).read_text(
        encoding="utf-8"
    )
    assert "data:image/png" not in html


@pytest.mark.slow
def test_without_the_customers_the_pictures_of_the_run_are_taken(sweep):
    assert sweep("k=2,3", "tracking.log_customers=false") == 0
    (report,) = Path("outputs").rglob("report.html")
    assert report.read_text(encoding="utf-8").count("data:image/png;base64,") == 4


@pytest.mark.slow
def test_the_report_names_the_list_of_every_segment_that_is_written(sweep):
    assert sweep("k=3", "lists=by_segment") == 0
    (report,) = Path("outputs").rglob("report.html")
    named = re.findall(r"<code>(segments/[^<]+)</code>", report.read_text(encoding="utf-8"))
    assert len(named) == 3
    assert all((report.parent / name).is_file() for name in named)
