"""The sample of customers: so many, the same next month, by nothing but their ids."""

import ibis
import pandas as pd
import pytest
import yaml

from segmentation.customers.measured import MeasuringPlan
from segmentation.customers.sampling import invoices_of_sample
from segmentation.engine.duckdb_engine import DuckDB
from segmentation.engine.tables import kept
from tests.helpers.commands import REPO


@pytest.fixture
def connection():
    return DuckDB().connect()


def invoices(connection, customers, removed=()):
    customers = list(customers)
    table = pd.DataFrame({"customer_id": [str(each) for each in customers]})
    rules = ["cancellations" if each in removed else None for each in customers]
    table["removed_by"] = pd.Series(rules, dtype="string")
    return kept(
        connection, ibis.memtable(table, schema={"customer_id": "string", "removed_by": "string"})
    )


def drawn(table, n_customers):
    return set(invoices_of_sample(table, n_customers).to_pandas()["customer_id"])


def test_so_many_customers_are_drawn_with_all_their_invoices(connection):
    twice = invoices(connection, [*range(1_000), *range(1_000)])
    sample = invoices_of_sample(twice, 100).to_pandas()["customer_id"]
    assert len(sample) == 200
    assert sample.nunique() == 100


def test_the_order_of_the_lines_draws_nobody_else(connection):
    assert drawn(invoices(connection, range(500)), 50) == drawn(
        invoices(connection, reversed(range(500))), 50
    )


def test_next_month_those_are_drawn_who_were_unless_new_ones_come_before_them(connection):
    before = drawn(invoices(connection, range(1_000)), 100)
    after = drawn(invoices(connection, range(1_100)), 100)
    assert before - after
    assert len(before & after) > 80
    assert after - before <= {str(each) for each in range(1_000, 1_100)}
    assert before <= drawn(invoices(connection, range(1_000)), 101)


def test_the_digits_of_an_id_decide_nothing(connection):
    sample = sorted(int(each) for each in drawn(invoices(connection, range(10_000)), 1_000))
    # a tenth of them, spread over all: the mean of so many is within 3 % of the middle
    assert sum(sample) / 1_000 == pytest.approx(5_000, rel=0.05)
    assert 400 < sum(each % 2 for each in sample) < 600


def test_who_has_no_kept_line_is_not_drawn(connection):
    table = invoices(connection, range(100), removed=range(60))
    assert drawn(table, 40) == {str(each) for each in range(60, 100)}
    assert drawn(table, 100) == {str(each) for each in range(60, 100)}


def test_a_notebook_fits_as_many_customers_as_the_scripts_do():
    conf = yaml.safe_load((REPO / "conf/config.yaml").read_text(encoding="utf-8"))
    assert MeasuringPlan.max_customers == conf["training"]["max_customers"]
