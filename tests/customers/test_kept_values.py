"""What is carried into lists: the newest value of every customer, on every line that is kept."""

import ibis
import numpy as np
import pandas as pd
import pytest

from segmentation.customers.customers_file import customers_file
from segmentation.customers.kept_values import beside, kept_names, kept_values
from segmentation.data.transactions import KEPT
from segmentation.engine.connection import connect
from segmentation.engine.tables import kept

EMAIL = f"{KEPT}Email"
LINES = pd.DataFrame(
    [
        ("a", "2024-01-01", None, "old@a"),
        ("a", "2024-03-01", None, "new@a"),
        ("a", "2024-04-01", None, " "),
        ("a", "2024-05-01", "after_as_of", "later@a"),
        ("a", "2024-05-01", "unreadable", "unread@a"),
        ("b", "2024-02-01", None, "x@b"),
        ("b", "2024-02-01", None, "y@b"),
        ("c", "2024-02-01", None, None),
        ("d", "2024-02-01", None, "yes@d"),
        ("d", "2024-02-02", "refunded_orders", "no@d"),
    ],
    columns=["customer_id", "invoiced_at", "removed_by", EMAIL],
).astype({"invoiced_at": "datetime64[us]"})


def values(lines):
    table = kept_values(kept(connect(), ibis.memtable(lines)))
    return table.to_pandas().set_index("customer_id")[EMAIL].astype(object)


@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_the_newest_value_that_is_not_blank_also_of_orders_that_were_refunded(seed):
    shuffled = LINES.iloc[np.random.default_rng(seed).permutation(len(LINES))]
    found = values(shuffled)
    assert found.where(found.notna(), None).to_dict() == {
        **{"a": "new@a", "b": "y@b", "c": None},
        "d": "no@d",
    }


def test_each_column_has_its_own_newest_value():
    lines = LINES.assign(
        **{f"{KEPT}phone": ["1", None, None, None, None, "2", None, "3", None, None]}
    )
    table = kept_values(kept(connect(), ibis.memtable(lines)))
    found = table.to_pandas().set_index("customer_id").loc[["a", "b", "c"]]
    assert found[f"{KEPT}phone"].tolist() == ["1", "2", "3"]
    assert found[EMAIL].tolist()[:2] == ["new@a", "y@b"]
    assert kept_names(customers_file(table)) == ["Email", "phone"]


def test_nothing_is_carried_where_nothing_was_asked_for():
    assert kept_values(kept(connect(), ibis.memtable(LINES.drop(columns=EMAIL)))) is None
    assert kept_names(None) == []


def test_columns_stand_beside_every_customer():
    connection = connect()
    customers, others = (
        kept(connection, ibis.memtable(pd.DataFrame(rows)))
        for rows in ({"customer_id": ["a", "b"]}, {"customer_id": ["b", "z"], "more": [1, 2]})
    )
    found = beside(customers, others).to_pandas().set_index("customer_id")["more"]
    assert found["b"] == 1
    assert np.isnan(found["a"])
    assert len(found) == 2
    assert beside(customers, None) is customers
