"""Which column of an export is taken for what."""

import pytest

from segmentation.data.columns import COMMON_NAMES, kept_columns, match_columns
from segmentation.errors import UserError


@pytest.mark.parametrize(
    "header",
    [
        ["Customer ID", "Invoice", "InvoiceDate", "Quantity", "Price"],
        ["CustomerID", "InvoiceNo", "InvoiceDate", "Quantity", "UnitPrice"],
        ["customer_id", "Order ID", "order-date", "qty", "unit price"],
        ["Kunden-Nr.", "Rechnungsnummer", "Rechnungsdatum", "Menge", "Einzelpreis"],
        ["Kundennummer", "Belegnummer", "Datum", "Menge", "Preis"],
        ["CUSTOMERNAME", "ORDERNUMBER", "ORDERDATE", "QUANTITYORDERED", "PRICEEACH"],
        ["email", "trans_id", "trans_date", "PCS", "RATE"],
    ],
)
def test_the_usual_names_are_found_whatever_their_spelling(header: list[str]) -> None:
    matched = match_columns(header)
    names = ["customer_id", "invoice_id", "invoiced_at", "quantity", "unit_price"]
    assert [matched[name] for name in names] == header


def test_a_likelier_name_wins_over_a_vaguer_one() -> None:
    header = ["Customer", "Customer ID", "Date", "Order Date", "Order ID", "Sales"]
    matched = match_columns(header)
    assert matched["customer_id"] == "Customer ID"
    assert matched["invoiced_at"] == "Order Date"


def test_a_chosen_column_wins_and_is_used_once() -> None:
    header = ["customer_id", "invoice_id", "date", "amount", "total"]
    matched = match_columns(header, {"amount": "total", "invoice_id": None})
    assert matched["amount"] == "total"
    assert matched["invoice_id"] == "invoice_id"
    header = ["customer_id", "email", "invoice_id", "date", "amount"]
    assert "country" not in match_columns(header, {"customer_id": "email"})


def test_a_name_is_a_customer_only_where_nothing_better_is_there() -> None:
    header = ["CUSTOMERNAME", "Country/Region", "order_purchase_timestamp", "GROSS AMT"]
    matched = match_columns(header)
    assert matched == {
        "customer_id": "CUSTOMERNAME",
        "invoiced_at": "order_purchase_timestamp",
        "amount": "GROSS AMT",
        "country": "Country/Region",
    }
    assert match_columns([*header, "Email"])["customer_id"] == "Email"
    assert match_columns([*header[:3], "tran_amount"])["amount"] == "tran_amount"
    assert match_columns([*header[:3], "order total"])["amount"] == "order total"


def test_choosing_quantity_and_price_means_that_the_amount_is_computed() -> None:
    header = ["customer_id", "invoice_id", "date", "total", "n", "each"]
    assert "amount" in match_columns(header)
    assert "amount" not in match_columns(header, {"quantity": "n", "unit_price": "each"})


def test_no_name_stands_for_two_canonical_columns() -> None:
    names = [name for common in COMMON_NAMES.values() for name in common]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("header", "chosen", "message"),
    [
        (["a", "order", "date", "total"], {}, r"^column 'customer_id' not found; the file has: a"),
        (
            ["a", "date"],
            {},
            r"^columns 'customer_id', 'amount' \(or 'unit_price'\) not found; the file has: a",
        ),
        (["a"], {}, r"set data.columns.customer_id=… data.columns.invoiced_at=… .*amount=…$"),
        (["customer", "order", "date"], {}, r"'amount' \(or 'unit_price'\)"),
        (["customer"], {"customer_id": "x"}, r"data.columns.customer_id='x' not found.*customer"),
        (["customer"], {"client": "customer"}, r"data.columns.client is not a canonical column"),
        (["Customer ID", "customer_id"], {}, r"both look like customer_id; set data.columns.cust"),
    ],
)
def test_what_cannot_be_matched_is_named_with_the_remedy(
    header: list[str], chosen: dict[str, str], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        match_columns(header, chosen)


def test_a_column_is_kept_under_the_name_that_it_has() -> None:
    assert kept_columns(["email", "First Name", "EMAIL"], ["Email", "First Name"]) == [
        "Email",
        "First Name",
    ]
    assert kept_columns(["email"], ["Email", "email"]) == ["email"]


def test_a_column_of_another_file_is_kept_there() -> None:
    assert kept_columns(["email", "id"], ["id"], ["id", "Email"]) == ["id"]


@pytest.mark.parametrize(
    ("name", "available"), [("phone", ["Email"]), ("EMAIL", ["Email", "email"])]
)
def test_a_column_that_is_not_there_is_not_kept(name: str, available: list[str]) -> None:
    with pytest.raises(UserError, match=rf"^keep={name} not found; the file has: Email"):
        kept_columns([name], available, available)
