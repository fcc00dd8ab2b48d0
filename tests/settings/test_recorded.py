"""The configuration that a run keeps makes the same run."""

import shutil
from functools import partial

import pytest
import yaml
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from segmentation.errors import UserError
from segmentation.options import conf_folder
from segmentation.settings.recorded import recorded_values, runnable_text
from segmentation.settings.run_settings import read_run_settings


@pytest.fixture
def kept(tmp_path):
    """The settings of a run, those of another that runs what it kept, and what it kept."""
    conf = shutil.copytree(conf_folder(), tmp_path / "conf")

    def settings_of(name, *typed):
        GlobalHydra.instance().clear()
        with initialize_config_dir(str(conf), version_base="1.3"):
            return read_run_settings(compose(name, list(typed), return_hydra_config=True))

    def keep(*typed):
        settings = settings_of("config", *typed)
        text = runnable_text(settings.configuration, "run")
        (conf / "run.yaml").write_text(text, encoding="utf-8")
        return settings, partial(settings_of, "run"), text

    return keep


@pytest.mark.parametrize(
    "typed",
    [
        [],
        ["k=3", "algorithm=gmm_tied", "scaler=quantile", "features=rfm"],
        ["algorithm=gmm", "~algorithm.n_init", "evaluation.null_test=null"],
        ["algorithm=hdbscan", "key_accounts=top_1_percent", "as_of=2017-07-01"],
        ["features.names=[revenue,orders]", "scaler=robust", "scaler.quantile_range=[10,90]"],
    ],
)
def test_it_decides_the_same(kept, typed):
    settings, again, _ = kept(*typed)
    assert again().deciding == settings.deciding
    assert again().choices["data"] == settings.choices["data"]


def test_the_number_of_segments_can_still_be_set(kept):
    _, again, text = kept("k=3", "seed=7")
    assert "n_clusters: ${k}" in text
    assert again("k=5").recipe.algorithm.n_clusters == 5


def test_what_is_read_of_it_is_resolved_and_nothing_but_values(kept):
    _, _, text = kept("k=3")
    values = recorded_values(text)
    assert values["algorithm"]["n_clusters"] == 3
    assert "defaults" not in values
    assert yaml.safe_load(text)["defaults"][0] == "config"


def test_the_configuration_of_an_earlier_edition_is_read_too():
    assert recorded_values('{"k": 3, "evaluation": {"out_of_time": null}}')["k"] == 3


@pytest.mark.parametrize(
    "value",
    ["${oc.env:HOME}", "a ${oc.env:HOME}", "${log_file:a}", ["${oc.env:HOME}"], "\\${k} ${k}"],
)
def test_a_record_asks_for_nothing_but_its_own_values(value):
    """Else who can write to the store reads the environment of who registers."""
    text = yaml.safe_dump({"k": 3, "scaler": {"copy": value}})
    with pytest.raises(UserError, match=r"^the record of a run has scaler\.copy=.*; run train.py"):
        recorded_values(text)
