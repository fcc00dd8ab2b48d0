"""The numbers and the SQL of docs/campaigns.md."""

import re

import pytest

from segmentation.segments.holdout import Holdout
from segmentation.segments.sample_size import detectable_rise
from tests.helpers.commands import REPO

PAGE = (REPO / "docs" / "campaigns.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([\d,]+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
RATES = (0.05, 0.2, 0.5)


def test_the_table_of_rises_is_that_of_the_formula():
    assert [row[0] for row in ROWS] == ["500", "2,000", "10,000", "100,000"]
    for size, *cells in ROWS:
        customers = int(size.replace(",", ""))
        rises = [detectable_rise(rate, 9 * customers // 10, customers // 10) for rate in RATES]
        assert cells == [f"{100 * rise:.1f} points" for rise in rises]


@pytest.mark.slow
def test_postgresql_draws_the_same_customers(postgres_url):
    import psycopg

    (query,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    ids = [f"Kunde {number} é" for number in range(2_000)]
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TEMP TABLE customers (customer_id text)")
        connection.cursor().executemany(
            "INSERT INTO customers VALUES (%s)", [(each,) for each in ids]
        )
        found = dict(connection.execute(query).fetchall())
    control = Holdout(0.1, "spring").control(ids).to_pylist()
    assert [found[each] for each in ids] == control
    assert 100 < sum(control) < 300
