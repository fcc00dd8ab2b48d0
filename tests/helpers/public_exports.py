"""Lines of made-up shops in the columns of well-known data, and as the files that people have."""

import numpy as np
import pandas as pd

from tests.helpers.exports import write_xlsx

KINDS = ("utf-8", "utf-16", "xlsx", "parquet")
"""How an export comes."""


def retail_lines(seed=0, invoices=70, customers=20):
    """Lines with cancellations, of which one has a positive quantity, and lines of nobody."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(invoices):
        invoice = f"{'C' if number % 9 == 8 else ''}{536365 + number}"
        at = pd.Timestamp("2010-12-01 08:26") + pd.Timedelta(hours=31 * number)
        customer = None if number % 11 == 10 else 12346 + number % customers
        for place in range(1 + number % 3):
            units = int(rng.integers(1, 9))
            back = invoice[0] == "C" and number != 8
            price = 0.0 if number % 13 == 12 else float(rng.integers(10, 2_000)) / 100
            row = (invoice, f"8{place}123A", "LAMP", -units if back else units, at, price)
            rows.append((*row, customer, "France" if number % 5 else "EIRE"))
            if number % 7 == 6:
                rows.append(rows[-1])
    names = ["invoice", "product", "name", "units", "at", "price", "customer", "country"]
    return pd.DataFrame(rows, columns=names).astype({"customer": "Int64"})


def retail_figures(lines):
    """Customers, orders and revenue of good lines, by pandas."""
    good = lines.dropna(subset="customer").drop_duplicates()
    good = good[~good["invoice"].str.startswith("C") & (good["units"] > 0) & (good["price"] > 0)]
    revenue = (good["units"] * good["price"]).sum()
    return good["customer"].nunique(), good["invoice"].nunique(), revenue


def online_retail(lines):
    names = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"]
    return lines.set_axis([*names, "CustomerID", "Country"], axis=1)


def online_retail_ii(lines):
    names = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price"]
    return lines.set_axis([*names, "Customer ID", "Country"], axis=1)


def journey_lines(seed=0, baskets=60, households=20):
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(baskets):
        at = pd.Timestamp("2017-01-01 06:53:26") + pd.Timedelta(hours=29 * number)
        for place in range(1 + number % 3):
            value = float(rng.integers(0, 2_000)) / 100
            units = int(rng.integers(0, 3))
            rows.append((900 + number % households, 330, 31198570044 + number, place, units, value))
            rows[-1] = (*rows[-1], 0.0, 0.0, 0.0, 1, at)
    names = ["household_id", "store_id", "basket_id", "product_id", "quantity", "sales_value"]
    more = ["retail_disc", "coupon_disc", "coupon_match_disc", "week", "transaction_timestamp"]
    return pd.DataFrame(rows, columns=[*names, *more])


def journey_figures(lines):
    """Customers, orders and revenue of good lines, by pandas; money is of the line."""
    good = lines.drop_duplicates()
    good = good[(good["quantity"] > 0) & (good["sales_value"] > 0)]
    return good["household_id"].nunique(), good["basket_id"].nunique(), good["sales_value"].sum()


def olist(seed=0, orders=80, customers=25):
    """The three files: a customer has another customer_id with every order."""
    rng = np.random.default_rng(seed)
    at = pd.Timestamp("2017-10-02 10:56:33") + pd.to_timedelta(np.arange(orders) * 17, unit="h")
    of_orders = pd.DataFrame(
        {
            "order_id": [f"o{number:032x}" for number in range(orders)],
            "customer_id": [f"c{number:032x}" for number in range(orders)],
            "order_status": np.resize(["delivered"] * 6 + ["canceled"], orders),
            "order_purchase_timestamp": at.astype("datetime64[us]"),
            "order_approved_at": at.astype("datetime64[us]"),
        }
    )
    number = np.arange(orders).repeat(1 + np.arange(orders) % 3)
    items = pd.DataFrame(
        {
            "order_id": of_orders["order_id"].to_numpy()[number],
            "order_item_id": pd.Series(number).groupby(number).cumcount() + 1,
            "product_id": [f"p{place % 9}" for place in number],
            "seller_id": [f"s{place % 4}" for place in number],
            "shipping_limit_date": at.astype("datetime64[us]")[number],
            "price": rng.integers(500, 20_000, len(number)) / 100,
            "freight_value": 8.72,
        }
    )
    of_customers = pd.DataFrame(
        {
            "customer_id": of_orders["customer_id"],
            "customer_unique_id": [f"u{place % customers}" for place in range(orders)],
            "customer_zip_code_prefix": [f"{place:05}" for place in range(orders)],
            "customer_city": "sao paulo",
            "customer_state": "SP",
        }
    )
    return {
        "olist_order_items_dataset": items,
        "olist_orders_dataset": of_orders,
        "olist_customers_dataset": of_customers,
    }


def olist_figures(files):
    """Customers, orders and revenue of orders that were not cancelled, by pandas."""
    items, of_orders, of_customers = files.values()
    both = items.merge(of_orders, on="order_id").merge(of_customers, on="customer_id")
    good = both[both["order_status"] != "canceled"]
    return good["customer_unique_id"].nunique(), good["order_id"].nunique(), good["price"].sum()


def other_olist_files(files):
    """Files of the same shop that say nothing of what is needed."""
    orders = files["olist_orders_dataset"]["order_id"]
    paid = pd.concat([orders, orders.head(9)], ignore_index=True)
    return {
        "olist_order_payments_dataset": pd.DataFrame(
            {"order_id": paid, "payment_sequential": 1, "payment_value": 9.5}
        ),
        "olist_products_dataset": pd.DataFrame({"product_id": ["p0"], "product_weight_g": [200]}),
        "olist_geolocation_dataset": pd.DataFrame(
            {"geolocation_zip_code_prefix": ["01037"], "geolocation_city": ["sao paulo"]}
        ),
    }


def write_export(frame, folder, name, kind, dates="%Y-%m-%d %H:%M:%S", **options):
    """Write a frame as one of `KINDS`; dates of text files are written in a format."""
    if kind == "parquet":
        frame.to_parquet(folder / f"{name}.parquet")
        return folder / f"{name}.parquet"
    if kind == "xlsx":
        return write_xlsx(folder / f"{name}.xlsx", [frame])
    path = folder / f"{name}.csv"
    text = frame.to_csv(index=False, date_format=dates, **options)
    path.write_bytes(text.encode(kind))
    return path
