"""Exports of shops that are known by their columns, against plain pandas."""

import numpy as np
import pandas as pd
import pytest

from segmentation.data.cleaning import CleaningRules, clean
from segmentation.data.layouts import known_layouts, layout_of
from segmentation.data.report import data_report
from segmentation.data.sources import transactions
from segmentation.options import build, option_names, read_option

ORDERS = 60
STATUSES = ["paid", "paid", "paid", "refunded", "voided", "pending", "partially_refunded"]


def orders(seed=0, count=ORDERS, customers=20):
    """Orders of a shop, a row per item: the customer, the status and what was paid back of each."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        status = STATUSES[number % len(STATUSES)]
        items = [
            (int(rng.integers(1, 4)), float(rng.integers(100, 5_000)) / 100)
            for _ in range(1 + number % 3)
        ]
        total = round(sum(units * price for units, price in items), 2)
        back = {"refunded": total, "partially_refunded": round(total / 4, 2)}.get(status, 0.0)
        at = pd.Timestamp("2023-10-01 02:03:48") + pd.Timedelta(hours=7 * number)
        order, email = f"#{1000 + number}", f"c{number % customers}@example.com"
        for place, (units, price) in enumerate(items):
            rows.append((order, email, status, at, back, place, units, price, f"sku{place}"))
    names = ["order", "email", "status", "at", "back", "place", "count", "price", "sku"]
    return pd.DataFrame(rows, columns=names)


def shopify(lines):
    """The export, whose orders are described in their first row only."""
    at = lines["at"].dt.strftime("%Y-%m-%d %H:%M:%S +0200")
    total = (lines["count"] * lines["price"]).groupby(lines["order"]).transform("sum").round(2)
    of_orders = pd.DataFrame(
        {
            "Email": lines["email"],
            "Financial Status": lines["status"],
            "Paid at": at,
            "Total": total,
            "Created at": at,
            "Refunded Amount": lines["back"],
        }
    ).where(lines["place"] == 0)
    of_items = pd.DataFrame(
        {
            "Lineitem quantity": lines["count"],
            "Lineitem name": "Lamp",
            "Lineitem price": lines["price"],
            "Lineitem sku": lines["sku"],
        }
    )
    return pd.concat([lines["order"].rename("Name"), of_orders, of_items], axis=1)


def woocommerce(lines):
    """The export, whose rows all describe their order."""
    status = lines["status"].replace({"paid": "wc-completed", "voided": "wc-cancelled"})
    return pd.DataFrame(
        {
            "Order Number": lines["order"],
            "Order Status": status.replace("partially_refunded", "wc-completed"),
            "Order Date": lines["at"].dt.strftime("%Y-%m-%d %H:%M"),
            "Email (Billing)": lines["email"],
            "Country Code (Billing)": "DE",
            "SKU": lines["sku"],
            "Quantity": lines["count"],
            "Item Cost": lines["price"],
            "Order Total Amount": 1.0,
        }
    )


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
    return data_report(found, clean(found.lines, CleaningRules()), CleaningRules())


@pytest.mark.parametrize(
    ("export", "title", "refunds"),
    [
        (shopify, "a Shopify order export", True),
        (woocommerce, "a WooCommerce order export", False),
    ],
)
@pytest.mark.parametrize("kind", ["utf-8", "utf-16", "parquet"])
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


def test_offsets_of_shops_are_converted_to_utc(tmp_path):
    shopify(orders()).to_csv(tmp_path / "orders.csv", index=False)
    first = transactions(tmp_path / "orders.csv").lines.invoiced_at.min().execute()
    assert pd.Timestamp(first) == pd.Timestamp("2023-10-01 00:03:48")


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


def test_statuses_count_where_they_are_switched_off(tmp_path):
    lines = orders()
    woocommerce(lines).to_csv(tmp_path / "orders.csv", index=False)
    found = transactions(tmp_path / "orders.csv")
    rules = CleaningRules(refunded_orders=False, cancelled_orders=False, unpaid_orders=False)
    assert data_report(found, clean(found.lines, rules), rules).lines_kept == len(lines)


def test_every_layout_is_recognised_by_the_columns_that_it_names():
    named = [name for name in option_names("data") if read_option("data", name).get("layout")]
    assert len(known_layouts()) == len(named) >= 2
    for layout in known_layouts():
        assert layout_of([*layout.signature, "more"]).title == layout.title
        assert layout_of(layout.signature[1:]) is None
