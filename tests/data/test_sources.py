"""A shop's own export is read as its options say."""

from pathlib import Path

import pytest

from segmentation.data.formats import shown
from segmentation.data.sources import transactions
from segmentation.data.transactions import KEPT
from segmentation.errors import UserError
from tests.helpers.exports import ORDERS, rows, write_text


def test_an_unknown_decimal_mark_is_named_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.decimal=komma must be point or comma; set data"):
        transactions(tmp_path / "absent.csv", decimal="komma")


@pytest.mark.slow
def test_a_german_export_is_read_as_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "bestellungen.csv"
    path.write_bytes(
        "Kunden-Nr.;Rechnungsnr.;Rechnungsdatum;Artikelnummer;Artikel;Menge;Einzelpreis;Land\n"
        "007;R1;31.12.2010;17;Löffel, groß;2;1.234,50;Österreich\n".encode("cp1252")
    )
    found = rows(transactions(path, decimal="comma")).iloc[0].to_dict()
    assert (found["customer_id"], found["invoice_id"]) == ("007", "R1")
    assert (found["product_id"], found["country"]) == ("17", "Österreich")
    assert (str(found["invoiced_at"]), float(found["amount"])) == ("2010-12-31 00:00:00", 2469.0)


def _csv(**options: object) -> str:
    return str(ORDERS.to_csv(index=False, **options))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("delimiter", "characters"),
    [("semicolon", ";"), ("comma", ","), ("tab", "\t"), ("pipe", "|"), ("^", "^"), (r"\t", "\t")],
)
def test_a_given_delimiter_is_used(tmp_path: Path, delimiter: str, characters: str) -> None:
    path = write_text(tmp_path / "orders.csv", _csv(sep=characters))
    assert len(rows(transactions(path, delimiter=delimiter))) == len(ORDERS)


def test_an_unknown_delimiter_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.delimiter=colon must be semicolon, comma, tab, p"):
        transactions(tmp_path / "orders.csv", delimiter="colon")


def test_the_secrets_of_a_url_are_not_kept(tmp_path: Path) -> None:
    ORDERS.to_parquet(tmp_path / "orders.parquet")
    assert transactions(f"file://{tmp_path}/orders.parquet").source.startswith("file:///")
    assert shown("s3://key:word@shop/a.csv?X-Amz-Signature=1") == "s3://shop/a.csv"


CONTACTS = "client,email,news\n1,a@b,yes\n2,c@d,no\n"
LINES = "client,order,when,paid\n1,A,2024-01-01,5\n1,B,2024-02-01,7\n2,C,2024-01-05,9\n"
COLUMNS = {"customer_id": "client", "invoice_id": "order", "invoiced_at": "when", "amount": "paid"}


@pytest.mark.slow
def test_columns_of_a_joined_file_are_carried_along(tmp_path: Path) -> None:
    """Also where they are in a table of customers, which no line needs."""
    (tmp_path / "lines.csv").write_text(LINES.replace("client", "client_id"), encoding="utf-8")
    (tmp_path / "who.csv").write_text(CONTACTS.replace("client", "client_id"), encoding="utf-8")
    columns = COLUMNS | {"customer_id": "client_id"}
    paths = [tmp_path / "lines.csv", tmp_path / "who.csv"]
    found = rows(transactions(paths, columns=columns, keep=["Email", "news"]))
    found = found.sort_values("invoice_id")
    assert found[[f"{KEPT}email", f"{KEPT}news"]].to_numpy().tolist() == [
        ["a@b", "yes"],
        ["a@b", "yes"],
        ["c@d", "no"],
    ]
    assert not [name for name in rows(transactions(paths, columns=columns)) if KEPT in name]


@pytest.mark.slow
def test_of_files_with_other_columns_each_carries_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(LINES, encoding="utf-8")
    more = "client,order,when,paid,email\n3,D,2024-03-01,4,e@f\n"
    (tmp_path / "b.csv").write_text(more, encoding="utf-8")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    found = rows(transactions(paths, columns=COLUMNS, keep=["email"]))
    known = found.set_index("invoice_id")[f"{KEPT}email"].astype(object)
    assert known.where(known.notna(), None).to_dict() == {
        "A": None,
        "B": None,
        "C": None,
        "D": "e@f",
    }
    with pytest.raises(
        UserError, match=r"^keep=phone not found; the file has: client, order, when"
    ):
        transactions(paths, columns=COLUMNS, keep=["phone"])
