"""score.py as a user types it, with the champion of a sweep over the made-up shop."""

import shutil
import signal
import subprocess
import time

import pandas as pd
import pytest

from segmentation.model.rfm import rfm_borders, rfm_scores
from tests.helpers.commands import (
    client,
    command,
    environment,
    run_command,
    run_here,
    without_progress,
)
from tests.helpers.shop import shop_lines

FEATURES = ["recency_days", "orders", "revenue"]
SCORES = ["recency_score", "frequency_score", "monetary_score", "rfm_score"]
COLUMNS = [
    *("customer_id", "segment", "segment_name", "action", "confidence", "borderline", *FEATURES),
    *(*SCORES, "previous_segment_name", "changed_on", "control", "outlier", "as_of"),
    *("model_name", "model_version", "model_id"),
]


@pytest.fixture
def score(shop_with_champion, shop_csv, monkeypatch):
    def run(*arguments, data=shop_csv):
        return run_here(monkeypatch, f"data.path={data}", *arguments, script="score.py")

    return run


@pytest.fixture
def trained(shop_with_champion):
    """Customers and segments of the champion's training, by customer_id."""
    version = client().get_model_version_by_alias("customer-segments", "champion")
    table = pd.read_parquet(client().download_artifacts(version.run_id, "customers.parquet"))
    return table.rename_axis("customer_id")


def read(path):
    frame = pd.read_parquet(path) if path.endswith("parquet") else pd.read_csv(path)
    return frame.astype({"customer_id": str}).set_index("customer_id")


@pytest.mark.parametrize("output", ["segments.csv", "segments.parquet"])
@pytest.mark.slow
def test_the_data_of_the_training_give_the_segments_of_the_training(score, trained, output, capsys):
    assert score(f"output={output}") == 0
    result = read(output)
    assert ["customer_id", *result.columns] == COLUMNS
    result = result.loc[trained.index]
    assert result["segment"].tolist() == trained["segment"].tolist()
    pd.testing.assert_frame_equal(result[FEATURES].astype(float), trained[FEATURES])
    pd.testing.assert_frame_equal(result[SCORES], trained[SCORES])
    assert result["segment_name"].groupby(result["segment"]).nunique().eq(1).all()
    assert set(result["model_version"].astype(str)) == {"1"}
    assert result["confidence"].between(0, 1).all()
    printed = capsys.readouterr().out
    assert "Customers" in printed
    drift = printed[printed.index("Drift since training") :]
    assert drift.count("0.000  stable") == len(FEATURES) + 1


@pytest.mark.slow
def test_an_export_is_read_as_that_of_the_training_was(workplace, shop_csv, monkeypatch, capsys):
    """Columns, marks and the rule for lines that cannot be read need not be told again."""
    frame = pd.read_csv(shop_csv, dtype=str)
    frame.columns = ["Wer", *frame.columns[1:]]
    frame.to_csv("training.csv", index=False, sep="|")
    told = ["data.columns.customer_id=Wer", "data.delimiter=pipe", "cleaning.unreadable=true"]
    options = ["data.path=training.csv", *told, "k=2,3", "evaluation=fast", "plots=none"]
    assert run_here(monkeypatch, "-m", *options) == 0
    frame.iloc[0, frame.columns.get_loc("Quantity")] = "many"
    frame.to_csv("next.csv", index=False, sep="|")
    arguments = ["data.path=next.csv", "output=segments.csv"]
    assert run_here(monkeypatch, *arguments, script="score.py") == 0
    assert "− unreadable" in capsys.readouterr().out
    frame["Quantity"] = "many"
    frame.to_csv("next.csv", index=False, sep="|")
    arguments += ["overwrite=true", "cleaning.unreadable=false"]
    assert run_here(monkeypatch, *arguments, script="score.py") == 2


@pytest.mark.slow
def test_the_remedy_for_lines_that_cannot_be_read_works_in_scoring(
    score, shop_csv, tmp_path, capsys
):
    frame = pd.read_csv(shop_csv, dtype=str)
    frame.loc[0, "Quantity"] = "many"
    frame.to_csv(tmp_path / "next.csv", index=False)
    assert score("output=segments.csv", data=tmp_path / "next.csv") == 2
    assert "or set cleaning.unreadable=true to drop" in capsys.readouterr().err
    assert score("output=s.csv", "cleaning.unreadable=true", data=tmp_path / "next.csv") == 0


@pytest.mark.slow
def test_a_champion_of_the_rfm_grid_scores_by_the_borders_of_its_training(
    workplace, shop_csv, monkeypatch
):
    options = ["algorithm=rfm_grid", "features=rfm", "k=2,3", "evaluation=fast", "plots=none"]
    shop = ["data=transactions", f"data.path={shop_csv}"]
    assert run_here(monkeypatch, "-m", *shop, *options) == 0
    version = client().get_model_version_by_alias("customer-segments", "champion")
    trained = pd.read_parquet(client().download_artifacts(version.run_id, "customers.parquet"))
    typed = [f"data.path={shop_csv}", "output=then.parquet", "as_of=2024-04-01"]
    assert run_here(monkeypatch, *typed, script="score.py") == 0
    then = read("then.parquet")
    of_training = rfm_scores(then, rfm_borders(trained))
    pd.testing.assert_frame_equal(then[SCORES], of_training)
    assert not then[SCORES].equals(rfm_scores(then, rfm_borders(then)))
    sums = pd.concat([trained[["rfm_score", "segment"]], then[["rfm_score", "segment"]]])
    assert sums.groupby("rfm_score")["segment"].nunique().eq(1).all(), "a sum is one segment"


@pytest.mark.slow
def test_what_changed_since_an_earlier_scoring_is_counted(score, capsys):
    assert score("output=then.csv", "as_of=2024-05-01") == 0
    assert score("output=now.parquet", "previous=then.csv") == 0
    then, now = read("then.csv"), read("now.parquet")
    assert set(then["as_of"]) == {"2024-05-01T00:00:00"}
    assert (then["revenue"].sum(), len(then)) < (now["revenue"].sum(), len(now))
    both = then.join(now.add_suffix("_now"), how="inner")
    moved = both[both["segment_name"] != both["segment_name_now"]]
    share, revenue = len(moved) / len(both), moved["revenue"].sum()
    printed = capsys.readouterr().out
    assert "Customers who moved" in printed
    assert f"{share:.1%} of the customers in both changed segment" in printed
    assert f"with {revenue:,.2f} of earlier revenue" in printed


@pytest.mark.slow
def test_an_earlier_scoring_by_another_model_is_told_apart(score, capsys):
    assert score("output=then.csv") == 0
    assert score("output=now.csv", "previous=then.csv") == 0
    assert "was scored with" not in capsys.readouterr().out
    pd.read_csv("then.csv").assign(model_version=12).to_csv("then.csv", index=False)
    assert score("output=now.csv", "previous=then.csv", "overwrite=true") == 0
    said = "The earlier output was scored with customer-segments version 12 (m-"
    printed = " ".join(capsys.readouterr().out.split())
    assert said in printed
    assert "the same model, so that no move is a change of it" in printed


@pytest.mark.slow
def test_the_same_version_of_another_model_is_told_apart(score, capsys):
    """A version's number says nothing without the name."""
    source = client().get_model_version("customer-segments", "1").source
    client().create_registered_model("prod.segments")
    client().create_model_version("prod.segments", source)
    assert score("output=then.csv") == 0
    assert score("output=now.csv", "previous=then.csv", "model=models:/prod.segments/1") == 0
    assert set(read("now.csv")["model_name"]) == {"prod.segments"}
    printed = " ".join(capsys.readouterr().out.split())
    assert "customer-segments version 1 (m-" in printed
    assert "this one with prod.segments version 1 (m-" in printed
    earlier = read("then.csv").assign(model_id="m-another")
    earlier.reset_index().to_csv("then.csv", index=False)
    assert score("output=later.csv", "previous=then.csv", "overwrite=true") == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "some moves are changes of the model, not of the customers" in printed


@pytest.mark.slow
def test_scoring_needs_no_experiment_and_without_a_record_makes_none(score):
    before = [experiment.name for experiment in client().search_experiments()]
    assert score("output=segments.csv", "tracking.experiment=new", "record=false") == 0
    assert [experiment.name for experiment in client().search_experiments()] == before
    client().delete_experiment(client().get_experiment_by_name("customer-segments").experiment_id)
    assert score("output=again.csv") == 0


@pytest.mark.slow
def test_a_store_that_takes_no_runs_costs_the_record_only(score, monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "123456")
    assert score("output=segments.csv") == 0
    assert len(read("segments.csv")) == 300
    printed = " ".join(capsys.readouterr().out.split())
    assert "warning: this scoring is not recorded (" in printed


@pytest.mark.slow
def test_new_data_that_look_otherwise_are_reported_as_drift(score, tmp_path, capsys):
    lines = shop_lines()
    lines["Price"] *= 20
    lines.to_csv(tmp_path / "dear.csv", index=False)
    assert score("output=segments.csv", data=tmp_path / "dear.csv") == 0
    drift = capsys.readouterr().out.split("Drift since training")[1].splitlines()
    (revenue,) = [line.split() for line in drift if line.split()[:1] == ["revenue"]]
    assert revenue[2] == "changed"


@pytest.mark.slow
def test_a_customer_id_is_no_formula(score, tmp_path):
    lines = shop_lines().astype({"Customer ID": str})
    lines["Customer ID"] = lines["Customer ID"].replace({"7": "=1+1", "8": "@SUM(A1)"})
    lines.to_csv(tmp_path / "attack.csv", index=False)
    assert score("output=segments.csv", data=tmp_path / "attack.csv") == 0
    ids = pd.read_csv("segments.csv", dtype=str)["customer_id"]
    assert {"'=1+1", "'@SUM(A1)"} <= set(ids)
    assert not ids.str.startswith(("=", "@", "+", "-")).any()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "'output' has no value and must be given; set output=…"),
        (["output=segments.txt"], "must end in .csv or .parquet"),
        (["output=there.csv"], "exists; set overwrite=true"),
        (["output=no/segments.csv"], "folder 'no' does not exist"),
        (["output=s.csv", "model=models:/customer-segments@nobody"], "no model at"),
        (["output=s.csv", "as_of=soon"], "must be a date or instant in ISO 8601"),
        (["output=s.csv", "as_of=1999-01-01"], "cleaning removed every line"),
        (["output=s.csv", "previous=missing.csv"], "previous='missing.csv' is no file"),
        (["output=there.csv", "previous=there.csv", "overwrite=true"], "is the output itself"),
        (["output=s.csv", "data.path=missing.csv"], "matches no file"),
        (["output=there.csv", "data.path=./there.csv", "overwrite=true"], "is data.path itself"),
        (["output=a/", "data.path=[there.csv,a]", "overwrite=true"], "is data.path itself"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing_behind(
    score, shop_with_champion, arguments, said, capsys
):
    (shop_with_champion / "there.csv").write_text("mine")
    before = set(shop_with_champion.iterdir())
    assert score(*arguments) == 2
    captured = capsys.readouterr()
    (line,) = without_progress(captured.err).splitlines()
    assert line.startswith("error: ")
    assert said in line
    assert (shop_with_champion / "there.csv").read_text() == "mine"
    assert set(shop_with_champion.iterdir()) == before


def test_a_mistake_in_the_output_is_told_before_the_data_are_read(score, capsys):
    score("output=segments.txt")
    assert "read" not in capsys.readouterr().out


@pytest.mark.slow
def test_overwrite_replaces(score, shop_with_champion, trained):
    (shop_with_champion / "segments.csv").write_text("old")
    assert score("output=segments.csv", "overwrite=true") == 0
    assert len(read("segments.csv")) == len(trained)


@pytest.mark.slow
def test_customers_are_measured_and_set_apart_as_the_model_was_trained(
    workplace, shop_csv, monkeypatch
):
    """Cleaning, features and key accounts are no options of score.py: they come with the model."""
    shop = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none"]
    measures = ["cleaning=seed", "features=behaviour", "k=3"]
    rule = ["key_accounts=top_1_percent", "key_accounts.share=0.03"]
    lax = "selection.min_smallest_segment_share=0.01"
    assert run_here(monkeypatch, "-m", *shop, *measures, *rule, lax) == 0
    version = client().get_model_version_by_alias("customer-segments", "champion")
    table = pd.read_parquet(client().download_artifacts(version.run_id, "customers.parquet"))
    scored = [f"data.path={shop_csv}", "output=now.parquet"]
    assert run_here(monkeypatch, *scored, script="score.py") == 0
    now = read("now.parquet").loc[table.index]
    assert now["segment"].tolist() == table["segment"].tolist()
    metrics = [name for name in table.columns if name != "segment"]
    assert (table["return_share"] > 0).any()
    pd.testing.assert_frame_equal(now[metrics].astype(float), table[metrics].astype(float))
    key = now[now["segment_name"] == "key accounts"]
    threshold = key["revenue"].min()
    assert len(key) == 9
    assert threshold > now.drop(key.index)["revenue"].max()
    assert (set(key["segment"]), set(key["confidence"])) == ({0}, {1.0})
    # earlier, fewer customers had reached the revenue of a key account
    scored = [f"data.path={shop_csv}", "output=then.csv", "as_of=2024-06-20"]
    assert run_here(monkeypatch, *scored, script="score.py") == 0
    then = read("then.csv")
    expected = set(then.index[then["revenue"] >= threshold])
    assert set(then.index[then["segment_name"] == "key accounts"]) == expected < set(key.index)


@pytest.mark.posix
@pytest.mark.slow
def test_an_interrupted_scoring_leaves_nothing_behind(shop_with_champion, tmp_path_factory):
    big = tmp_path_factory.mktemp("big")
    lines = pd.concat([shop_lines()] * 40, keys=range(40)).reset_index(level=0, names="copy")
    lines["Customer ID"] = lines["copy"].astype(str) + "-" + lines["Customer ID"].astype(str)
    lines.drop(columns="copy").to_csv(big / "orders.csv", index=False)
    arguments = [f"data.path={big / 'orders.csv'}", "output=segments.csv"]
    before = set(shop_with_champion.iterdir())
    process = subprocess.Popen(
        command(*arguments, script="score.py"),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if "kept" in line:
            break
    time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=120)
    assert process.returncode in (130, 143), errors
    assert "Traceback" not in errors
    assert set(shop_with_champion.iterdir()) == before


@pytest.mark.posix
@pytest.mark.slow
def test_a_full_disk_is_one_line_and_leaves_nothing_behind(shop_with_champion, shop_csv):
    import resource

    def little_space():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**14, 2**14))

    before = set(shop_with_champion.iterdir())
    finished = run_command(
        shop_with_champion,
        f"data.path={shop_csv}",
        "output=segments.csv",
        script="score.py",
        preexec=little_space,
    )
    assert finished.returncode == 2, finished.stderr
    (line,) = without_progress(finished.stderr).splitlines()
    assert "free some space" in line
    assert set(shop_with_champion.iterdir()) == before


@pytest.mark.parametrize(
    "name",
    [
        *("Orders (1)", "Aufträge", "sales [2024]", "a,b=c {x}", "O'Brien", "007", "~x"),
        pytest.param('*? "q"', marks=pytest.mark.posix),
    ],
)
@pytest.mark.slow
def test_files_are_named_as_they_are_typed(name, shop_with_champion, shop_csv, monkeypatch):
    shutil.copy(shop_csv, f"{name}.csv")
    scored = [f"data.path={name}.csv", f"output={name} scored.csv"]
    assert run_here(monkeypatch, *scored, script="score.py") == 0
    again = [scored[0], "output=again.parquet", f"previous={name} scored.csv"]
    assert run_here(monkeypatch, *again, script="score.py") == 0
    assert len(read(f"{name} scored.csv")) == len(pd.read_parquet("again.parquet")) == 300
