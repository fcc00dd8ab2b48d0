"""Exports of shops that are known by their columns, against plain pandas."""

import pandas as pd
import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.columns import match_columns
from segmentation.data.layouts import known_layouts, layout_of
from segmentation.data.sources import transactions
from segmentation.options import build, option_names, read_option
from tests.helpers.shop_exports import STATUSES, amazon, orders, shopify, woocommerce


def expected(lines, refunds):
    """Customers, orders and revenue of what was paid and not paid back, by pandas."""
    good = lines[~lines["status"].isin(["refunded", "voided", "pending"])]
    amount = good["count"] * good["price"]
    if refunds:
        total = amount.groupby(good["order"]).transform("sum")
        amount *= (1 - good["back"] / total).clip(lower=0)
    return good["email"].nunique(), good["order"].nunique(), amount.sum()


def report_of(path):
    found = transactions(path)
    return cleaned_lines(found, CleaningRules())[1]


@pytest.mark.parametrize(
    ("export", "title", "refunds"),
    [
        (shopify, "a Shopify order export", True),
        (woocommerce, "a WooCommerce order export", False),
        (amazon, "Amazon's report of orders", False),
    ],
)
@pytest.mark.parametrize("kind", ["utf-8", "utf-16", "parquet"])
@pytest.mark.slow
def test_an_export_is_read_by_its_path_alone(tmp_path, export, title, refunds, kind):
    lines = orders()
    path = tmp_path / ("orders.parquet" if kind == "parquet" else "orders.csv")
    if kind == "parquet":
        export(lines).to_parquet(path)
    else:
        path.write_bytes(export(lines).to_csv(index=False).encode(kind))
    report = report_of(path)
    customers, n_orders, revenue = expected(lines, refunds)
    assert report.notes[0] == f"read as {title}"
    assert (report.customers, report.orders) == (customers, n_orders)
    assert report.revenue_kept == pytest.approx(revenue, abs=0.01)
    assert report.lines_read == len(lines)
    by_rule = {removal.rule: removal.lines for removal in report.removed}
    for rule, status in (
        ("refunded_orders", "refunded"),
        ("cancelled_orders", "voided"),
        ("unpaid_orders", "pending"),
    ):
        assert by_rule[rule] == (lines["status"] == status).sum()


@pytest.mark.slow
def test_offsets_of_shops_are_converted_to_utc(tmp_path):
    shopify(orders()).to_csv(tmp_path / "orders.csv", index=False)
    first = transactions(tmp_path / "orders.csv").lines.invoiced_at.min().execute()
    assert pd.Timestamp(first) == pd.Timestamp("2023-10-01 00:03:48")


@pytest.mark.slow
def test_a_layout_can_be_chosen_and_a_column_of_it_set(tmp_path):
    export = shopify(orders()).rename(columns={"Financial Status": "State"})
    export["Buyer"] = export["Email"]
    export.to_csv(tmp_path / "orders.csv", index=False)
    assert layout_of(list(export.columns)) is None
    option = read_option("data", "shopify")
    option["columns"] |= {"status": "State", "customer_id": "Buyer"}
    option["layout"]["carried_down"] += ["State", "Buyer"]
    found = build({**option, "path": tmp_path / "orders.csv"})()
    lines = found.lines.execute()
    assert found.columns["customer_id"] == "Buyer"
    assert lines["customer_id"].notna().all()
    assert set(lines["status"]) == set(STATUSES)


@pytest.mark.slow
def test_statuses_count_where_they_are_switched_off(tmp_path):
    lines = orders()
    woocommerce(lines).to_csv(tmp_path / "orders.csv", index=False)
    found = transactions(tmp_path / "orders.csv")
    rules = CleaningRules(refunded_orders=False, cancelled_orders=False, unpaid_orders=False)
    assert cleaned_lines(found, rules)[1].lines_kept == len(lines)


def test_every_layout_is_recognised_by_the_columns_that_it_names():
    named = [name for name in option_names("data") if read_option("data", name).get("layout")]
    assert len(known_layouts()) == len(named) >= 2
    for layout in known_layouts():
        assert layout_of([*layout.signature, "more"]).title == layout.title
        assert layout_of(layout.signature[1:]) is None


def test_a_chosen_layout_without_order_numbers_is_read_by_days(tmp_path):
    shopify(orders()).drop(columns=["Name", "Total"]).to_csv(tmp_path / "a.csv", index=False)
    found = build({**read_option("data", "shopify"), "path": tmp_path / "a.csv"})()
    assert any("what a customer buys in a day is one order" in note for note in found.notes)
    assert found.lines.amount.notnull().all().execute()


@pytest.mark.slow
def test_discounts_and_cancellations_of_orders_count(tmp_path):
    lines = orders().assign(status="paid", back=0.0)
    export = shopify(lines)
    first = lines["place"] == 0
    total = (lines["count"] * lines["price"]).groupby(lines["order"]).transform("sum")
    export["Discount Amount"] = (total / 4).where(first)
    gone = lines["order"].isin(["#1003", "#1007"])
    export["Cancelled at"] = "2023-12-01 10:00:00 +0100"
    export.loc[~(gone & first), "Cancelled at"] = None
    export.to_csv(tmp_path / "orders.csv", index=False)
    report = report_of(tmp_path / "orders.csv")
    assert report.revenue_kept == pytest.approx(0.75 * total[~gone & first].sum(), abs=0.05)
    assert {each.rule: each.lines for each in report.removed} == {"cancelled_orders": gone.sum()}


def test_quantities_of_other_shops_are_found():
    for name in ("qty_ordered", "Quantity (- Refund)", "quantity-purchased", "Quantité"):
        assert match_columns(["customer", "date", "price", name])["quantity"] == name
