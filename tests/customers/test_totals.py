"""Totals of customers."""

from datetime import datetime

import ibis
import pandas as pd
import pytest

from segmentation.customers.totals import (
    count_products,
    customer_totals,
    mean_gap_days,
    ratio,
    return_share,
    whole_days,
)
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
3,C5,2011-01-26 10:00:00,a,-1,10
"""
CUT = datetime(2011, 1, 11, 10)
DAY = 86_400


def cleaned(tmp_path, **rules):
    found = transactions(write_text(tmp_path / "a.csv", TEXT), cancellation_prefix="C")
    return cleaned_lines(found, CleaningRules(**rules))[0]


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
    assert one["last_purchase"] - one["first_purchase"] == 10 * DAY
    assert (two["returned"], two["products"]) == (0, 0)


def test_returns_that_cleaning_keeps_are_lines_and_no_purchases(tmp_path):
    of = cleaned(tmp_path, cancellations=False, non_positive_quantity=False)
    totals = customer_totals(of.invoices, datetime(2011, 2, 1)).order_by("customer_id")
    one, _, three = totals.to_pandas().to_dict("records")
    assert (one["revenue"], one["orders"], one["lines"], one["units"]) == (50, 2, 4, 4)
    assert one["last_purchase"] - one["first_purchase"] == 10 * DAY
    assert (three["revenue"], three["orders"], three["lines"], three["units"]) == (-10, 0, 1, 0)
    # for want of a purchase, the return tells when the customer was here
    assert three["first_purchase"] == three["last_purchase"] == three["as_of"] - 5 * DAY - 14 * 3600


def computed(feature, **columns):
    totals = ibis.memtable(pd.DataFrame(columns))
    return totals.mutate(found=feature(totals)).order_by("place").to_pandas()["found"].tolist()


def test_a_ratio_is_zero_where_there_is_nothing_to_count():
    found = computed(
        lambda totals: ratio(totals.value, totals.number),
        place=[0, 1, 2],
        value=[6.0, 6.0, 5.0],
        number=[3, 0, 1],
    )
    assert found == [2.0, 0.0, 5.0]


def test_a_day_is_whole_as_soon_as_its_last_second_is_over():
    seconds = [DAY - 1, DAY, 3 * DAY - 1, 3 * DAY]
    found = computed(lambda totals: whole_days(totals.seconds), place=range(4), seconds=seconds)
    assert found == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("orders", "first", "last", "gap"),
    [
        (3, 0, 30 * DAY, 15.0),
        (2, 5 * DAY, 15 * DAY + DAY // 2, 10.5),
        # the least that the gap can be: whole days since the only order
        (1, 5 * DAY, 5 * DAY, 34.0),
        (0, 5 * DAY, 25 * DAY, 34.0),
    ],
)
def test_the_gap_is_that_between_orders_and_the_tenure_with_less_than_two(orders, first, last, gap):
    found = computed(
        mean_gap_days,
        place=[0],
        orders=[orders],
        first_purchase=[first],
        last_purchase=[last],
        as_of=[40 * DAY - 1],
    )
    assert found == [gap]


@pytest.mark.parametrize(
    ("returned", "gross", "share"),
    [
        (1.0, 4.0, 0.25),
        (0.5, 1.0, 0.5),
        (4.0, 4.0, 1.0),
        (6.0, 4.0, 1.0),
        (5.0, 0.0, 1.0),
        (0, 0, 0),
    ],
)
def test_the_share_returned_is_of_the_gross_value_and_at_most_all_of_it(returned, gross, share):
    assert computed(return_share, place=[0], returned=[returned], gross=[gross]) == [share]
