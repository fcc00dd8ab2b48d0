"""Who has which value, counted by hand."""

from dataclasses import replace
from functools import partial

import ibis
import numpy as np
import pandas as pd
import pytest

from segmentation.customers.described import (
    MOST_NUMBERS,
    NOT_KNOWN,
    Described,
    measure_described,
)
from segmentation.customers.measured import MeasuringPlan, measure_customers
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.describing import Descriptor
from segmentation.data.lines import transactions_of
from segmentation.engine.tables import kept
from segmentation.errors import UserError


def lines(n_web: int = 20, n_store: int = 19) -> pd.DataFrame:
    """Customers who bought in the web, others in a store and in the web, others who knows where."""
    rows = [
        *((f"w{number}", "web") for number in range(n_web - n_store)),
        *((f"s{number}", where) for number in range(n_store) for where in ("web", "store")),
        *((f"u{number}", None) for number in range(25)),
    ]
    frame = pd.DataFrame(rows, columns=["customer", "channel"])
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(frame)), unit="D")
    return frame.assign(date=days, amount=5.0, invoice=np.arange(len(frame)).astype(str))


def measured(frame, describe=("channel",), **plan):
    read = partial(transactions_of, frame, describe=list(describe))
    return measure_customers(MeasuringPlan(read, CleaningRules(), **plan))


def held(customers) -> dict[str, set[str]]:
    """Value to the customers who have it."""
    described = customers.described
    ids, values = customers.table.index, described.values["value"]
    return {
        value: set(ids[described.customers[described.codes == code]])
        for code, value in enumerate(values)
    }


def test_a_customer_has_every_value_of_the_own_lines_and_is_else_not_known():
    found = measured(lines(n_web=45, n_store=21))
    assert found.described.columns == ("channel",)
    expected = {
        "store": {f"s{number}" for number in range(21)},
        "web": {f"s{number}" for number in range(21)} | {f"w{number}" for number in range(24)},
        NOT_KNOWN: {f"u{number}" for number in range(25)},
    }
    assert held(found) == expected
    counted = dict(zip(*(found.described.values[of] for of in ("value", "customers")), strict=True))
    assert counted == {value: len(who) for value, who in expected.items()}


@pytest.mark.parametrize(("n_store", "shown"), [(20, True), (19, False)])
def test_a_value_needs_twenty_customers(n_store, shown):
    assert ("store" in held(measured(lines(n_web=40, n_store=n_store)))) is shown


def test_a_value_needs_a_thousandth_of_the_customers():
    # 20 of 20,001 customers are less than that, 21 are not
    channels = ["store"] * 20 + ["web"] * 21 + ["mail"] * 19_960
    frame = pd.DataFrame({"channel": channels, "amount": 5.0}).assign(
        customer=[f"c{number:05}" for number in range(20_001)],
        invoice=np.arange(20_001).astype(str),
        date=pd.Timestamp("2024-01-01"),
    )
    read = transactions_of(frame, describe=["channel"])
    cleaned, _ = cleaned_lines(read, CleaningRules())
    ids = pd.Index(frame["customer"])
    found = measure_described(cleaned.lines, cleaned.invoices, ids, read.descriptors)
    counted = found.values.set_index("value")["customers"]
    assert counted.to_dict() == {"mail": 19_960, "web": 21}


def test_lines_that_cleaning_removed_or_that_were_taken_back_say_nothing():
    frame = lines(n_web=40, n_store=25)
    store = frame["channel"] == "store"
    assert "store" not in held(measured(frame.assign(amount=frame["amount"].mask(store, -1.0))))
    rules = CleaningRules(cancellations=False, non_positive_price=False)
    back = partial(
        transactions_of,
        frame.assign(amount=frame["amount"].mask(store, -1.0)),
        describe=["channel"],
    )
    assert "store" not in held(measure_customers(MeasuringPlan(back, rules)))


def test_the_order_of_lines_changes_nothing():
    frame = lines(n_web=45, n_store=21)
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    assert measured(shuffled).described.fingerprint == measured(frame).described.fingerprint


def test_the_fingerprint_tells_who_has_what_and_that_of_the_customers_does_not():
    frame = lines(n_web=45, n_store=21)
    other = frame.assign(channel=frame["channel"].replace({"store": "shop"}))
    one, two, none = measured(frame), measured(other), measured(frame, ())
    prints = {each.described.fingerprint for each in (one, two, none)}
    assert sorted(map(len, prints)) == [0, 16, 16]
    # as many have each value, and they are others
    others = replace(one.described, customers=one.described.customers[::-1])
    assert others.fingerprint not in prints
    assert Described().fingerprint == "" == none.described.fingerprint
    assert one.fingerprint() == two.fingerprint() == none.fingerprint()
    pd.testing.assert_frame_equal(one.table, none.table)


def many_numbers(n_values: int) -> pd.DataFrame:
    frame = pd.concat([lines(n_web=45, n_store=21)] * 20, ignore_index=True)
    return frame.assign(
        amount=1.0 + np.arange(len(frame)), number=1.5 + np.arange(len(frame)) % n_values
    )


def test_a_number_of_many_values_is_refused_with_the_remedy():
    with pytest.raises(UserError) as refused:
        measured(many_numbers(MOST_NUMBERS + 1), ["number"])
    for said in ("describe=[number]", "1,001 different values", "1,000", "data.query="):
        assert said in str(refused.value)
    assert measured(many_numbers(MOST_NUMBERS), ["number"]).described.columns == ("number",)


def test_nobody_has_a_value_where_nothing_is_described():
    none = measured(lines(n_web=45, n_store=21), ()).described
    for nothing in (none, Described()):
        assert (nothing.columns, len(nothing.values)) == ((), 0)
        assert (len(nothing.customers), len(nothing.codes)) == (0, 0)


def test_numbers_of_products_name_things():
    frame = many_numbers(MOST_NUMBERS + 1).rename(columns={"number": "product_id"})
    assert measured(frame, ["product_id"]).described.columns == ("product_id",)


def test_what_a_column_stands_for_is_looked_up_and_joins_no_line():
    frame = lines(n_web=45, n_store=21)
    read = transactions_of(frame, describe=["channel"])
    connection = read.lines.get_backend()
    said = kept(connection, ibis.memtable({"key": ["web", "s1", "s2"], "value": ["far", "x", "x"]}))
    meant = {
        "place": Descriptor(read.descriptors["channel"].column, said),
        "household": Descriptor("customer_id", said),
    }
    plan = MeasuringPlan(lambda: replace(read, descriptors=meant), CleaningRules())
    found = measure_customers(plan)
    values = found.described.values
    assert values.to_dict("list") == {
        "column": ["place", "place", "household"],
        "value": ["far", NOT_KNOWN, NOT_KNOWN],
        "customers": [45, 25, 68],
    }
    who = [
        set(found.table.index[found.described.customers[found.described.codes == code]])
        for code in values.index
    ]
    stores, webs, unknown = (
        {f"{letter}{number}" for number in range(many)}
        for letter, many in (("s", 21), ("w", 24), ("u", 25))
    )
    assert who == [stores | webs, unknown, (stores | webs | unknown) - {"s1", "s2"}]
    assert found.report.lines_kept == len(frame)


def test_of_a_sample_the_fitted_customers_are_described():
    frame = pd.concat(
        [lines(n_web=45, n_store=21).assign(customer=lambda of, n=n: of["customer"] + f"-{n}")
         for n in range(5)]
    )  # fmt: skip
    found = measured(frame, max_customers=200)
    assert found.drawn
    who = held(found)
    assert set().union(*who.values()) == set(found.table.index)
    assert all(name.startswith("u") for name in who[NOT_KNOWN])
