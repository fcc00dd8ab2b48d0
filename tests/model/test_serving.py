"""The model as anybody loads it: through mlflow.pyfunc, and as a REST service on loopback."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from mlflow.exceptions import MlflowException

from segmentation.model.fitting import fit_segmenter
from segmentation.tracking.model_logging import log_model
from segmentation.tracking.recording import create_run
from segmentation.tracking.store import open_store
from tests.helpers.commands import environment
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.servers import stop
from tests.helpers.shop import FEATURES

NAMES = {-1: "unassigned", 0: "champions", 1: "loyal", 2: "casual"}


@pytest.fixture(scope="module", params=CLUSTERERS)
def fitted(request, table):
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), CLUSTERERS[request.param])
    segmenter.names_ |= NAMES
    return segmenter


@pytest.fixture(scope="module")
def model(fitted, table, tmp_path_factory, empty_database):
    folder = tmp_path_factory.mktemp("model")
    shutil.copy(empty_database, folder / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_EXPERIMENT_ID", raising=False)
        patch.chdir(folder)
        store = open_store(f"sqlite:///{folder}/mlflow.db", "test")
        run_id = create_run(store, "a run", {})
        model_id = log_model(store, run_id, fitted, table[FEATURES], {}, name="a", tags={})
        uri = f"models:/{model_id}"
        return mlflow.pyfunc.load_model(uri)


def test_training_customers_get_the_segment_they_were_trained_with(model, fitted, table):
    segments = model.predict(table[FEATURES])["segment"]
    np.testing.assert_array_equal(segments, fitted.labels_)
    assert segments.dtype == np.int64


def test_names_come_out_of_predict(model, table):
    predicted = model.predict(table[FEATURES])
    assert predicted["name"].tolist() == [NAMES[segment] for segment in predicted["segment"]]
    assert list(predicted.columns) == ["segment", "name", "confidence", "borderline", "outlier"]
    assert list(predicted.index) == list(table.index)


def test_a_customer_is_the_same_alone_in_a_crowd_and_in_any_order(model, table):
    everybody = model.predict(table[FEATURES])
    reverse = model.predict(table[FEATURES][::-1])
    pd.testing.assert_frame_equal(reverse[::-1], everybody)
    alone = model.predict(table[FEATURES].iloc[[7]])
    pd.testing.assert_frame_equal(alone, everybody.iloc[[7]], rtol=1e-12)


def test_the_order_of_columns_and_more_of_them_do_not_matter(model, table):
    other = table[FEATURES[::-1]].assign(country="France", segment=99)
    pd.testing.assert_frame_equal(model.predict(other), model.predict(table[FEATURES]))


def test_borderline_is_a_confidence_below_a_tenth(model, table):
    rng = np.random.default_rng(1)
    between = table[FEATURES].sample(2000, replace=True, random_state=1)
    between *= np.exp(rng.normal(0, 0.5, between.shape))
    predicted = model.predict(between.reset_index(drop=True))
    assert predicted["confidence"].between(0, 1).all()
    np.testing.assert_array_equal(predicted["borderline"], predicted["confidence"] < 0.1)


def test_outliers_are_farther_off_than_nearly_all_training_customers(model, table):
    assert 0 < model.predict(table[FEATURES])["outlier"].mean() <= 0.005 + 1 / len(table)
    assert model.predict(table[FEATURES].head(2) * 1e4)["outlier"].all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, None, 1.1e100, -1.1e100])
def test_a_value_that_is_no_number_or_too_large_names_the_column_and_the_rows(model, table, value):
    broken = table[FEATURES].head(20).copy()
    broken.loc[["c3", "c5"], "orders"] = value
    with pytest.raises(MlflowException, match=r"'orders' is .* 2 of 20 rows \(c3, c5\)"):
        model.predict(broken)


@pytest.mark.parametrize("value", [1e100, -1e100])
def test_the_largest_value_has_a_segment_and_a_confidence(model, table, value):
    predicted = model.predict(table[FEATURES].head(20).assign(orders=value))
    assert predicted["confidence"].between(0, 1).all()


def test_of_many_bad_rows_the_first_are_named(model, table):
    broken = table[FEATURES].head(20).assign(revenue=np.nan)
    with pytest.raises(MlflowException, match=r"20 of 20 rows \(c0, c1, c2, c3, c4, …\)"):
        model.predict(broken)


def test_a_missing_column_is_named(model, table):
    with pytest.raises(MlflowException, match=r"missing inputs \['orders'\]"):
        model.predict(table[["revenue", "average_order_value"]])


@pytest.mark.parametrize("text", ["many", "3"])
def test_text_is_refused_by_the_name_of_its_column(model, table, text):
    broken = table[FEATURES].head(3).assign(orders=text)
    with pytest.raises(MlflowException, match="column orders"):
        model.predict(broken)


@pytest.fixture
def inner(model):
    """The model without what MLflow checks before it."""
    return lambda given: model.unwrap_python_model().predict(None, given)


@pytest.mark.parametrize("dtype", ["int64", "uint64", "float32", "Int64", "Float64"])
def test_numbers_of_every_type_are_taken_where_nothing_is_lost(inner, model, table, dtype):
    whole = table[FEATURES].round().head(30)
    expected = model.predict(whole)
    pd.testing.assert_frame_equal(inner(whole.astype(dtype)), expected)


def test_tables_of_other_libraries_and_arrays_are_taken(inner, model, table):
    features = table[FEATURES].head(30).reset_index(drop=True)
    expected = model.predict(features)
    for given in (pl.from_pandas(features), pa.Table.from_pandas(features), features.to_numpy()):
        pd.testing.assert_frame_equal(inner(given), expected)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.to_numpy()[:, :2], "an array of shape (3, 2) has no column for each"),
        (lambda table: table.to_numpy()[0], "an array of shape (3,) has no column for each"),
        (lambda table: table.assign(orders="4711"), "column orders holds"),
        (lambda table: table.assign(orders=True), "column orders holds bool"),
        (lambda table: table.assign(orders=2**53 + 1), "which no double holds"),
        (lambda table: table.drop(columns="orders"), "column 'orders' is missing"),
    ],
)
def test_what_would_be_lost_or_guessed_is_one_line_without_the_data(inner, table, change, said):
    with pytest.raises(MlflowException) as refused:
        inner(change(table[FEATURES].head(3)))
    told = str(refused.value)
    assert said in told
    assert "\n" not in told
    assert "4711" not in told


NULL = {"on_bad_rows": "null"}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.1e100])
def test_bad_rows_are_null_where_asked_and_the_others_as_ever(model, table, value):
    broken = table[FEATURES].head(20).copy()
    broken.loc["c3", "orders"] = value
    broken.loc["c5"] = value
    found = model.predict(broken, params=NULL)
    assert list(found.index) == list(broken.index)
    assert all(cell is None for cell in found.loc[["c3", "c5"]].to_numpy().ravel())
    good = broken.drop(index=["c3", "c5"])
    expected = model.predict(good)
    assert found.loc[good.index].to_dict("records") == expected.to_dict("records")


def test_all_rows_may_be_bad(model, table):
    found = model.predict(table[FEATURES].head(2) * np.nan, params=NULL)
    assert found.isna().all(axis=None)
    assert list(found.columns) == ["segment", "name", "confidence", "borderline", "outlier"]


def test_rows_that_share_a_name_are_told_apart(model, table):
    twice = table[FEATURES].iloc[[0, 0]].reset_index(drop=True).set_axis(["c", "c"])
    twice.iloc[1, 0] = np.nan
    assert model.predict(twice, params=NULL)["name"].notna().tolist() == [True, False]


def test_types_do_not_depend_on_whether_a_row_is_bad(model, table):
    good = model.predict(table[FEATURES].head(3), params=NULL)
    assert set(good.dtypes) == {np.dtype(object)}
    values = good.iloc[0].tolist()
    assert [type(value) for value in values] == [int, str, float, bool, bool]


@pytest.mark.parametrize("choice", [{}, {"on_bad_rows": "error"}])
def test_a_bad_row_fails_the_batch_where_nothing_else_is_asked(model, table, choice):
    broken = table[FEATURES].head(3).assign(orders=[1.0, np.nan, 2.0])
    with pytest.raises(MlflowException, match=r"1 of 3 rows \(c1\).*or give on_bad_rows=null"):
        model.predict(broken, params=choice)
    usual = model.predict(table[FEATURES].head(3), params=choice)
    pd.testing.assert_frame_equal(usual, model.predict(table[FEATURES].head(3)))


def test_another_choice_is_refused_in_one_line(model, table):
    with pytest.raises(MlflowException) as refused:
        model.predict(table[FEATURES].head(3), params={"on_bad_rows": "skip"})
    assert str(refused.value) == (
        "on_bad_rows=skip must be one of error, null; give on_bad_rows=error to refuse a batch "
        "with bad rows"
    )


def test_no_rows_are_said_to_be_none(model, table):
    with pytest.raises(MlflowException, match="no rows"):
        model.predict(table[FEATURES].head(0))


@pytest.fixture(scope="module")
def address(swept_folder):
    """The champion behind `mlflow models serve`, as its documentation says, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [sys.executable, "-m", "mlflow", "models", "serve"]
    model = ["-m", "models:/customer-segments@champion", "--env-manager", "local"]
    with (swept_folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*serve, *model, "--host", "127.0.0.1", "--port", str(port)],
            cwd=swept_folder,
            env=environment(
                MLFLOW_TRACKING_URI=f"sqlite:///{swept_folder}/mlflow.db",
                # as `uv run` has it: the command looks for uvicorn there
                PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            ),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/ping", server)
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        if server.poll() is None:
            stop(server)


def wait_for(url, server, seconds=120):
    for _ in range(4 * seconds):
        assert server.poll() is None, "the server has ended"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise AssertionError(f"{url} does not answer")


def ask(address, question):
    """Status and answer of the service, which has to be JSON: no NaN."""
    body = question if isinstance(question, bytes) else json.dumps(question).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response, parse_constant=pytest.fail)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.slow
def test_the_served_champion_answers_both_forms_of_frames_and_says_what_is_wrong(
    address, swept_folder
):
    good = [
        {"recency_days": 3, "orders": 21, "revenue": 5000.5},
        {"recency_days": 150, "orders": 2, "revenue": 30},
    ]
    frame = pd.DataFrame(good)
    mlflow.set_tracking_uri(f"sqlite:///{swept_folder}/mlflow.db")
    model = mlflow.pyfunc.load_model("models:/customer-segments@champion")
    expected = model.predict(frame.astype(float)).to_dict("records")
    split = {"columns": list(frame.columns), "data": frame.to_numpy().tolist()}
    assert ask(address, {"dataframe_records": good}) == (200, {"predictions": expected})
    assert ask(address, {"dataframe_split": split}) == (200, {"predictions": expected})
    extra = [{**row, "country": "France"} for row in good]
    assert ask(address, {"dataframe_records": extra})[0] == 200
    bad = {
        "'orders' is missing, infinite or beyond ±1e+100 in 1 of 2 rows (1)": [
            good[0],
            {**good[1], "orders": None},
        ],
        "missing inputs ['orders']": [{"recency_days": 3, "revenue": 5}],
        "column orders": [{**good[0], "orders": "many"}],
    }
    for reason, rows in bad.items():
        status, answer = ask(address, {"dataframe_records": rows})
        assert status == 400
        assert reason in answer["message"]
    rows = [good[0], {**good[1], "orders": None}]
    asked = {"dataframe_records": rows, "params": {"on_bad_rows": "null"}}
    nothing = dict.fromkeys(expected[0])
    assert ask(address, asked) == (200, {"predictions": [expected[0], nothing]})
    wrong = {"dataframe_records": good, "params": {"on_bad_rows": "skip"}}
    status, answer = ask(address, wrong)
    said = "on_bad_rows=skip must be one of error, null"
    assert (status, said in answer["message"]) == (400, True)
    infinite = b'{"dataframe_records": [{"recency_days": 1, "orders": 1, "revenue": Infinity}]}'
    status, answer = ask(address, infinite)
    assert (status, "'revenue' is missing, infinite" in answer["message"]) == (400, True)
    nobody = {"dataframe_split": {**split, "data": []}}
    assert ask(address, nobody)[0] == 400
    assert ask(address, b"[1, 2")[0] == 400
