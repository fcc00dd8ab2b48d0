"""Lines added up by invoice."""

from segmentation.data.cleaning import CleaningRules, clean
from segmentation.data.invoices import invoices_of
from segmentation.data.sources import transactions
from tests.helpers.exports import write_text

HEADER = "customer,order,date,quantity,price\n"


def test_lines_of_one_invoice_and_instant_are_one_row_unless_cleaning_parts_them(tmp_path):
    text = HEADER + (
        "1,7,2011-01-01 10:00,2,1.25\n"
        "1,7,2011-01-01 10:00,1,5\n"
        "1,7,2011-01-01 10:00,1,0\n"
        "1,7,2011-01-01 10:01,1,5\n"
        "2,7,2011-01-01 10:00,1,5\n"
        "2,7,2011-01-01 10:00,-1,2\n"
        ",8,2011-01-01 10:00,1,5\n"
    )
    lines = transactions(write_text(tmp_path / "a.csv", text)).lines
    invoices = invoices_of(clean(lines, CleaningRules())).execute()
    names = ["customer_id", "removed_by", "lines", "amount", "gross", "returned", "quantity"]
    names.append("unit_price")
    rows = [
        tuple(value if isinstance(value, str) else float(value) for value in row)
        for row in invoices[names].fillna({"customer_id": "", "removed_by": ""}).to_numpy()
    ]
    assert sorted(rows) == [
        ("", "missing_customer", 1.0, 5.0, 5.0, 0.0, 1.0, 5.0),
        ("1", "", 1.0, 5.0, 5.0, 0.0, 1.0, 5.0),
        ("1", "", 2.0, 7.5, 7.5, 0.0, 3.0, 6.25),
        ("1", "non_positive_price", 1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        ("2", "", 1.0, 5.0, 5.0, 0.0, 1.0, 5.0),
        ("2", "cancellations", 1.0, -2.0, 0.0, 2.0, -1.0, 2.0),
    ]


def test_sales_and_returns_of_one_row_are_told_apart(tmp_path):
    text = HEADER + "1,7,2011-01-01,2,1.25\n1,7,2011-01-01,-1,1\n"
    lines = transactions(write_text(tmp_path / "a.csv", text)).lines
    rules = CleaningRules(cancellations=False, non_positive_quantity=False)
    invoices = invoices_of(clean(lines, rules)).execute()
    # A line that takes back is cancelled, and stays where cleaning is told so.
    assert sorted(invoices["gross"].astype(float)) == [0.0, 2.5]
    assert sorted(invoices["returned"].astype(float)) == [0.0, 1.0]
