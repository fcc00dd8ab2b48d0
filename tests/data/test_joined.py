"""Tables of one shop are joined by their ids, and no line becomes two."""

import pandas as pd
import pytest

from segmentation.data.columns import holds_ids
from segmentation.data.sources import transactions
from segmentation.errors import UserError

ITEMS = pd.DataFrame(
    {
        "order_id": ["1", "1", "2", "3"],
        "sku": ["a", "b", "a", "c"],
        "quantity": [2, 1, 3, 1],
        "price": [2.5, 1.25, 0.5, 4.0],
        "note": ["", "gift", "", ""],
    }
)
OF_ORDERS = pd.DataFrame(
    {
        "order_id": ["1", "2", "3"],
        "client_id": ["7", "8", "7"],
        "order_date": ["2024-01-31", "2024-02-01", "2024-02-03"],
        "total": [6.25, 1.5, 4.0],
        "note": ["x", "y", "z"],
    }
)
OF_CLIENTS = pd.DataFrame({"client_id": ["7", "8"], "country": ["DE", "FR"]})


@pytest.fixture
def written(tmp_path):
    """Write frames as files, each by its name."""

    def write(**frames):
        for name, frame in frames.items():
            frame.to_csv(tmp_path / f"{name}.csv", index=False)
        return [tmp_path / f"{name}.csv" for name in frames]

    return write


def lines_of(paths):
    return transactions(paths).lines.execute()


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.slow
def test_items_orders_and_clients_are_lines(written, turned):
    paths = written(items=ITEMS, orders=OF_ORDERS, clients=OF_CLIENTS)[::turned]
    lines = lines_of(paths).sort_values(["invoice_id", "product_id"])
    assert lines["customer_id"].tolist() == ["7", "7", "8", "7"]
    assert lines["amount"].astype(float).tolist() == [5.0, 1.25, 1.5, 4.0]
    assert lines["country"].tolist() == ["DE", "DE", "FR", "DE"]
    found = transactions(paths)
    assert found.source == ", ".join(map(str, paths))
    assert found.notes[:3] == (
        "orders.csv joined by order_id: 4 lines before, 4 after, 0 of them unknown to it",
        "note taken from items.csv, not from orders.csv",
        "clients.csv joined by client_id: 4 lines before, 4 after, 0 of them unknown to it",
    )


def test_orders_that_are_whole_by_themselves_take_what_a_table_says_of_customers(written):
    found = transactions(written(clients=OF_CLIENTS, orders=OF_ORDERS))
    lines = found.lines.execute()
    assert sorted(lines["country"]) == ["DE", "DE", "FR"]
    assert lines["amount"].astype(float).sum() == 11.75
    assert "read as one row per order" in found.notes


@pytest.mark.slow
def test_each_of_several_files_of_orders_is_joined(written):
    earlier = OF_ORDERS.rename(columns={"order_date": "date"}).assign(order_id=["4", "5", "6"])
    paths = written(new=OF_ORDERS, old=earlier, clients=OF_CLIENTS)
    assert lines_of(paths)["country"].value_counts().to_dict() == {"DE": 4, "FR": 2}


@pytest.mark.slow
def test_files_of_the_same_columns_are_one_table_before_they_are_joined(written):
    paths = written(a=ITEMS.iloc[:2], b=ITEMS.iloc[2:], orders=OF_ORDERS)
    assert len(lines_of(paths)) == 4
    assert len(lines_of([*paths, paths[0]])) == 4


def test_ids_are_the_same_in_files_of_other_types(tmp_path, written):
    items, of_orders = written(items=ITEMS), tmp_path / "orders.parquet"
    OF_ORDERS.assign(order_id=[1.0, 2.0, 3.0]).to_parquet(of_orders)
    assert lines_of([*items, of_orders])["customer_id"].notna().all()


def test_ids_are_the_same_where_pandas_wrote_one_of_them_as_floats(written):
    floats = OF_ORDERS.assign(order_id=["1.0", "2.0", "3.0"])
    assert lines_of(written(items=ITEMS, orders=floats))["customer_id"].notna().all()


def test_a_line_that_the_other_table_does_not_know_stays_and_is_counted(written):
    found = transactions(written(items=ITEMS, orders=OF_ORDERS.iloc[1:]))
    assert found.lines.execute()["customer_id"].isna().sum() == 2
    assert "4 lines before, 4 after, 2 of them unknown to it" in found.notes[0]


@pytest.mark.slow
def test_equal_lines_of_a_table_say_one_thing(written):
    twice = pd.concat([OF_CLIENTS, OF_CLIENTS])
    assert len(lines_of(written(orders=OF_ORDERS, clients=twice))) == 3


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        (
            {"items": ITEMS, "orders": pd.concat([OF_ORDERS, OF_ORDERS.assign(client_id="9")])},
            r"joining orders\.csv by order_id would multiply the lines of items\.csv: order_id "
            r"'1' stands in 2 different lines of it; leave orders\.csv out of data\.path=, or join",
        ),
        (
            {"orders": OF_ORDERS, "weather": pd.DataFrame({"day": ["1", "2"], "rain": [1, 2]})},
            r"weather\.csv cannot be joined: no column of ids \(…_id\) is shared with orders\.csv;"
            r" leave such files out of data\.path=",
        ),
        (
            {"items": ITEMS, "orders": OF_ORDERS.assign(order_id=["A", "B", "C"])},
            r"no order_id of items\.csv is in orders\.csv, so they cannot be joined; leave",
        ),
    ],
)
def test_what_cannot_be_joined_is_refused_in_one_line(written, frames, said):
    with pytest.raises(UserError, match=said) as raised:
        transactions(written(**frames))
    assert "\n" not in str(raised.value)


def test_columns_of_ids_are_known_by_their_names():
    named = ["order_id", "Order ID", "orderId", "orderID", "id", "InvoiceNo", "sku", "E-Mail"]
    assert [name for name in named if not holds_ids(name)] == []
    others = ["paid", "valid", "price", "idle", "country", "Unpaid"]
    assert [name for name in others if holds_ids(name)] == []


@pytest.mark.slow
def test_orders_without_items_are_told_and_many_are_not_lost(written):
    more = OF_ORDERS.assign(order_id=["11", "12", "13"], total=100.0)
    with pytest.raises(UserError, match=r"3 of 6 orders of orders\.csv have no line in items\.csv"):
        transactions(written(items=ITEMS, orders=pd.concat([OF_ORDERS, more])))
    # Without totals nobody knows whether anything was sold.
    orders = pd.concat([OF_ORDERS, more]).drop(columns="total")
    found = transactions(written(items=ITEMS, orders=orders))
    assert "; 3 lines of orders.csv belong to none of items.csv" in " ".join(found.notes)


@pytest.mark.slow
def test_columns_that_differ_in_case_are_one(written):
    orders = OF_ORDERS.rename(columns={"note": "Note"})
    found = transactions(written(items=ITEMS, orders=orders))
    assert "Note taken from items.csv, not from orders.csv" in found.notes


@pytest.mark.slow
def test_a_column_that_is_chosen_is_needed_of_a_known_layout(written):
    items = pd.DataFrame({"order_id": ["1", "2"], "order_item_id": ["1", "1"], "price": [1, 2]})
    items["product_id"] = ["p", "q"]
    orders = pd.DataFrame({"order_id": ["1", "2"], "customer_id": ["x", "y"]})
    orders["order_purchase_timestamp"] = "2018-01-01"
    customers = pd.DataFrame({"customer_id": ["x", "y"], "customer_unique_id": ["u", "v"]})
    products = pd.DataFrame({"product_id": ["p", "q"], "Category": ["tea", "cups"]})
    paths = written(items=items, orders=orders, customers=customers, products=products)
    assert "products.csv left out" in " ".join(transactions(paths).notes)
    found = transactions(paths, columns={"product_id": "Category"})
    assert sorted(found.lines.product_id.execute()) == ["cups", "tea"]
    assert len(transactions(paths, where="category = 'tea'").lines.execute()) == 1
