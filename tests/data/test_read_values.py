"""Values as what they mean."""

import pytest

from segmentation.data import read_values
from segmentation.data.sources import transactions
from tests.helpers.exports import write_text

HEADER = "customer,order,date,product,country,status,amount\n"


def lines_of(path, *rows, order_by="amount"):
    """Columns of the lines as objects, in an order, with None for what is null."""
    read = transactions(write_text(path / "a.csv", HEADER + "\n".join(rows) + "\n")).lines
    found = read.execute().sort_values(order_by).astype(object)
    return found.where(found.notna(), None)


def test_each_value_of_a_line_is_read_by_itself(tmp_path):
    rows = [
        "12346.0,A1,2011-01-01, a ,null,wc-Completed,1",
        "12346,A2,2011-01-01,b,UK,completed,2",
        "nan,A3.0,2011-01-01,,UK,,3",
        "12347.50,4.00,2011-01-01,c.0,N/A,PAID,4",
    ]
    found = lines_of(tmp_path, *rows)
    assert found["customer_id"].tolist() == ["12346", "12346", None, "12347.50"]
    assert found["invoice_id"].tolist() == ["A1", "A2", "A3.0", "4"]
    assert found["product_id"].tolist() == ["a", "b", None, "c.0"]
    assert found["country"].tolist() == [None, "UK", "UK", None]
    assert found["status"].tolist() == ["completed", "completed", None, "paid"]


@pytest.mark.slow
def test_numbers_and_instants_of_a_line_are_read_by_themselves(tmp_path):
    rows = [
        "1,A1,2011-01-01 10:00,a,UK,paid,1.5",
        "1,A2, 2011-01-02 10:00 +0200,a,UK,paid,$1.50",
        '1,A3,2011-01-03T10:00Z,a,UK,paid,"1,500.00-"',
        "1,A4,soon,a,UK,paid,much",
    ]
    found = lines_of(tmp_path, *rows, order_by="invoice_id")
    assert [None if at is None else f"{at:%d %H:%M}" for at in found["invoiced_at"]] == [
        *("01 10:00", "02 08:00", "03 10:00", None)
    ]
    amounts = [None if amount is None else float(amount) for amount in found["amount"]]
    assert amounts == [1.5, 1.5, -1500.0, None]


@pytest.mark.parametrize(
    ("customer", "date", "amount", "expected"),
    [
        ("12346", "2011-01-01", "1", []),
        ("12346.0", "2011-01-01", "1", ["customer_id"]),
        ("12346", " 2011-01-01 10:00 +0100", "1", ["invoiced_at"]),
        ("12346", "2011-01-01", "1 EUR", ["amount"]),
    ],
)
def test_lines_are_only_touched_where_a_value_means_something_else(
    tmp_path, customer, date, amount, expected, monkeypatch
):
    looked_at, others = {}, read_values._others

    def counted(column, name, reading):
        looked_at[name] = others(column, name, reading)
        return looked_at[name]

    monkeypatch.setattr(read_values, "_others", counted)
    lines_of(tmp_path, f"{customer},1,{date},a,UK,paid,{amount}")
    assert len(looked_at) == 7
    assert [name for name, table in looked_at.items() if table.count().execute()] == expected
