"""A shop's own export is read as its options say."""

from pathlib import Path

import pytest

from segmentation.data.formats import shown
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from tests.helpers.exports import ORDERS, rows, write_text


def test_an_unknown_decimal_mark_is_named_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.decimal=komma must be point or comma; set data"):
        transactions(tmp_path / "absent.csv", decimal="komma")


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
