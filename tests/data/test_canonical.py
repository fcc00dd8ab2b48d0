"""A raw table to canonical lines: what is understood of it, marked, and said."""

from pathlib import Path

from segmentation.data.duplicates import with_duplicates
from segmentation.data.sources import transactions
from tests.helpers.exports import rows, write_text


def test_what_cannot_be_read_is_marked_with_its_column_and_value(tmp_path: Path) -> None:
    text = (
        "customer,order,date,qty,price\n1,1,2011-01-01,two,1\n1,2,2011-01-01,1,\n"
        "1,3,soon,1,1\n1,,2011-01-01,1,1\n1,5,2011-01-01,1,1\n1,6,2011-01-01,9e13,9e13\n"
    )
    lines = transactions(write_text(tmp_path / "orders.csv", text)).lines.to_pandas()
    found = sorted(lines[["unreadable", "unreadable_value"]].fillna("").itertuples(index=False))
    assert found == [
        ("", ""),
        ("date", "soon"),
        ("order", ""),
        ("price", ""),
        ("qty", "90000000000000.0000"),
        ("qty", "two"),
    ]


LINES = "customer,order,date,quantity,price,total\n"


def test_a_total_that_stands_on_the_first_line_of_an_order_is_not_the_amount(
    tmp_path: Path,
) -> None:
    text = LINES + "1,7,2011-01-01,2,3.50,10\n1,7,2011-01-01,3,1,\n2,8,2011-01-02,1,4,4\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    assert sorted(rows(found)["amount"].astype(float)) == [3.0, 4.0, 7.0]
    assert "amount" not in found.columns
    assert found.notes == (
        "column 'total' has one value per order, as a total of orders has: amounts are quantity × "
        "price",
    )


def test_a_total_of_the_order_on_all_of_its_lines_is_not_the_amount(tmp_path: Path) -> None:
    text = LINES + "1,7,2011-01-01,2,3.50,10\n1,7,2011-01-01,3,1,10\n2,8,2011-01-02,1,4,4\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    assert sorted(rows(found)["amount"].astype(float)) == [3.0, 4.0, 7.0]


def test_one_blank_among_totals_of_lines_is_a_slip(tmp_path: Path) -> None:
    """Their discount stays, and equal lines of an order tell nothing."""
    discounted = "".join(f"1,{i},2011-01-01,2,5,8\n1,{i},2011-01-01,1,5,4\n" for i in range(20))
    text = LINES + discounted + "1,90,2011-01-01,2,5,\n" + "1,91,2011-01-01,1,5,4\n" * 2
    found = transactions(write_text(tmp_path / "orders.csv", text))
    assert found.columns["amount"] == "total"
    assert rows(found)["amount"].astype(float).sum() == 20 * 12 + 8
    assert rows(found)["unreadable"].notna().sum() == 1


def test_a_total_of_every_line_is_the_amount_and_so_is_one_that_was_chosen(tmp_path: Path) -> None:
    of_lines = LINES + "1,7,2011-01-01,2,3.50,6.90\n2,8,2011-01-02,,,4\n"
    found = transactions(write_text(tmp_path / "lines.csv", of_lines))
    assert rows(found)["amount"].astype(float).tolist() == [6.9, 4.0]
    assert found.notes == ()
    of_orders = LINES + "1,7,2011-01-01,2,3.50,10\n1,7,2011-01-01,3,1,\n"
    file = write_text(tmp_path / "orders.csv", of_orders)
    chosen = transactions(file, columns={"amount": "total"})
    assert chosen.columns["amount"] == "total"


def test_a_refund_of_an_order_that_stands_twice_is_paid_back_once(tmp_path):
    text = "customer,order,date,amount,refunded amount\n" + "1,1,2011-01-01,100,50\n" * 2
    lines = with_duplicates(transactions(write_text(tmp_path / "a.csv", text)).lines).execute()
    assert lines.loc[~lines["duplicate"], "amount"].astype(float).tolist() == [50.0]
