"""Options as plain YAML, and what is built from them, are those that Hydra would give."""

import functools

import pytest
import yaml
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf
from sklearn.preprocessing import RobustScaler, StandardScaler

import segmentation.settings.schema  # noqa: F401  # makes the schema known to Hydra
from segmentation.errors import UserError
from segmentation.options import build, conf_folder, option_names, read_option

GROUPS = (
    "algorithm",
    "scaler",
    "features",
    "cleaning",
    "key_accounts",
    "newcomers",
    "evaluation",
    "selection",
)
OPTIONS = [(group, name) for group in GROUPS for name in option_names(group)]


@pytest.fixture(scope="module")
def composed():
    """Compose what is typed; the files are read once."""
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(conf_folder()), version_base="1.3"):
        yield lambda *typed: compose("config", list(typed))


@pytest.mark.parametrize(("group", "name"), OPTIONS)
def test_an_option_is_read_as_hydra_composes_it(composed, group, name):
    cfg = composed(f"{group}={name}", "k=5", "seed=7")
    composed = OmegaConf.to_container(cfg[group], resolve=True)
    ours = read_option(group, name, k=5, seed=7)
    assert {key: composed[key] for key in ours} == ours


def test_a_list_becomes_a_tuple_where_scikit_learn_asks_for_one():
    scaler = build({"_target_": "sklearn.preprocessing.RobustScaler", "quantile_range": [10, 90]})
    assert isinstance(scaler, RobustScaler)
    assert scaler.quantile_range == (10, 90)
    assert scaler.fit([[1.0], [2.0], [9.0]]).scale_ > 0


def test_parts_are_built_inside_out():
    node = yaml.safe_load("""
        _target_: sklearn.pipeline.make_pipeline
        _args_: [{_target_: sklearn.preprocessing.StandardScaler, with_mean: false}]
        memory: null
    """)
    (step,) = [step for _, step in build(node).steps]
    assert isinstance(step, StandardScaler)
    assert step.with_mean is False


def test_what_is_partial_is_called_later():
    made = build({"_target_": "builtins.dict", "_partial_": True, "a": 1})
    assert isinstance(made, functools.partial)
    assert made(b=2) == {"a": 1, "b": 2}


def test_parts_stay_as_they_are_where_nothing_is_to_be_built():
    part = {"_target_": "builtins.dict"}
    assert build({"_target_": "builtins.dict", "_recursive_": False, "a": part}) == {"a": part}


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"_target_": "sklearn.cluster.KMean"}, "_target_=sklearn.cluster.KMean cannot be import"),
        ({"_target_": "KMeans"}, "_target_=KMeans cannot be imported"),
        ({"_target_": "sklearn.cluster.KMeans", "n_cluster": 3}, "KMeans cannot be called: .*n_cl"),
        (
            {"_target_": "segmentation.data.sources.transactions", "_partial_": True, "pth": 1},
            "transactions cannot be called: .*pth",
        ),
    ],
)
def test_what_cannot_be_built_is_one_line(node, message):
    with pytest.raises(UserError, match=message) as refused:
        build(node)
    assert "\n" not in str(refused.value)


def test_a_reference_without_a_value_is_refused():
    with pytest.raises(UserError, match=r"'\$\{k\}' has no value; give k="):
        read_option("algorithm", "kmeans", seed=1)
