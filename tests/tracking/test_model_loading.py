from pathlib import Path

import mlflow
import pandas as pd
import pytest
import yaml
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from sklearn.linear_model import LinearRegression

from segmentation.data.cleaning import CleaningRules
from segmentation.errors import UserError
from segmentation.segments.scored_by import ScoredBy
from segmentation.settings.score_settings import read_score_settings
from segmentation.tracking.model_loading import load_scoring_model, load_version, model_metadata
from segmentation.tracking.recorded_run import SEGMENTER_FILE
from segmentation.tracking.store import open_store
from tests.helpers.commands import REPO, run_here, without_progress
from tests.helpers.harm import HARM, HARMFUL, write_payload

CHAMPION = "models:/customer-segments@champion"


@pytest.fixture
def shop_store(shop_with_champion):
    return open_store("sqlite:///mlflow.db", "customer-segments")


def test_a_model_brings_along_how_its_customers_were_measured(shop_store):
    model = load_scoring_model(shop_store, CHAMPION)
    assert model.features == ["recency_days", "orders", "revenue"]
    assert model.cleaning == CleaningRules()
    assert model.scored_by.model_version == "1"
    assert sum(model.reference.counts.segments.values()) == 300
    assert model.metadata["as_of"].startswith("2024-07")
    assert {name: len(own) for name, own in model.rfm_borders.items()} == dict.fromkeys(
        model.features, 4
    )


def test_every_way_to_name_a_model_leads_to_it(shop_store):
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    by_alias = load_scoring_model(shop_store, CHAMPION)
    by_version = load_scoring_model(shop_store, "models:/customer-segments/1")
    by_id = load_scoring_model(shop_store, version.source)
    model_id = version.source.removeprefix("models:/")
    assert by_alias.scored_by == by_version.scored_by
    assert by_alias.scored_by == ScoredBy("customer-segments", "1", model_id)
    assert by_id.scored_by == ScoredBy(model_id=model_id)
    assert by_alias.metadata == by_version.metadata == by_id.metadata
    name = shop_store.client.get_run(version.run_id).info.run_name
    run = f"runs:/{version.run_id}/{name}"
    for uri, named in {
        "models:/customer-segments@latest": by_alias,
        "models:/customer-segments/latest": by_alias,
        run: by_id,
    }.items():
        assert load_scoring_model(shop_store, uri).scored_by == named.scored_by


@pytest.mark.parametrize(
    "uri",
    [
        "models:/customer-segments@nobody",
        "models:/customer-segments/99",
        "models:/other@champion",
        "segments.pkl",
        "http://127.0.0.1:9/model",
    ],
)
def test_no_model_is_one_line_with_a_remedy(shop_store, uri):
    with pytest.raises(UserError, match=r"no model at .* train one with") as refused:
        load_scoring_model(shop_store, uri)
    assert uri in str(refused.value)


def test_a_model_of_another_project_is_refused(shop_store):
    with mlflow.start_run(experiment_id=shop_store.experiment_id):
        fitted = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
        uri = mlflow.sklearn.log_model(
            fitted, name="model", pip_requirements=[], serialization_format="cloudpickle"
        ).model_uri
    with pytest.raises(UserError, match="was not made by this project"):
        load_scoring_model(shop_store, uri)


class Harmful(mlflow.pyfunc.PythonModel):
    """Makes a folder where its code is run."""

    def load_context(self, context):
        Path(HARM).mkdir()

    def predict(self, context, model_input: pd.DataFrame, params=None):
        return model_input


@pytest.fixture
def foreign_champion(shop_store):
    """A model of other code, in the place of the champion."""
    with mlflow.start_run(experiment_id=shop_store.experiment_id):
        mlflow.pyfunc.log_model(
            name="model",
            python_model=Harmful(),
            pip_requirements=[],
            registered_model_name="customer-segments",
        )
    (newest,) = shop_store.client.search_model_versions(
        "name = 'customer-segments'", max_results=1, order_by=["version_number DESC"]
    )
    shop_store.client.set_registered_model_alias("customer-segments", "champion", newest.version)
    return newest


def test_the_code_of_a_foreign_champion_is_never_run(
    foreign_champion, shop_store, shop_with_champion, monkeypatch, capsys
):
    capsys.readouterr()
    lines = [f"data.path={shop_with_champion / 'orders.csv'}", "output=now.csv"]
    assert run_here(monkeypatch, *lines, script="score.py") == 2
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert line.startswith(f"error: model '{CHAMPION}' was not made by this project")
    with pytest.raises(UserError, match="cannot be loaded any more"):
        load_version(shop_store, foreign_champion)
    assert run_here(monkeypatch, script="register.py") == 0
    assert "register.py" not in capsys.readouterr().err
    assert not Path(HARM).exists()
    mlflow.pyfunc.load_model(CHAMPION)
    assert Path(HARM).exists(), "it would have been run, had it been loaded"


def edited(shop_store, **metadata):
    """The champion with other values beside its model, as who can write to the store makes it."""
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    file = shop_store.model_folder(version.source) / "MLmodel"
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    written["metadata"] |= metadata
    file.write_text(yaml.safe_dump(written), encoding="utf-8")


@pytest.mark.slow
def test_no_call_is_made_of_how_the_lines_of_a_model_were_read(shop_store):
    write_payload(Path())
    before = sorted(path.name for path in Path().iterdir())
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(REPO / "conf"), version_base="1.3"):
        cfg = compose("score", ["data.path=orders.csv", "output=now.csv"])
    _, read, _ = read_score_settings(cfg)
    for node in HARMFUL.values():
        edited(shop_store, reading={"where": node})
        reading = load_scoring_model(shop_store, CHAMPION).reading
        with pytest.raises(UserError, match=r"^what the model remembers .* holds '_\w+_: "):
            read(reading)
    assert sorted(path.name for path in Path().iterdir()) == before


@pytest.mark.slow
def test_what_a_model_remembers_chooses_neither_files_nor_queries(shop_store, monkeypatch, capsys):
    edited(shop_store, reading={"query": f"copy (select 1) to '{HARM}'", "path": "/etc/passwd"})
    typed = ["data.path=orders.csv", "output=now.csv"]
    assert run_here(monkeypatch, *typed, script="score.py") == 0
    assert Path("now.csv").exists()
    assert not Path(HARM).exists()


def test_the_estimator_and_the_plain_values_of_a_version(shop_store):
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    segmenter = load_version(shop_store, version)
    assert list(segmenter.feature_names_in_) == ["recency_days", "orders", "revenue"]
    assert len(set(segmenter.names_.values())) == len(segmenter.names_)
    metadata = model_metadata(shop_store, CHAMPION)
    assert metadata["features"] == list(segmenter.feature_names_in_)
    names = {segment["segment"]: segment["name"] for segment in metadata["segments"]}
    assert names.items() <= segmenter.names_.items()


@pytest.mark.parametrize("content", [b"", b"PK no file of skops"])
def test_a_damaged_model_is_one_line_before_any_line_is_read(shop_store, content):
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    (shop_store.model_folder(version.source) / SEGMENTER_FILE).write_bytes(content)
    with pytest.raises(UserError, match=r"cannot be loaded \(.*\); set model= to another") as said:
        load_scoring_model(shop_store, CHAMPION)
    assert "\n" not in str(said.value)


def test_a_model_without_its_file_is_not_one_of_ours(shop_store):
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    (shop_store.model_folder(version.source) / SEGMENTER_FILE).unlink()
    with pytest.raises(UserError, match="was not made by this project"):
        load_scoring_model(shop_store, CHAMPION)
