import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
import yaml

from segmentation.model.fitting import fit_segmenter
from segmentation.tracking.model_logging import log_model, requirements
from segmentation.tracking.recording import create_run
from tests.helpers.commands import environment
from tests.helpers.engines import require_spark
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.shop import FEATURES


@pytest.fixture(scope="module", params=CLUSTERERS)
def segmenter(request, table):
    return fit_segmenter(table, FEATURES, log_scaler(), CLUSTERERS[request.param])


def log_small(store, run_id, segmenter, table):
    metadata, tags = {"as_of": "2024-07-19"}, {"scaler": "log"}
    customers = table[FEATURES]
    return log_model(
        store, run_id, segmenter, customers, metadata, name="kmeans k=3, 0.5", tags=tags
    )


@pytest.fixture
def logged(store, segmenter, table):
    run_id = create_run(store, "a run", {})
    model_id = log_small(store, run_id, segmenter, table)
    uri = f"models:/{model_id}"
    return uri, Path(mlflow.artifacts.download_artifacts(uri))


def test_nothing_is_started_to_log_a_model(store, segmenter, table, monkeypatch):
    """Nothing is installed, inferred or executed: that is what took MLflow seconds."""

    def never(*_, **__):
        raise AssertionError("requirements are inferred in a subprocess")

    monkeypatch.setattr("mlflow.utils.requirements_utils._infer_requirements", never)
    packages = "mlflow.utils.requirements_utils._MODULES_TO_PACKAGES"
    monkeypatch.setattr(packages, None)
    looked = []
    monkeypatch.setattr("importlib_metadata.packages_distributions", lambda: looked.append(1) or {})
    monkeypatch.setattr("subprocess.Popen", never)
    run_id = create_run(store, "a run", {})
    requirements(("hdbscan",)), requirements(())
    model_id = log_small(store, run_id, segmenter, table)
    outputs = store.client.get_run(run_id).outputs.model_outputs
    assert [output.model_id for output in outputs] == [model_id]
    assert looked == []
    # Whoever infers requirements afterwards, in a notebook say, finds them.
    assert mlflow.utils.requirements_utils._MODULES_TO_PACKAGES is None


def test_logging_a_model_leaves_the_path_of_imports_as_it_was(store, segmenter, table):
    before = list(sys.path)
    log_small(store, create_run(store, "a run", {}), segmenter, table)
    assert sys.path == before


def test_a_model_is_found_by_its_name_type_and_tags(store, segmenter, table):
    log_small(store, create_run(store, "a run", {}), segmenter, table)
    (found,) = store.client.search_logged_models([store.experiment_id], "tags.scaler = 'log'")
    assert (found.name, found.model_type) == ("kmeans k=3, 0_5", "customer segments")
    assert found.status == "READY"


def test_what_serving_imports_travels_and_nothing_else(logged):
    _, folder = logged
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    code = {name.removeprefix("code/segmentation/") for name in files if name.startswith("code/")}
    modules = ("algorithms", "clusterers", "confidence", "membership", "mixtures", "persistence")
    modules = (*modules, "__init__", "pipeline", "rfm", "rfm_grid", "scaling")
    modules = (*modules, "moderate", "segment_order", "set_apart", "density_labels")
    modules = (*modules, "kmeans_starts", "principal_mixture", "bad_rows")
    expected = {f"model/{name}.py" for name in modules}
    assert code == expected | {"__init__.py", "errors.py", "masking.py"}
    assert len(files) - len(code) == 9


@pytest.mark.slow
def test_it_predicts_where_the_project_is_not_installed(logged, tmp_path):
    _, folder = logged
    program = f"""
import sys
import mlflow, pandas as pd
sys.path = [path for path in sys.path if not path.endswith("/src")]
sys.meta_path = [found for found in sys.meta_path if "editable" not in str(found).lower()]
model = mlflow.pyfunc.load_model({str(folder)!r})
import segmentation
assert segmentation.__file__.startswith({str(folder)!r}), segmentation.__file__
model.predict(model.input_example)
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


@pytest.mark.slow
def test_new_customers_are_known_where_the_project_is_not_installed(store, table, tmp_path):
    once = table.assign(recency_days=20.0, mean_gap_days=5.0)
    once.iloc[-40:, [once.columns.get_loc(name) for name in ("orders", "recency_days")]] = 1.0
    segmenter = fit_segmenter(once, FEATURES, log_scaler(), CLUSTERERS["kmeans"], None, 1.0)
    columns = [*FEATURES, "recency_days"]
    run_id = create_run(store, "a run", {})
    model_id = log_model(store, run_id, segmenter, once[columns], {}, name="new", tags={})
    folder = mlflow.artifacts.download_artifacts(f"models:/{model_id}")
    once[columns].to_parquet(tmp_path / "customers.parquet")
    program = f"""
import sys
import mlflow, pandas as pd
sys.path = [path for path in sys.path if not path.endswith("/src")]
sys.meta_path = [found for found in sys.meta_path if "editable" not in str(found).lower()]
model = mlflow.pyfunc.load_model({folder!r})
names = model.predict(pd.read_parquet("customers.parquet"))["name"]
assert names[-40:].eq("new").all() and names[:-40].ne("new").all(), names
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


def test_requirements_are_pinned_to_what_is_installed(segmenter, logged):
    _, folder = logged
    pinned = (folder / "requirements.txt").read_text().split()
    packages = {"mlflow", "numpy", "pandas", "scikit-learn", "scipy", "skops"}
    if type(segmenter.clusterer_).__name__ == "HDBSCANClusterer":
        packages |= {"hdbscan"}
    assert set(pinned) == {f"{package}=={version(package)}" for package in packages}


def test_signature_example_and_metadata(logged, table):
    uri, folder = logged
    info = mlflow.models.get_model_info(uri)
    assert [(column.name, column.type.name) for column in info.signature.inputs] == [
        (name, "double") for name in FEATURES
    ]
    assert info.signature.outputs.input_names()[0] == "segment"
    assert not any(column.required for column in info.signature.outputs)
    assert [each.to_dict() for each in info.signature.params] == [
        {"name": "on_bad_rows", "type": "string", "default": "error", "shape": None}
    ]
    assert info.metadata["as_of"] == "2024-07-19"
    example = json.loads((folder / "input_example.json").read_text())
    assert example["columns"] == FEATURES
    np.testing.assert_allclose(example["data"], table[FEATURES].head(5))
    assert not set(table.index[:5]) & set(str(example))


def test_readable_code_and_data_travel_and_no_pickle(logged):
    _, folder = logged
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert "artifacts/segmentation.skops" in files
    assert "serving.py" in files
    assert "code/segmentation/model/pipeline.py" in files
    assert not [name for name in files if name.endswith((".pkl", ".pickle", ".joblib"))]
    flavor = yaml.safe_load((folder / "MLmodel").read_text())["flavors"]["python_function"]
    assert flavor["model_code_path"].endswith("serving.py")
    assert "python_model" not in flavor


def test_the_model_says_what_the_training_said(logged, segmenter, table):
    uri, _ = logged
    customers = table[FEATURES].assign(country="France")
    predicted = mlflow.pyfunc.load_model(uri).predict(customers)
    assert list(predicted.index) == list(table.index)
    np.testing.assert_array_equal(predicted["segment"], segmenter.labels_)
    assert predicted["confidence"].between(0, 1).all()


def test_a_model_without_parameters_loads_and_refuses_bad_rows_as_ever(logged, table, tmp_path):
    """As an earlier edition has logged it."""
    earlier = shutil.copytree(logged[1], tmp_path / "earlier")
    described = yaml.safe_load((earlier / "MLmodel").read_text())
    described["signature"]["params"] = None
    (earlier / "MLmodel").write_text(yaml.safe_dump(described))
    model = mlflow.pyfunc.load_model(str(earlier))
    features = table[FEATURES].head(3)
    usual = mlflow.pyfunc.load_model(logged[0]).predict(features)
    pd.testing.assert_frame_equal(model.predict(features), usual)
    with pytest.raises(Exception, match="is missing, infinite"):
        model.predict(features.assign(orders=np.nan), params={"on_bad_rows": "null"})


@pytest.mark.slow
def test_workers_of_spark_answer_bad_rows_with_null(store, table, tmp_path):
    """Of the numbers; MLflow makes text of a name that is missing, and false of a truth."""
    require_spark()
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), CLUSTERERS["kmeans"])
    model_id = log_small(store, create_run(store, "a run", {}), segmenter, table)
    folder = mlflow.artifacts.download_artifacts(f"models:/{model_id}")
    features = table[FEATURES].head(4).reset_index(drop=True)
    features.loc[1, "orders"] = None
    features.to_parquet(tmp_path / "customers.parquet")
    program = f"""
import mlflow
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
udf = mlflow.pyfunc.spark_udf(
    spark, {folder!r}, env_manager="local", params={{"on_bad_rows": "null"}},
    result_type="segment double, name string, confidence double, outlier boolean",
)
rows = spark.read.parquet("customers.parquet").withColumn("told", udf()).select("told.*").collect()
assert [row["segment"] is None for row in rows] == [False, True, False, False], rows
assert [row["confidence"] is None for row in rows] == [False, True, False, False], rows
assert (rows[1]["name"], rows[1]["outlier"]) == ("None", False), rows
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, env=environment())


def test_a_missing_metric_and_a_missing_value_are_named(logged, table):
    model = mlflow.pyfunc.load_model(logged[0])
    with pytest.raises(Exception, match="orders"):
        model.predict(table[["revenue", "average_order_value"]])
    broken = table[FEATURES].head(3).copy()
    broken.loc["c1", "revenue"] = np.nan
    with pytest.raises(Exception, match=r"'revenue' .*c1"):
        model.predict(broken)
