"""One made-up shop, computed by hand, is the same customers and the same report on every engine."""

from dataclasses import asdict
from datetime import datetime
from functools import cache, partial

import ibis
import pandas as pd
import pytest

from segmentation.customers.features import FEATURES
from segmentation.customers.measured import MeasuringPlan, measure_customers
from segmentation.customers.measuring import measured_customers
from segmentation.customers.sampling import invoices_of_sample
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.condition import meeting
from segmentation.data.lines import transactions_of
from segmentation.engine.connection import connect
from segmentation.engine.tables import batches, kept
from tests.helpers.small_shop import AS_OF, EXPECTED, OPTIONS, REMOVED, text_frame, typed_frame

RULES = CleaningRules(unreadable=True, max_unreadable_share=0.1)


FRAMES = {"text": text_frame(), "typed": typed_frame()}


@cache
def measured(connection, kind):
    """The customers of lines that became a table of an engine."""
    table = kept(connection, ibis.memtable(FRAMES[kind]))
    read = partial(transactions_of, table, **OPTIONS)
    return measure_customers(MeasuringPlan(read, RULES, AS_OF))


@pytest.fixture(scope="module")
def on_duckdb():
    return connect()


def test_every_feature_is_in_the_contract():
    assert all(set(of) == set(FEATURES) for of in EXPECTED.values())


@pytest.mark.slow
def test_the_customers_are_those_computed_by_hand(any_connection):
    found = measured(any_connection, "text").table
    expected = pd.DataFrame(EXPECTED).T.astype("float64")
    assert list(found.index) == list(expected.index)
    pd.testing.assert_frame_equal(
        found, expected[list(found.columns)], check_names=False, check_index_type=False, rtol=1e-15
    )


def test_the_report_is_that_computed_by_hand(any_connection):
    report = measured(any_connection, "text").report
    removed = {each.rule: (each.lines, each.revenue) for each in report.removed}
    assert removed == REMOVED
    assert (report.lines_read, report.lines_kept, report.customers, report.orders) == (18, 6, 4, 5)
    assert report.revenue_kept == 3031.7266
    assert report.first_invoiced_at == datetime(2011, 1, 1, 8)
    assert report.last_invoiced_at == datetime(2011, 12, 30, 23)
    assert report.as_of == datetime(2011, 12, 31)


@pytest.mark.parametrize("kind", ["text", "typed"])
@pytest.mark.slow
def test_nothing_tells_which_engine_it_was(any_connection, on_duckdb, kind):
    found, known = measured(any_connection, kind), measured(on_duckdb, kind)
    assert asdict(found.report) == asdict(known.report)
    assert found.rhythm == known.rhythm
    assert found.fingerprint() == known.fingerprint()
    assert found.table.index.dtype == known.table.index.dtype


@pytest.mark.parametrize(("n_customers", "drawn"), [(1, {"b7"}), (2, {"b7", "12346"})])
def test_a_sample_has_the_same_customers(any_connection, n_customers, drawn):
    table = kept(any_connection, ibis.memtable(FRAMES["text"]))
    cleaned, _ = cleaned_lines(transactions_of(table, **OPTIONS), RULES, AS_OF)
    sample = invoices_of_sample(cleaned.invoices, n_customers)
    assert set(sample.to_pandas()["customer_id"]) == drawn


@pytest.mark.slow
def test_batches_hold_the_same_customers_in_the_same_order(any_connection):
    table = kept(any_connection, ibis.memtable(FRAMES["text"]))
    cleaned, report = cleaned_lines(transactions_of(table, **OPTIONS), RULES, AS_OF)
    found = list(batches(measured_customers(cleaned, ["revenue"], report.as_of), size=3))
    ids = [batch["customer_id"].to_pylist() for batch in found]
    assert ids == [["b7", "É9", "a10"], ["12346"]]
    revenue = [amount for batch in found for amount in batch["revenue"].to_pylist()]
    assert revenue == [of["revenue"] for of in EXPECTED.values()]


@pytest.mark.parametrize(
    ("where", "lines"),
    [
        ("Quantity > 1", 6),
        ("Price >= 1000", 1),
        ("InvoiceDate < '2011-02-01'", 2),
        ("year(InvoiceDate) = 2012", 1),
        ("lower(Status) like 'p%' or Status is null and Invoice <> 'E1'", 12),
        ("cast(Quantity as double) + 1 = 3", 2),
        ("StockCode in ('P1', 'P4') and not starts_with(Invoice, 'D')", 6),
    ],
)
def test_a_condition_means_the_same_on_every_engine(any_connection, where, lines):
    table = kept(any_connection, ibis.memtable(FRAMES["text"]))
    assert meeting(table, where)[0].count().execute() == lines
