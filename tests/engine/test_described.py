"""Who has which value is the same on every engine, and as counted by hand."""

from functools import partial

import ibis
import pandas as pd
import pytest

from segmentation.customers.measured import MeasuringPlan, measure_customers
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from segmentation.engine.connection import connect
from segmentation.engine.tables import kept
from segmentation.errors import UserError

N_CUSTOMERS = 60


def frame() -> pd.DataFrame:
    """Every customer has a county; every second one, and a cancelled line, a channel of É-mail."""
    rows = [
        (f"c{number}", f"i{number}-{order}", f"2024-0{order + 1}-03", 10.0 + number, channel, tax)
        for number in range(N_CUSTOMERS)
        for order, channel in enumerate(["web ", "É-mail" if number % 2 else None])
        for tax in [f"{number % 3}.0"]
    ]
    rows.append(("c0", "i0-9", "2024-03-09", -1.0, "É-mail", "9"))
    names = ["customer", "invoice", "date", "amount", "Channel", "tax class"]
    return pd.DataFrame(rows, columns=names).astype(
        {name: "string" for name in names if name != "amount"}
    )


def measured(connection, describe):
    table = kept(connection, ibis.memtable(frame()))
    read = partial(transactions_of, table, describe=describe)
    return measure_customers(MeasuringPlan(read, CleaningRules()))


def test_values_and_their_customers_are_those_counted_by_hand(any_connection):
    found = measured(any_connection, ["Channel", "tax class"])
    assert found.described.values.to_dict("list") == {
        "column": ["Channel"] * 2 + ["tax class"] * 3,
        "value": ["web", "É-mail", "0", "1", "2"],
        "customers": [60, 30, 20, 20, 20],
    }
    ids, described = found.table.index, found.described
    mailed = set(ids[described.customers[described.codes == 1]])
    assert mailed == {f"c{number}" for number in range(1, N_CUSTOMERS, 2)}


@pytest.mark.slow
def test_nothing_tells_which_engine_it_was(any_connection):
    expected = measured(connect(), ["Channel", "tax class"]).described.fingerprint
    assert measured(any_connection, ["Channel", "tax class"]).described.fingerprint == expected


def test_a_column_that_is_not_there_is_named_by_every_engine(any_connection):
    with pytest.raises(UserError, match="column 'Chanel' not found; there are: customer, invoice"):
        measured(any_connection, ["Chanel"])
