"""Features of an option that a shop's data cannot give are left out while two remain."""

from dataclasses import replace

import pandas as pd
import pytest

import segmentation as sg
from segmentation.customers.usable_features import usable_features, why_left_out
from segmentation.errors import UserError
from segmentation.recipe import recipe_of
from tests.helpers.commands import run_here

TABLE = pd.DataFrame(
    {"revenue": [1.0, 2.0], "orders": [1.0, 3.0], "lines": [4.0, 4.0], "recency_days": [5.0, 6.0]}
)


def test_what_was_not_measured_or_is_the_same_for_all_is_left_out():
    asked = ["revenue", "lines", "orders", "products"]
    assert usable_features(asked, TABLE) == ("revenue", "orders")
    assert why_left_out("lines", TABLE) == "lines: it is 4 for all customers"
    assert why_left_out("products", TABLE) == "products: the data has no product_id"


@pytest.mark.parametrize("asked", [("revenue", "lines"), ("lines", "products"), ("revenue",)])
def test_nothing_is_left_out_where_fewer_than_two_would_remain(asked):
    assert usable_features(asked, TABLE) == asked


def test_an_unknown_feature_is_refused():
    with pytest.raises(UserError, match="feature 'revenu' is unknown"):
        usable_features(["revenu", "orders", "recency_days"], TABLE)


def test_nothing_is_left_out_that_the_algorithm_needs():
    asked = ("revenue", "orders", "lines")
    assert usable_features(asked, TABLE, needed=["lines"]) == asked
    for needed in (["orders"], ["orders", "revenue"]):
        assert usable_features(asked, TABLE, needed=needed) == ("revenue", "orders")


@pytest.fixture
def without_products(shop_csv):
    return pd.read_csv(shop_csv).drop(columns="Product")


def test_only_features_that_were_asked_for_by_name_have_to_be_there(without_products):
    customers = sg.measure(without_products)
    with pytest.warns(UserWarning, match="goes without products: the data has no product_id"):
        found = sg.segment(customers, features="behaviour", k=3, evaluation="fast")
    assert set(recipe_of(features="behaviour").features) - set(found.recipe.features) == {
        "products"
    }
    assert list(found.segmenter.feature_names_in_) == list(found.recipe.features)
    assert "products_median" not in found.profile
    with pytest.raises(UserError, match="feature 'products' needs the column 'product_id'"):
        sg.segment(customers, features=["revenue", "orders", "products"], k=3, evaluation="fast")
    with pytest.raises(UserError, match="needs the column"):
        sg.segment(customers, replace(recipe_of(features="behaviour"), features_by_name=True))


def test_a_sweep_goes_without_them_and_its_model_scores(
    workplace, without_products, monkeypatch, capsys
):
    without_products.to_csv("orders.csv", index=False)
    shop = ["data.path=orders.csv", "evaluation=fast", "plots=none"]
    assert run_here(monkeypatch, "-m", *shop, "features=behaviour", "k=2,3") == 0
    printed = "".join(capsys.readouterr())
    assert "k=2 log behaviour goes without products: the data has no product_id" in printed
    arguments = ["data.path=orders.csv", "output=segments.csv"]
    assert run_here(monkeypatch, *arguments, script="score.py") == 0
    assert "units_per_order" in pd.read_csv("segments.csv")
    by_name = "features.names=[revenue,orders,products]"
    assert run_here(monkeypatch, "-m", *shop, by_name, "k=2,3") == 2
    assert "needs the column 'product_id'" in capsys.readouterr().out
