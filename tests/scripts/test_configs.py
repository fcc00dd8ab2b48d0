"""Every option file under conf/ and every saved study is composed, and used on 300 customers."""

from dataclasses import replace
from itertools import chain

import pandas as pd
import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import open_dict

from segmentation.customers.measured import measure_customers
from segmentation.segmented import segment_customers
from segmentation.selection.guards import reasons_against
from segmentation.settings.axes import axis_settings, sweep_axes
from segmentation.settings.groups import GROUPS
from segmentation.settings.implied import with_implied_data
from segmentation.settings.run_settings import read_run_settings
from segmentation.settings.typed_paths import with_quoted_paths
from segmentation.tracking.store import open_store
from tests.helpers.commands import REPO
from tests.helpers.public_exports import olist, online_retail_ii, retail_lines, write_export
from tests.helpers.shop_exports import amazon, orders, shopify, woocommerce

CONF = REPO / "conf"
# What else an option needs to run on the made-up shop.
COMPANIONS = {
    "algorithm/rfm_grid": ["features=rfm"],
    "cleaning/none": ["cleaning.missing_customer=true"],
    "evaluation/full": ["k=2"],
    "engine/database": ["engine.url=postgresql://analyst@db.example/shop"],
}
# Main configurations of the scripts; their own tests run them.
MAIN = {"config", "register", "score", "campaign", "explore"}


def option_files(group: str = "*") -> list[str]:
    """Options as ``group/name``."""
    files = CONF.glob(f"{group}/**/*.yaml")
    return sorted(str(path.relative_to(CONF).with_suffix("")) for path in files)


CUSTOMERS = [*option_files("data"), *option_files("cleaning")]
STUDIES = option_files("sweep")
MODELS = [
    option
    for group in ("features", "key_accounts", "newcomers", "scaler", "algorithm", "evaluation")
    for option in option_files(group)
]


@pytest.fixture
def composed(shop_csv):
    """Compose what is typed as train.py does, on the made-up shop unless other data are chosen."""
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(CONF), version_base="1.3"):

        def compose_typed(*typed: str):
            quick = {
                "data": [
                    "data=transactions",
                    f"data.path={shop_csv}",
                    "data.cancellation_prefix=C",
                ],
                "evaluation": ["evaluation=fast"],
            }
            chosen = {override.partition("=")[0] for override in typed}
            added = [each for key, more in quick.items() if key not in chosen for each in more]
            config = compose("config", [*added, *typed], return_hydra_config=True)
            with open_dict(config):
                config.hydra.job.config_name = "config"
            return config

        yield compose_typed


def settings_of(config):
    return read_run_settings(config)


def overrides(option: str) -> list[str]:
    return [option.replace("/", "="), *COMPANIONS.get(option, [])]


def assert_segments(settings, customers):
    """The recipe can be fitted, and predicts for its customers what it was fitted to."""
    found = segment_customers(customers, settings.recipe)
    apart = found.metrics.get("n_key_accounts", 0)
    assert (apart > 0) == (settings.recipe.key_account_share is not None)
    new = found.metrics.get("n_new_customers", 0)
    assert ("n_new_customers" in found.metrics) == (settings.recipe.newcomer_gaps is not None)
    assert found.metrics["n_customers"] + apart + new == len(customers.table)
    assert found.metrics["n_segments"] >= 1
    predicted = found.predict(customers)["segment"]
    assert predicted.tolist() == found.labels.tolist()


def test_every_option_file_is_known_to_a_test():
    others = (option_files(group) for group in ("selection", "tracking", "engine", "leaderboard"))
    tested = {*CUSTOMERS, *MODELS, *STUDIES, *chain(*others)}
    assert set(option_files()) == tested
    assert {option.partition("/")[0] for option in tested} == {group.name for group in GROUPS}
    assert {path.stem for path in CONF.glob("*.yaml")} == MAIN
    assert set(COMPANIONS) <= tested


EXPORTS = {"data/amazon": amazon, "data/shopify": shopify, "data/woocommerce": woocommerce}


@pytest.mark.slow
@pytest.mark.parametrize("option", CUSTOMERS)
def test_an_option_that_decides_who_is_measured(option, composed, request, tmp_path):
    typed = overrides(option)
    if option == "data/online_retail":
        shared = request.getfixturevalue("shared_data")
        typed.append(f"data.path={shared / 'online_retail.parquet'}")
    if option == "data/transactions":
        typed.append(f"data.path={request.getfixturevalue('shop_csv')}")
    if option in EXPORTS:
        EXPORTS[option](orders(count=900, customers=300)).to_csv(tmp_path / "a.csv", index=False)
        typed.append(f"data.path={tmp_path / 'a.csv'}")
    if option == "data/online_retail_ii":
        lines = online_retail_ii(retail_lines(invoices=900, customers=300))
        typed.append(f"data.path={write_export(lines, tmp_path, 'two_years', 'utf-8')}")
    if option == "data/olist":
        files = olist(orders=900, customers=300).items()
        paths = [write_export(frame, tmp_path, name, "utf-8") for name, frame in files]
        typed.append(f"data.path=[{','.join(map(str, paths))}]")
    settings = settings_of(composed(*typed))
    group, name = option.split("/")
    assert settings.choices[group] == name
    assert_segments(settings, measure_customers(settings.measuring))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "value", "customers"),
    [
        ("data.where", "\"Customer ID\" < 150 and Product <> 'p1'", 150),
        ("data.query", "select * from 'orders.csv' where \"Customer ID\" < 150", 150),
        ("data.path", "[orders.csv,again.csv]", 300),
    ],
)
def test_an_option_of_an_export(option, value, customers, composed, shop_csv, workplace):
    for name in ("orders.csv", "again.csv"):
        (workplace / name).write_bytes(shop_csv.read_bytes())
    typed = with_quoted_paths(with_implied_data([f"{option}={value}"]))
    path = [] if option in {"data.query", "data.path"} else [f"data.path={shop_csv}"]
    settings = settings_of(composed(*path, *typed))
    found = measure_customers(settings.measuring)
    assert len(found.table) == customers
    if option == "data.path":
        assert found.report.lines_read == 2 * len(pd.read_csv(shop_csv))
    assert_segments(settings, found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "columns"),
    [("describe=[Product]", ("Product",)), ("describe=[]", ()), ("describe=null", ())],
)
def test_columns_that_describe_are_profiled_and_change_nothing_else(
    typed, columns, composed, shop_customers
):
    settings = settings_of(composed(typed, "k=2"))
    found = measure_customers(settings.measuring)
    assert found.described.columns == columns
    assert found.fingerprint() == shop_customers.fingerprint()
    segmented = segment_customers(found, settings.recipe)
    assert tuple(dict.fromkeys(segmented.descriptions["column"])) == columns


def test_describing_columns_are_measured_anew_and_are_part_of_a_run(composed):
    plain, chosen = settings_of(composed()), settings_of(composed("describe=[Product]"))
    assert chosen.measured_by != plain.measured_by
    assert chosen.deciding["describe"] == ["Product"]
    assert chosen.parameters["describe"] == "Product"
    assert "describe" not in plain.parameters


@pytest.mark.slow
@pytest.mark.parametrize("option", MODELS)
def test_an_option_that_decides_what_is_computed(option, composed, shop_customers):
    settings = settings_of(composed(*overrides(option)))
    group, name = option.split("/")
    assert settings.choices[group] == name
    assert_segments(settings, shop_customers)


@pytest.mark.slow
@pytest.mark.parametrize("option", option_files("newcomers"))
def test_new_customers_are_set_apart_where_there_are_some(option, composed, shop_customers):
    settings = settings_of(composed(*overrides(option), "key_accounts=top_1_percent"))
    table = shop_customers.table.copy()
    table.iloc[::10, [table.columns.get_loc(name) for name in ("orders", "recency_days")]] = 1.0
    customers = replace(shop_customers, table=table)
    assert_segments(settings, customers)
    found = segment_customers(customers, settings.recipe)
    assert ("new" in found.profile["name"].tolist()) == (option == "newcomers/one_gap")
    assert "key accounts" in found.profile["name"].tolist()


@pytest.mark.parametrize("option", option_files("selection"))
def test_an_option_of_selection_judges_a_run(option, composed):
    rules = settings_of(composed(*overrides(option))).selection
    assert reasons_against({"n_segments": 1.0}, None, rules)
    assert not reasons_against({"n_segments": 4.0}, None, rules)


@pytest.mark.parametrize("option", option_files("engine"))
def test_an_engine_is_recorded_and_changes_neither_the_customers_nor_the_run(option, composed):
    """tests/engine and the page of the engines run each of them."""
    settings, usual = settings_of(composed(*overrides(option))), settings_of(composed())
    assert settings.choices["engine"] == option.removeprefix("engine/")
    assert (
        settings.measuring.read_transactions.keywords["engine"].name == settings.choices["engine"]
    )
    assert (settings.deciding, settings.measured_by) == (usual.deciding, usual.measured_by)


@pytest.mark.parametrize("option", option_files("tracking"))
def test_an_option_of_tracking_opens_a_store(option, composed, workplace):
    tracking = settings_of(composed(*overrides(option))).tracking
    store = open_store(tracking.uri, tracking.experiment)
    assert store.client.get_experiment(store.experiment_id).name == tracking.experiment


@pytest.mark.slow
@pytest.mark.parametrize("study", STUDIES)
def test_every_value_of_a_saved_study_is_composed_and_its_first_run_computed(
    study, composed, shop_customers, shop_csv
):
    data = ["data=transactions", f"data.path={shop_csv}", "data.cancellation_prefix=C"]
    typed = [study.replace("/", "="), *data, "evaluation=fast"]
    config = composed(*typed)
    with open_dict(config):
        config.hydra.overrides.task = typed
    assert config.hydra.mode.name == "MULTIRUN"
    axes = sweep_axes(config)
    assert axes, "a study varies something"
    for group, values in axes.items():
        options = {option.partition("/")[2] for option in option_files(group)}
        assert set(values) <= options or not options
    planned = list(axis_settings(config, axes))
    assert len(planned) == 1 + sum(len(values) - 1 for values in axes.values())
    assert_segments(planned[0], shop_customers)
