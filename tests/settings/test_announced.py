"""What is read is said from the configuration alone."""

import pytest
from omegaconf import OmegaConf

from segmentation.settings.announced import reading


def said(typed=(), params=None, **data):
    hydra = {"overrides": {"task": list(typed)}, "sweeper": {"params": params}}
    return reading(OmegaConf.create({"data": data, "hydra": hydra}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"path": "exports/orders.csv"}, "orders.csv"),
        ({"path": ["a.csv", "b.csv", "c.csv"]}, "a.csv and 2 more"),
        ({"path": "https://shop.example/export/orders.csv?key=secret"}, "orders.csv"),
        ({"path": "???", "table": "shop.orders"}, "table shop.orders"),
        ({"path": "???", "query": "select 1"}, "the lines"),
        ({"layout": {"title": "Online Retail"}}, "Online Retail"),
        ({"path": "${oc.env:NOT_THERE}/orders.csv"}, "orders.csv"),
        ({"path": "???"}, "the lines"),
    ],
)
def test_the_source_is_named_without_what_could_be_secret(data, words):
    assert said(**data) == f"reading {words}"


def test_of_several_shops_none_is_named():
    own = {"layout": {"title": "The Complete Journey"}}
    assert said(["data=complete_journey,online_retail"], **own) == "reading the lines"
    assert said(params={"data": "complete_journey,online_retail"}, **own) == "reading the lines"
    assert said(["k=2,3", "data.path=[a.csv,b.csv]"], path=["a.csv", "b.csv"]) == (
        "reading a.csv and 1 more"
    )
