"""Totals of customers."""

from datetime import datetime

from segmentation.customers.totals import count_products, customer_totals
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from tests.helpers.exports import write_text

TEXT = """customer,order,date,product,quantity,price
1,1,2011-01-01 10:00:00.5,a,2,10
1,1,2011-01-01 10:00:00.5,b,1,20
1,2,2011-01-11 10:00:00,a,1,20
1,C3,2011-01-21 10:00:00,c,-1,10
2,4,2011-01-25 10:00:00,,4,2.5
"""
CUT = datetime(2011, 1, 11, 10)


def cleaned(tmp_path):
    found = transactions(write_text(tmp_path / "a.csv", TEXT), cancellation_prefix="C")
    return cleaned_lines(found, CleaningRules())[0]


def test_products_of_several_instants_are_counted_in_one_pass(tmp_path):
    now, then, at_first = count_products(
        cleaned(tmp_path).lines, [None, CUT, datetime(2011, 1, 1, 10)]
    )
    assert now.to_pandas().to_numpy().tolist() == [["1", 2]]
    assert then.to_pandas().to_numpy().tolist() == [["1", 2]]
    assert at_first.to_pandas().to_numpy().tolist() == [["1", 0]]


def test_a_line_at_the_instant_is_not_counted(tmp_path):
    lines = cleaned(tmp_path).lines
    only_then = lines.filter(lines.invoiced_at >= CUT)
    (found,) = count_products(only_then, [CUT])
    assert found.to_pandas().to_numpy().tolist() == [["1", 0]]


def test_returns_count_though_cleaning_removes_them_and_times_are_whole_seconds(tmp_path):
    of = cleaned(tmp_path)
    products = count_products(of.lines, [None])[0]
    totals = customer_totals(of.invoices, datetime(2011, 2, 1), products).order_by("customer_id")
    one, two = totals.to_pandas().to_dict("records")
    assert (one["revenue"], one["gross"], one["returned"]) == (60, 60, 10)
    assert (one["orders"], one["lines"], one["units"], one["products"]) == (2, 3, 4, 2)
    assert one["last_purchase"] - one["first_purchase"] == 10 * 86_400
    assert (two["returned"], two["products"]) == (0, 0)
