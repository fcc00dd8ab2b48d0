"""One run, from lines to records, by the script in this process."""

import json
import sys
from pathlib import Path

import mlflow
import pandas as pd
import pytest

import segmentation as sg
from segmentation.model.rfm import rfm_borders, rfm_scores
from tests.helpers.commands import active_runs, client, recorded_runs, run_here, without_progress
from tests.helpers.shop import shop_lines, write_shop


@pytest.fixture
def run(request, shop_csv, monkeypatch):
    if "shop_with_champion" not in request.fixturenames:
        request.getfixturevalue("workplace")

    def train(*arguments):
        shop = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none"]
        return run_here(monkeypatch, *shop, *arguments)

    return train


@pytest.fixture
def again(shop_with_champion, run):
    """A run where one of three segments is recorded already; says whether it was computed."""

    def train(*arguments):
        before = len(recorded_runs())
        assert run("features=rfm", "k=3", *arguments) == 0
        return len(recorded_runs()) > before

    return train


@pytest.mark.slow
def test_a_run_records_what_it_did(run, shop_csv, capsys):
    assert run("k=3", "data.cancellation_prefix=C") == 0
    (record,) = recorded_runs()
    assert (record.info.run_name, record.info.status) == ("kmeans k=3 log value", "FINISHED")
    params, tags, metrics = record.data.params, record.data.tags, record.data.metrics
    assert {"k": "3", "algorithm": "kmeans", "scaler": "log", "features": "value"}.items() <= (
        params.items()
    )
    assert params["data.path"] == str(shop_csv)
    assert params["algorithm.n_init"] == "10"
    assert params["as_of"] == tags["as_of"]
    assert tags["eligible"] == "true"
    assert tags["as_of"].startswith("2024-07-")
    assert len(tags["fingerprint"]) == len(tags["data_fingerprint"]) == 16
    (lines,) = [used.dataset for used in record.inputs.dataset_inputs]
    assert (lines.name, lines.digest) == ("transactions", tags["data_fingerprint"])
    assert json.loads(lines.profile)["customers"] == 300
    assert metrics["n_customers"] == 300
    assert metrics["n_segments"] == 3
    assert {"silhouette", "silhouette_macro_common", "inertia", "seconds_validity"} <= set(metrics)
    assert "stability_min" not in metrics
    description = tags["mlflow.note.content"]
    assert description.count("%") == 3, "the share of every segment"
    printed = capsys.readouterr().out
    assert f"register.py run_id={record.info.run_id}" in printed
    assert "customer_id ← Customer ID" in printed


@pytest.mark.slow
def test_the_tables_of_a_run_agree_with_one_another(run):
    run("k=3")
    (record,) = recorded_runs()
    store, run_id = client(), record.info.run_id
    assert {file.path for file in store.list_artifacts(run_id)} >= {
        "profile.csv",
        "profile.json",
        "customers.parquet",
        "data_report.json",
        "run.yaml",
    }
    profile = pd.read_csv(store.download_artifacts(run_id, "profile.csv"))
    customers = pd.read_parquet(store.download_artifacts(run_id, "customers.parquet"))
    assert customers["segment"].value_counts().sort_index().tolist() == list(profile["customers"])
    medians = customers.groupby("segment")["revenue"].median()
    assert profile["revenue_median"].tolist() == pytest.approx(medians.tolist())
    assert profile["revenue_share"].sum() == pytest.approx(1)
    report = json.loads(
        Path(store.download_artifacts(run_id, "data_report.json")).read_text(encoding="utf-8")
    )
    assert report["lines_read"] == len(shop_lines())
    assert report["customers"] == 300


@pytest.mark.slow
def test_customers_have_their_rfm_scores_whatever_was_clustered_on(run):
    run("k=3")
    (record,) = recorded_runs()
    customers = pd.read_parquet(
        client().download_artifacts(record.info.run_id, "customers.parquet")
    )
    borders = rfm_borders(customers)
    pd.testing.assert_frame_equal(customers.filter(like="_score"), rfm_scores(customers, borders))


@pytest.mark.slow
def test_the_rfm_grid_is_a_run_like_any_other(run, capsys):
    assert run("algorithm=rfm_grid", "features=rfm", "k=3") == 0
    (record,) = recorded_runs()
    assert (record.info.run_name, record.info.status) == ("rfm_grid k=3 log rfm", "FINISHED")
    assert record.data.params["algorithm.cut_points"] == "0.2, 0.4, 0.6, 0.8"
    assert record.data.metrics["n_segments"] == 3
    customers = pd.read_parquet(
        client().download_artifacts(record.info.run_id, "customers.parquet")
    )
    scores = customers.groupby("segment")["rfm_score"]
    assert (scores.min()[:-1].to_numpy() > scores.max()[1:].to_numpy()).all()
    capsys.readouterr()
    assert run("algorithm=rfm_grid", "k=3") == 2
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert line.startswith("error: algorithm=rfm_grid scores recency_days, orders, revenue, and ")
    assert len(recorded_runs()) == 1


@pytest.mark.slow
def test_personal_data_can_be_left_out(run):
    run("k=2", "tracking.log_customers=false")
    files = client().list_artifacts(recorded_runs()[0].info.run_id)
    assert "customers.parquet" not in {file.path for file in files}
    stored = Path(client().download_artifacts(recorded_runs()[0].info.run_id, "readiness.json"))
    ready = json.loads(stored.read_text(encoding="utf-8"))
    assert ready["largest_customer"] == ""
    assert ready["largest_revenue_share"] > 0


@pytest.mark.slow
def test_only_an_eligible_run_ends_with_the_command_that_registers_it(run, capsys):
    assert run("k=2") == 0
    run_id = recorded_runs()[0].info.run_id
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("To use it: ")
    assert last.endswith(f"register.py run_id={run_id}")
    assert run("k=3", "selection.min_smallest_segment_share=0.6") == 0
    printed = capsys.readouterr().out
    assert "not eligible: smallest segment" in printed
    assert "To use it" not in printed


@pytest.mark.parametrize("option", ["keep=[Product]", "lists=by_segment"])
@pytest.mark.slow
def test_a_run_alone_says_that_it_lists_nobody(run, capsys, option):
    run("k=3", "evaluation=fast", "plots=none", option)
    assert "warning: keep= and lists= are for sweeps (-m)" in capsys.readouterr().out


@pytest.mark.slow
def test_the_same_configuration_is_not_computed_again(again, capsys):
    assert not again("selection=silhouette")
    assert "already run as" in capsys.readouterr().out


@pytest.mark.parametrize("change", ["k=5", "seed=1", "scaler=power", "algorithm.n_init=3"])
@pytest.mark.slow
def test_another_configuration_is_computed(again, change):
    assert again(change)


@pytest.mark.slow
def test_a_change_of_the_data_is_noticed(again, tmp_path):
    assert again(f"data.path={write_shop(tmp_path / 'later.csv', seed=1)}")


@pytest.mark.slow
def test_hdbscan_with_another_k_is_the_same_run(run, capsys):
    run("algorithm=hdbscan", "k=2")
    assert run("algorithm=hdbscan", "k=3") == 0
    assert "already run as" in capsys.readouterr().out
    assert len(recorded_runs()) == 1


@pytest.mark.slow
def test_computed_again_on_demand_it_comes_out_exactly_the_same(run):
    for _ in range(2):
        run("k=3", "reuse=false", "evaluation=default", "evaluation.null_test.draws=3")
    one, other = recorded_runs()
    figures = [
        {name: value for name, value in record.data.metrics.items() if "seconds" not in name}
        for record in (one, other)
    ]
    assert figures[0] == figures[1]
    assert {"stability_min", "null_p", "oot_r2"} <= set(figures[0])
    store = client()
    customers = [
        pd.read_parquet(store.download_artifacts(record.info.run_id, "customers.parquet"))
        for record in (one, other)
    ]
    pd.testing.assert_frame_equal(*customers)


@pytest.mark.slow
def test_without_the_package_hdbscan_everything_else_works(run, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "hdbscan", None)
    assert run("k=3") == 0
    capsys.readouterr()
    assert run("algorithm=hdbscan") == 2
    said = capsys.readouterr()
    assert "conda install -c conda-forge hdbscan" in said.err
    assert "lines" not in said.out, "it is refused before the data is read"


@pytest.mark.slow
def test_hdbscan_that_finds_only_noise_is_recorded_and_not_eligible(run, capsys):
    assert run("algorithm=hdbscan", "algorithm.min_cluster_size=200", "plots=all") == 0
    (record,) = recorded_runs()
    assert record.info.status == "FINISHED"
    assert record.data.metrics["n_segments"] == 0
    assert record.data.metrics["noise_share"] == 1
    assert record.data.tags["eligible"] == "false"
    assert "0 segments" in record.data.tags["ineligible_reason"]
    assert "silhouette" not in record.data.metrics
    assert "not eligible" in capsys.readouterr().out


MISTAKES = {
    "missing file": (["data.path=nowhere.csv"], "nowhere.csv"),
    "empty file": (["data.path=empty.csv"], "empty.csv"),
    "no readable columns": (["data.path=strange.csv"], "data.columns.customer_id"),
    "unparsable dates": (["data.path=dates.csv"], "soon"),
    "non-numeric quantity": (["data.path=quantity.csv"], "many"),
    "all lines removed": (["data.path=refunds.csv"], "cancellations"),
    "too few customers": (["data.path=few.csv"], "19 customers are too few to be segmented"),
    "fewer customers than k": (["k=301"], "k=301 is more than a tenth of the 300 customers"),
    "k below 1": (["k=0"], "k=0"),
    "constant metric": (
        ["data.path=constant.csv", "features.names=[orders,revenue,lines]"],
        "orders",
    ),
    "epsilon": (["algorithm=hdbscan", "+algorithm.cluster_selection_epsilon=0.5"], "epsilon"),
    "unknown metric": (["features.names=[revenue,love]"], "love"),
    "no such file of ours": (["data.path=???"], "data.path"),
    "as_of": (["as_of=yesterday"], "yesterday"),
    "another database": (["tracking.uri=sqlite:///shop.csv/mlflow.db"], "tracking.uri"),
    "silent server": (["tracking.uri=http://127.0.0.1:9"], "http://127.0.0.1:9"),
}


def write_broken_exports(folder):
    lines = shop_lines().head(400)
    exports = {
        "empty": lines.head(0),
        "strange": pd.DataFrame({"a": [1, 2], "b": [3, 4]}),
        "dates": lines.assign(**{"Invoice Date": "soon"}),
        "quantity": lines.assign(Quantity="many"),
        "refunds": lines.assign(Quantity=-1),
        "constant": shop_lines().drop_duplicates("Customer ID"),
        "few": shop_lines()[shop_lines()["Customer ID"] < 19],
    }
    for name, export in exports.items():
        export.to_csv(folder / f"{name}.csv", index=False)
    (folder / "empty.csv").write_text("")
    (folder / "shop.csv").touch()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_and_leaves_no_run(run, workplace, capsys, mistake):
    write_broken_exports(workplace)
    arguments, said = MISTAKES[mistake]
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    errors = without_progress(captured.err).splitlines()
    assert len(errors) == 1, captured.err
    assert errors[0].startswith("error: ")
    assert said in errors[0]
    assert "Traceback" not in captured.out + captured.err
    assert active_runs() == []


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("k=two", "k=two: Value 'two' of type 'str' could not be converted to Integer"),
        ("scaler=nope", "Available options in 'scaler': log minmax none"),
        ("kk=3", "Could not override 'kk'"),
        ("features.metrics=[revenue]", "features.metrics is called features.names now"),
        ("evaluation.exact_max=x", "evaluation.exact_max=x: Value 'x'"),
        (
            "+features.metrics=[revenue]",
            "'features.metrics' is no option, so nothing would read it",
        ),
        ("evaluation.stability={draws:3}", "leaves out cannot be set alone"),
        ("evaluation.stability.draws=3", "the chosen option leaves out cannot be set alone"),
        (
            "selection.min_stability=2",
            "selection.min_stability=2 must be from 0 to 1; set selection.min_stability=0.75",
        ),
        ("selection.metric=nope", "is no metric of which higher is better; set one of: silhouette"),
    ],
)
def test_what_cannot_be_read_is_one_line_before_data_is_read(run, capsys, argument, said, swept):
    assert run(*(["seed=1,2", argument, "--multirun"] if swept else [argument])) == 2
    captured = capsys.readouterr()
    (line,) = without_progress(captured.err).splitlines()
    assert line.startswith("error: ")
    assert said in line
    assert captured.out == ""
    assert active_runs() == []


@pytest.mark.slow
def test_autologging_of_the_user_makes_no_runs_of_its_own(run, shop_csv):
    mlflow.autolog(silent=True)
    try:
        assert run("k=3", "plots=all") == 0
        customers = sg.measure(shop_csv)
        found = sg.segment(customers, features="rfm", k=3, evaluation="fast")
        found.plot("customers"), sg.compare(customers, k=[2], evaluation="fast")
    finally:
        mlflow.autolog(disable=True, silent=True)
    assert [record.info.run_name for record in recorded_runs()] == ["kmeans k=3 log value"]


@pytest.mark.slow
def test_the_load_of_the_machine_is_recorded_where_mlflow_is_asked_to(run, monkeypatch):
    monkeypatch.setenv("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", "true")
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0.05")
    assert run("k=3", "algorithm.n_init=2000") == 0
    (record,) = recorded_runs()
    assert "system/cpu_utilization_percentage" in record.data.metrics
