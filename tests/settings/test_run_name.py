"""Names of runs do not lie, and runs of a sweep can be told apart by them."""

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from segmentation.options import conf_folder
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


def test_a_secret_stays_out_of_the_name():
    typed = ["data=transactions", "data.path='https://user:key@host/a.csv?sig=1'"]
    shown = name(*typed, swept=("data.path",))
    assert "key" not in shown
    assert "sig" not in shown
    assert "host/a.csv" in shown
