"""A sweep of a shop with more customers than are fitted, as a user types it."""

import re
from pathlib import Path

import pandas as pd
import pytest

from segmentation.segments.evidence import number
from tests.helpers.commands import active_runs, client, run_here
from tests.helpers.shop import write_shop

SHOP = ("data=transactions", "data.path=orders.csv", "data.cancellation_prefix=C")
DRAWN = "200 of 300 customers, drawn by a hash of their ids"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, empty_database):
    """Where two runs were swept with a sample of the customers, and one was registered."""
    folder = tmp_path_factory.mktemp("sampled")
    (folder / "mlflow.db").write_bytes(empty_database.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        # of no other test: MLflow keeps one connection per address, whatever the folder is
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        write_shop(folder / "orders.csv")
        sampled = (*SHOP, "features=rfm", "training.max_customers=200", "hydra.sweep.dir=out")
        assert run_here(patch, "-m", *sampled, "k=2,3", "evaluation=fast") == 0
    return folder


@pytest.fixture
def champion(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
    version = client().get_model_version_by_alias("customer-segments", "champion")
    return client().get_run(version.run_id), client().get_run(version.tags["promotion_run"])


def artifact(run, name):
    return Path(client().download_artifacts(run.info.run_id, name))


@pytest.mark.slow
def test_the_run_says_how_many_of_how_many_were_fitted_and_counts_all(champion):
    run, _ = champion
    profile = pd.read_csv(artifact(run, "profile.csv"))
    assert run.data.tags["fitted_customers"] == DRAWN
    assert run.data.metrics["n_customers"] == 300
    assert run.data.metrics["smallest_segment_customers"] == profile["customers"].min()
    assert (profile["customers"].sum(), profile["fitted_customers"].sum()) == (300, 200)
    assert profile["revenue_share"].sum() == pytest.approx(1)


def test_the_files_hold_all_customers(champion):
    run, promotion = champion
    profile = pd.read_csv(artifact(run, "profile.csv")).set_index("segment")
    kept = pd.read_parquet(artifact(run, "customers.parquet"))
    assert kept.groupby("segment").size().to_dict() == profile["customers"].to_dict()
    assert kept.groupby("segment")["revenue"].median().to_dict() == pytest.approx(
        profile["revenue_median"].to_dict()
    )
    fitted = pd.read_parquet(artifact(run, "fitted_customers.parquet"))
    assert len(fitted) == 200
    # K-means puts who was fitted where it predicts him
    assert fitted["segment"].equals(kept.loc[fitted.index, "segment"])
    listed = pd.read_csv(artifact(promotion, "customers.csv"), dtype={"customer_id": str})
    assert listed.set_index("customer_id")["segment"].equals(kept["segment"])


def test_the_report_and_the_registry_say_it(champion, folder):
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert f"The segments were found among {DRAWN}; sizes, shares and medians are those of" in page
    assert "There are 300 customers over" in page
    # names and what they stand on are of all, too: medians of the profile are those of the evidence
    profile = pd.read_csv(artifact(champion[0], "profile.csv"))
    for segment in profile.itertuples():
        assert f"median {number(segment.revenue_median)} of revenue" in segment.evidence
    version = client().get_model_version_by_alias("customer-segments", "champion")
    assert f"Fitted to {DRAWN}." in version.description


@pytest.mark.slow
def test_what_is_measured_again_is_the_same_sample(champion, folder, monkeypatch, capsys):
    """Without kept customers, register.py measures them from the lines, as they were drawn."""
    options = (*SHOP, "features=rfm", "training.max_customers=200", "evaluation=fast", "k=4")
    assert run_here(monkeypatch, *options, "tracking.log_customers=false", "plots=none") == 0
    printed = capsys.readouterr().out
    assert f"fitted: {DRAWN} (training.max_customers=200)" in printed
    run = next(run for run in active_runs() if run.data.params.get("k") == "4")
    chosen = (f"run_id={run.info.run_id}", "force=true", "dry=true")
    assert run_here(monkeypatch, *SHOP, *chosen, script="register.py") == 0
    files = {file.path for file in client().list_artifacts(run.info.run_id)}
    assert not files & {"customers.parquet", "fitted_customers.parquet"}


@pytest.mark.slow
def test_another_number_of_customers_is_another_run_and_one_above_all_is_the_usual(
    champion, monkeypatch, capsys
):
    usual = (*SHOP, "features=rfm", "k=3", "evaluation=fast", "plots=none")
    for most in (250, 300, 1_000):
        assert run_here(monkeypatch, *usual, f"training.max_customers={most}") == 0
        printed = capsys.readouterr().out
        assert ("already run" in printed) is (most == 1_000)
        assert ("drawn by a hash" in printed) is (most == 250)


@pytest.mark.slow
def test_a_sweep_over_the_number_measures_each_for_itself(champion, monkeypatch, capsys):
    numbers = "training.max_customers=210,220"
    assert run_here(monkeypatch, "-m", *SHOP, numbers, "k=2", "evaluation=fast") == 0
    found = {run.data.tags.get("fitted_customers") for run in active_runs()}
    assert {DRAWN.replace("200", str(number)) for number in (210, 220)} < found
    # the ceiling and the gate are those of the chosen run's sample
    assert "failed" not in capsys.readouterr().out


@pytest.mark.slow
def test_the_champion_remembers_all_customers_of_its_training(champion, monkeypatch, capsys):
    scored = (
        "data.path=orders.csv",
        "output=scored.csv",
        "model=models:/customer-segments@champion",
    )
    assert run_here(monkeypatch, *scored, script="score.py") == 0
    profile = pd.read_csv(artifact(champion[0], "profile.csv"))
    rows = re.findall(r"^ (\S.*?\S) {2,}(\d+) \(.*?%\) +(\d+) \(", capsys.readouterr().out, re.M)
    now = {name: int(count) for name, _, count in rows}
    assert {name: int(then) for name, then, _ in rows} == now
    assert now == dict(zip(profile["name"], profile["customers"], strict=True))
