"""Names of runs do not lie, and runs of a sweep can be told apart by them."""

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from segmentation.options import conf_folder
from segmentation.settings.run_name import sweep_name
from segmentation.settings.run_settings import read_run_settings


def name(*typed: str, swept: tuple[str, ...] = ()) -> str:
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(conf_folder()), version_base="1.3"):
        cfg = compose("config", list(typed), return_hydra_config=True)
    pairs = [tuple(text.lstrip("+").split("=", 1)) for text in typed]
    return read_run_settings(cfg, None, pairs, swept).name


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ([], "kmeans k=4 log value"),
        (["k=3", "scaler=robust", "features=rfm"], "kmeans k=3 robust rfm"),
        (["algorithm=hdbscan", "k=3"], "hdbscan log value"),
        (["key_accounts=top_1_percent"], "kmeans k=4 log value key accounts 1.0%"),
        (["newcomers=one_gap"], "kmeans k=4 log value new 1 gap"),
        (["newcomers=one_gap", "newcomers.gaps=2.5"], "kmeans k=4 log value new 2.5 gaps"),
        (["features.names=[revenue,lines]"], "kmeans k=4 log revenue+lines"),
        (["features.names=[revenue,orders,average_order_value]"], "kmeans k=4 log value"),
        (
            ["algorithm._target_=sklearn.cluster.BisectingKMeans"],
            "BisectingKMeans k=4 log value",
        ),
        (["scaler._target_=sklearn.preprocessing.MinMaxScaler"], "kmeans k=4 MinMaxScaler value"),
        (
            ["algorithm=gmm", "algorithm.covariance_type=tied"],
            "gmm k=4 log value covariance_type=tied",
        ),
        (["seed=1", "data.path=x.csv", "data=transactions"], "kmeans k=4 log value"),
        (["tracking.model_name=a", "selection.min_stability=0.9"], "kmeans k=4 log value"),
    ],
)
def test_a_name_says_what_was_computed(typed, expected):
    assert name(*typed) == expected


@pytest.mark.parametrize(
    ("typed", "swept", "expected"),
    [
        (["seed=1"], ("seed",), "kmeans k=4 log value seed=1"),
        (["cleaning=none"], ("cleaning",), "kmeans k=4 log value cleaning=none"),
        (["as_of=2017-07-01"], ("as_of",), "kmeans k=4 log value as_of=2017-07-01"),
        (["k=2"], ("k",), "kmeans k=2 log value"),
        (["evaluation.stability.draws=5"], ("evaluation.stability.draws",),
         "kmeans k=4 log value evaluation.stability.draws=5"),
    ],
)  # fmt: skip
def test_what_is_swept_stands_in_the_name(typed, swept, expected):
    assert name(*typed, swept=swept) == expected


def test_a_sweep_is_named_for_what_it_varies():
    chosen = {"features": "value", "data": "complete_journey"}
    axes = {"k": ["2", "3", "4"], "scaler": ["log", "robust"]}
    assert sweep_name(axes, chosen) == "value · k 2-4 · scaler log,robust · complete_journey"
    axes = {"features": ["rfm", "value"], "k": ["2", "5"], "data": list("abcde")}
    assert sweep_name(axes, chosen) == "features rfm,value · k 2,5 · data 5 values"


def test_a_secret_stays_out_of_the_name_of_a_sweep():
    axes = {"data.path": ["https://user:key@host/a.csv"], "+data.token": ["s3cret", "other"]}
    shown = sweep_name(axes, {"features": "value", "data": "transactions"})
    assert shown == "value · data.path https://host/a.csv · transactions"


def test_a_secret_stays_out_of_the_name():
    typed = ["data=transactions", "data.path='https://user:key@host/a.csv?sig=1'"]
    shown = name(*typed, swept=("data.path",))
    assert "key" not in shown
    assert "sig" not in shown
    assert "host/a.csv" in shown
