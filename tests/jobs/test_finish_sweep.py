"""The end of a sweep: what is compared, measured once, registered, and what is not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.evaluation.ceiling import ceiling
from segmentation.tracking.recorded_run import read_run
from segmentation.tracking.store import open_store
from tests.helpers.commands import child_runs, client, parent_runs, run_here
from tests.helpers.shop import shop_lines


def workplace_reports():
    return Path("outputs").rglob("report.html")


COLUMNS = ["Customer ID", "Invoice", "Product", "Invoice Date", "Quantity", "Price"]


@pytest.fixture
def train(shop_with_champion, shop_csv, monkeypatch):
    def sweep(*options):
        shop = ["data=transactions", f"data.path={shop_csv}", "plots=none"]
        return run_here(monkeypatch, "-m", *shop, "evaluation=fast", *options)

    return sweep


def versions(model):
    return client().search_model_versions(f"name = '{model}'")


@pytest.fixture
def looking_ahead(workplace, shop_csv, monkeypatch):
    """A sweep that measures what segments predict, and nothing that takes long."""
    own = workplace / "own" / "evaluation"
    own.mkdir(parents=True)
    text = "defaults: [fast]\nout_of_time: {horizon_share: 0.25, folds: 5}\n"
    (own / "ahead.yaml").write_text(text, encoding="utf-8")

    def sweep(*options, path=shop_csv):
        shop = ["data=transactions", f"data.path={path}", "plots=none", "evaluation=ahead"]
        return run_here(monkeypatch, "--config-dir", "own", "-m", *shop, *options)

    return sweep


@pytest.mark.slow
def test_how_much_there_is_to_predict_is_measured_once_and_kept_with_the_parent(looking_ahead):
    assert looking_ahead("k=2,3") == 0
    (parent,) = parent_runs()
    runs = child_runs(parent)
    store = open_store("sqlite:///mlflow.db", "customer-segments")
    customers = read_run(store, runs[0].info.run_id).measured()
    assert parent.data.metrics["oot_ceiling"] == ceiling(customers.pasts_of(0.25)[0], 5)
    assert not any("oot_ceiling" in run.data.metrics for run in runs)
    chosen = read_run(store, parent.data.tags["chosen_run"]).metrics
    net = chosen["oot_score"] - 0.01 * chosen["n_segments"]
    assert parent.data.metrics["oot_net"] == pytest.approx(net)
    description = client().get_model_version_by_alias("customer-segments", "champion").description
    assert "gradient boosting on everything known of the customers explains" in description


@pytest.mark.parametrize("numbers", ["260,300", "300,260"])
@pytest.mark.slow
def test_of_several_samples_that_of_the_chosen_run_is_looked_at(looking_ahead, numbers):
    assert looking_ahead(f"training.max_customers={numbers}", "k=2") == 0
    (parent,) = parent_runs()
    store = open_store("sqlite:///mlflow.db", "customer-segments")
    chosen = read_run(store, parent.data.tags["chosen_run"]).measured()
    assert parent.data.metrics["oot_ceiling"] == ceiling(chosen.pasts_of(0.25)[0], 5)


def shop_of_chance(path):
    """Customers who differ by chance only: what they did says nothing of what they will do."""
    rng = np.random.default_rng(0)
    rows = [
        (customer, f"{customer}-{order}", "p", instant, 1, round(float(rng.lognormal(3, 0.5)), 2))
        for customer in range(400)
        for order, instant in enumerate(
            pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.uniform(0, 200, rng.poisson(8)), "D").round("s")
        )
    ]
    pd.DataFrame(rows, columns=COLUMNS).to_csv(path, index=False)
    return path


@pytest.mark.slow
def test_what_predicts_nothing_is_chosen_and_not_registered(looking_ahead, workplace, capsys):
    assert looking_ahead("k=2,3", path=shop_of_chance(workplace / "chance.csv")) == 0
    (parent,) = parent_runs()
    assert parent.info.status == "FINISHED"
    assert {run.data.tags["predicts"] for run in child_runs(parent)} == {"false"}
    printed = capsys.readouterr().out
    assert "is chosen of 2 eligible runs" in printed
    assert "predict nothing" in printed
    assert "so nothing is registered without force=true" in printed
    assert versions("customer-segments") == []


@pytest.mark.slow
def test_nothing_is_registered_where_nothing_is_eligible(train, capsys):
    strict = [
        "features=rfm",
        "selection.min_smallest_segment_share=0.6",
        "tracking.model_name=other",
    ]
    assert train("k=2,3", *strict) == 0
    assert parent_runs()[1].info.status == "FINISHED"
    assert "nothing is registered" in capsys.readouterr().out
    assert versions("other") == []


@pytest.mark.slow
def test_the_classic_rule_registers_nothing_that_is_not_eligible(train, capsys):
    strict = [
        "features=rfm",
        "selection.min_smallest_segment_share=0.6",
        "tracking.model_name=other",
    ]
    train("k=2", "selection=silhouette", *strict)
    assert "warning: the highest silhouette" in capsys.readouterr().out
    assert versions("other") == []


@pytest.fixture
def small_shop(workplace):
    """Twenty-five customers of the shop, who are enough for two segments."""
    lines = shop_lines()
    some = [*range(10), *range(285, 300)]
    path = workplace / "small.csv"
    lines[lines["Customer ID"].isin(some)].to_csv(path, index=False)
    return [f"data.path={path}", "data=transactions", "plots=none", "evaluation=default"]


@pytest.mark.slow
def test_what_there_are_too_few_customers_for_is_left_out_and_the_others_go_on(
    small_shop, monkeypatch, capsys
):
    assert run_here(monkeypatch, "-m", *small_shop, "k=2,3,40") == 0
    printed = capsys.readouterr().out
    assert "25 customers are few (200 are needed for all figures): at most 2 segments" in printed
    assert "kmeans k=40 log value: skipped: k=40 is more than a tenth of the 25" in printed
    (parent,) = parent_runs()
    assert parent.info.status == "FINISHED"
    assert len(child_runs(parent)) == 1
    store = open_store("sqlite:///mlflow.db", "customer-segments")
    verdict = read_run(store, parent.info.run_id).values("verdict.json")
    assert verdict["name"] == "kmeans k=2 log value"
    assert [(run["run_id"], run["name"][7:11]) for run in verdict["excluded"]] == [
        ("", "k=3 "),
        ("", "k=40"),
    ]
    note = parent.data.tags["mlflow.note.content"]
    assert "Skipped, because the customers are too few: kmeans k=3 log value, kmeans k=40" in note
    report = next(workplace_reports()).read_text(encoding="utf-8")
    assert "25 customers are few" in report


@pytest.mark.slow
def test_where_no_run_is_possible_one_line_says_so(small_shop, monkeypatch, capsys):
    assert run_here(monkeypatch, "-m", *small_shop, "k=3,4") == 2
    assert "error: no run of the sweep is possible: k=3 is more than a tenth" in (
        capsys.readouterr().err
    )


@pytest.mark.slow
def test_a_segment_of_nine_is_none(small_shop, monkeypatch, capsys):
    ten_of = "selection.min_smallest_segment_customers"
    assert run_here(monkeypatch, "-m", *small_shop, "evaluation=fast", "k=2", f"{ten_of}=11") == 0
    assert "smallest segment 10 customers, at least 11 needed" in capsys.readouterr().out
