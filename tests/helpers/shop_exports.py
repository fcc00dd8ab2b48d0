"""Orders of a made-up shop as shop software exports them."""

import numpy as np
import pandas as pd

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


def amazon(lines):
    """The report, whose price is that of all units of a row."""
    status = lines["status"].replace({"paid": "Shipped", "voided": "Cancelled"})
    return pd.DataFrame(
        {
            "amazon-order-id": lines["order"],
            "purchase-date": lines["at"].dt.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "order-status": status.replace("partially_refunded", "Shipped"),
            "sku": lines["sku"],
            "quantity": lines["count"],
            "currency": "EUR",
            "item-price": (lines["count"] * lines["price"]).round(2),
            "buyer-email": lines["email"],
            "ship-country": "DE",
        }
    )
