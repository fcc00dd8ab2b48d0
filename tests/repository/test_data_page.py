"""Every block of docs/data.md is executed as it stands, on files such as it describes."""

import pathlib
import re
import shlex

import pandas as pd
import pytest

from tests.helpers.commands import REPO, run_here
from tests.helpers.shop import shop_lines

PAGE = (REPO / "docs" / "data.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
QUICK = ["evaluation=fast", "plots=none"]


def as_it_is():
    lines = shop_lines()
    lines["Country"] = ["France" if customer % 3 else "Spain" for customer in lines["Customer ID"]]
    lines.to_csv("orders.csv", index=False)
    lines.to_csv("next_month.csv", index=False)


def with_odd_names():
    names = {"Customer ID": "Email (Billing)", "Price": "Price [/kg]"}
    shop_lines().rename(columns=names).to_csv("orders.csv", index=False)


def without_names():
    lines = shop_lines()
    written = [
        f" {customer:05d} {day:%Y%m%d} {units:2d} {units * price:8.2f}\n"
        for customer, day, units, price in zip(
            *(lines[name] for name in ("Customer ID", "Invoice Date", "Quantity", "Price")),
            strict=True,
        )
    ]
    pathlib.Path("CDNOW_master.txt").write_text("".join(written), encoding="utf-8")


def in_three_files():
    lines = shop_lines().rename(
        columns={"Invoice": "order_id", "Product": "product_id", "Customer ID": "customer_id"}
    )
    lines["price"] = lines["Quantity"] * lines["Price"]
    lines["buyer_id"] = lines["order_id"] + "-" + lines["customer_id"].astype(str)
    orders = lines.rename(columns={"Invoice Date": "order_date"}).drop_duplicates("order_id")
    lines[["order_id", "product_id", "price"]].to_csv("items.csv", index=False)
    orders[["order_id", "buyer_id", "order_date"]].to_csv("orders.csv", index=False)
    orders[["buyer_id", "customer_id"]].to_csv("customers.csv", index=False)


FILES = [as_it_is, with_odd_names, without_names, in_three_files, as_it_is, as_it_is, as_it_is]
"""What is there before each block."""


@pytest.mark.executes(r"docs/data.md")
def test_no_block_is_left_out():
    assert len(BLOCKS) == len(FILES)


@pytest.mark.slow
def test_the_page_runs_from_top_to_bottom(workplace, monkeypatch, capsys):
    """The last block scores with the champion; models of other files stay challengers."""
    for block, write in zip(BLOCKS, FILES, strict=True):
        write()
        for line in block.splitlines():
            words = shlex.split(line)
            assert words[:2] == ["uv", "run"]
            more = QUICK if words[2] == "train.py" else []
            assert run_here(monkeypatch, *words[3:], *more, script=words[2]) == 0, line
    printed = capsys.readouterr().out
    for said in (
        "customer_id ← Email (Billing)",
        "unit_price ← Price [/kg]",
        "customer_id ← customer_id, invoiced_at ← invoiced_at",
        "orders.csv joined by order_id: ",
        "customers.csv joined by buyer_id: ",
        "data.where left out ",
    ):
        assert said in printed
    assert pd.read_csv("segments.csv")["segment_name"].notna().all()
