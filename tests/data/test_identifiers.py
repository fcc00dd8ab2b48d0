"""Texts of identifiers."""

import pytest

from segmentation.data import identifiers
from segmentation.data.sources import transactions
from tests.helpers.exports import write_text

HEADER = "customer,order,date,product,country,status,amount\n"


def lines_of(path, *rows):
    return transactions(write_text(path / "a.csv", HEADER + "\n".join(rows) + "\n")).lines.execute()


def test_each_identifier_of_a_line_is_cleaned_by_itself(tmp_path):
    rows = [
        "12346.0,A1,2011-01-01, a ,null,wc-Completed,1",
        "12346,A2,2011-01-01,b,UK,completed,2",
        "nan,A3.0,2011-01-01,,UK,,3",
        "12347.50,4.00,2011-01-01,c.0,N/A,PAID,4",
    ]
    found = lines_of(tmp_path, *rows).sort_values("amount").astype(object)
    found = found.where(found.notna(), None)
    assert found["customer_id"].tolist() == ["12346", "12346", None, "12347.50"]
    assert found["invoice_id"].tolist() == ["A1", "A2", "A3.0", "4"]
    assert found["product_id"].tolist() == ["a", "b", None, "c.0"]
    assert found["country"].tolist() == [None, "UK", "UK", None]
    assert found["status"].tolist() == ["completed", "completed", None, "paid"]


@pytest.mark.parametrize("customer", ["12346", "12346.0"])
def test_lines_are_only_touched_where_a_value_has_another_text(tmp_path, customer, monkeypatch):
    joined = []
    others = identifiers._other_texts
    monkeypatch.setattr(
        identifiers, "_other_texts", lambda *of: joined.append(others(*of)) or joined[-1]
    )
    lines_of(tmp_path, f"{customer},1,2011-01-01,a,UK,paid,1")
    counts = [int(table.count().execute()) for table in joined]
    assert counts == [int(customer.endswith(".0")), 0, 0, 0, 0]
