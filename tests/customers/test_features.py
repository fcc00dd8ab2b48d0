"""Customer features: by hand, against a plain reference, and against the published seed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.customers.features import (
    FEATURES,
    customer_features,
    features_of,
    next_purchases,
)
from segmentation.customers.measured import MeasuredCustomers
from segmentation.customers.totals import count_products
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules, clean
from segmentation.data.complete_journey import complete_journey
from segmentation.data.invoices import invoices_of
from segmentation.data.online_retail import online_retail
from segmentation.data.sources import transactions
from segmentation.data.transactions import Transactions
from segmentation.errors import UserError
from tests.helpers.commands import REPO
from tests.helpers.measuring import customers

STANDARD = CleaningRules()
SEED = CleaningRules(True, False, False, False, False, False)

HEADER = "customer,order,date,product,qty,price\n"
TWO_ORDERS_AND_A_RETURN = """1,1,2011-01-01 12:00,a,2,10
1,1,2011-01-01 12:00,b,1,20
1,2,2011-01-11 12:00,a,1,20
1,C3,2011-01-21 12:00,a,-1,10
"""
ONE_ORDER = "2,4,2011-01-25 13:00,a,4,2.5\n"
ONLY_A_RETURN = "3,C5,2011-01-20 12:00,a,-1,10\n"
AS_OF = "2011-01-31 12:00"


def _measured(
    tmp_path: Path, lines: str, rules: CleaningRules = SEED, features: Sequence[str] = (*FEATURES,)
) -> MeasuredCustomers:
    return customers(_transactions(tmp_path, lines), rules, features, AS_OF)


def _transactions(tmp_path: Path, lines: str) -> Transactions:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + lines)
    return transactions(path)


def test_every_feature_by_hand(tmp_path: Path) -> None:
    lines = TWO_ORDERS_AND_A_RETURN + ONE_ORDER + ONLY_A_RETURN
    table = _measured(tmp_path, lines).table
    assert table.columns.tolist() == list(FEATURES)
    assert (table.dtypes == "float64").all()
    assert table.loc["1"].to_dict() == {
        "revenue": 50.0,
        "orders": 2.0,
        "lines": 4.0,
        "average_order_value": 25.0,
        "average_line_value": 12.5,
        "recency_days": 20.0,
        "tenure_days": 30.0,
        "mean_gap_days": 10.0,
        "return_share": 10 / 60,
        "products": 2.0,
        "units_per_order": 2.0,
    }
    one_order = table.loc["2", ["recency_days", "tenure_days", "mean_gap_days", "return_share"]]
    assert one_order.tolist() == [5.0, 5.0, 5.0, 0.0]


def test_a_customer_with_only_returns_is_measured(tmp_path: Path) -> None:
    assert _measured(tmp_path, ONLY_A_RETURN).table.loc["3"].to_dict() == {
        "revenue": -10.0,
        "orders": 0.0,
        "lines": 1.0,
        "average_order_value": 0.0,
        "average_line_value": -10.0,
        "recency_days": 11.0,
        "tenure_days": 11.0,
        "mean_gap_days": 11.0,
        "return_share": 1.0,
        "products": 1.0,
        "units_per_order": 0.0,
    }


def test_returns_are_seen_although_cleaning_removes_them(tmp_path: Path) -> None:
    table = _measured(tmp_path, TWO_ORDERS_AND_A_RETURN + ONLY_A_RETURN, STANDARD).table
    assert table.index.tolist() == ["1"]
    assert table.loc["1", "revenue"] == 60.0
    assert table.loc["1", "return_share"] == 10 / 60


def test_customers_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    ids = ["10", "9", "b", "100"]
    lines = "".join(f"{id_},{id_},2011-01-01,a,1,1\n" for id_ in ids)
    assert _measured(tmp_path, lines).table.index.tolist() == ["9", "b", "10", "100"]


def test_recency_counts_elapsed_days_not_midnights(tmp_path: Path) -> None:
    table = _measured(tmp_path, "1,1,2011-01-30 12:01,a,1,1\n2,2,2011-01-30 12:00,a,1,1\n").table
    assert table["recency_days"].tolist() == [0.0, 1.0]


def test_unknown_and_impossible_features_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'rfm' is unknown; features\.names must .*revenue"):
        _measured(tmp_path, ONE_ORDER, features=["rfm"])
    path = tmp_path / "orders.csv"
    path.write_text("customer,order,date,amount\n1,1,2011-01-01,1\n")
    for feature, column in {"products": "product_id", "units_per_order": "quantity"}.items():
        with pytest.raises(UserError, match=f"needs the column '{column}'.*data.columns.{column}="):
            customers(transactions(path), SEED, [feature])


def test_the_past_and_the_future_do_not_overlap(tmp_path: Path) -> None:
    lines = _transactions(tmp_path, TWO_ORDERS_AND_A_RETURN + ONE_ORDER)
    invoices = cleaned_lines(lines, SEED)[0].invoices
    cut = datetime(2011, 1, 11, 12)
    before = invoices.filter(invoices.invoiced_at < cut)
    past = customer_features(before, ["revenue", "recency_days"], cut).to_pandas()
    assert past.to_numpy().tolist() == [["1", 40.0, 10.0, 1.0]]
    future = next_purchases(invoices, cut, None).to_pandas()
    assert future.to_numpy().tolist() == [["1", 10.0, 1.0], ["2", 10.0, 1.0]]
    ended = next_purchases(invoices, cut, datetime(2011, 1, 25, 13)).to_pandas()
    assert ended["customer_id"].tolist() == ["1"], "the end is not of the period"


LINES = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(["1", "2", "33"]),
        "invoice_id": st.sampled_from(["1", "2", "3"]),
        "invoiced_at": st.integers(0, 10**6).map(
            lambda seconds: datetime(2011, 1, 1) + timedelta(seconds=seconds)
        ),
        "cents": st.integers(-(10**9), 10**9),
        "quantity": st.integers(-3, 3),
        "product_id": st.sampled_from(["a", "b", None]),
        "removed_by": st.sampled_from([None, None, "cancellations", "duplicates"]),
    }
)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=12))
def test_features_are_finite_and_agree_with_a_plain_reference(lines: list[dict]) -> None:
    frame = pd.DataFrame(lines).assign(cancelled=lambda frame: frame["cents"] < 0)
    table = ibis.memtable(frame.convert_dtypes()).mutate(
        amount=(ibis._.cents.cast("decimal(18, 4)") / 100).cast("decimal(18, 4)"),
        quantity=ibis._.quantity.cast("decimal(18, 4)"),
        removed_by=ibis._.removed_by.cast("string"),
        product_id=ibis._.product_id.cast("string"),
    )
    products = count_products(table, [None])[0]
    of_invoices = invoices_of(table)
    found = customer_features(of_invoices, [*FEATURES], datetime(2011, 2, 1), products).to_pandas()
    values = found.set_index("customer_id")
    assert np.isfinite(values.to_numpy()).all()
    assert values["return_share"].between(0, 1).all()
    assert (values["recency_days"] <= values["tenure_days"]).all()

    kept = frame[frame["removed_by"].isna()]
    assert sorted(values.index) == sorted(kept["customer_id"].unique())
    by_customer = kept.groupby("customer_id")
    assert (values["lines"] == by_customer.size()).all()
    np.testing.assert_allclose(values["revenue"], by_customer["cents"].sum() / 100)
    orders = kept[~kept["cancelled"]].groupby("customer_id")["invoice_id"].nunique()
    assert (values["orders"] == orders.reindex(values.index, fill_value=0)).all()
    products = by_customer["product_id"].nunique()
    assert (values["products"] == products).all()


def test_the_seed_is_reproduced(shared_data: Path) -> None:
    features = ["revenue", "lines", "average_line_value"]
    found = online_retail("", "", path=shared_data / "online_retail.parquet")
    table = customers(found, SEED, features).table
    published = pd.read_csv(shared_data / "seed_customer_segments.csv")
    assert table.index.tolist() == published["CustomerID"].astype(int).astype(str).tolist()
    np.testing.assert_allclose(
        table[features], published[["TotalRevenue", "Frequency", "AOV"]], rtol=0, atol=1e-9
    )
    medians = table[features].groupby(published["Cluster"].to_numpy()).median()
    assert medians.round(3).to_numpy().tolist() == [
        [645.805, 41.5, 16.897],
        [100754.76, 1971.0, 55.375],
    ]


def test_two_runs_give_the_same_bits() -> None:
    invoices = cleaned_lines(complete_journey(), replace(SEED, cancellations=True))[0].invoices
    names = ["revenue", "average_order_value", "units_per_order"]
    one, other = (
        customer_features(invoices, names, datetime(2018, 1, 2)).to_pandas() for _ in range(2)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_every_bond_gives_the_feature_of_every_customer(shop_csv: Path) -> None:
    read = transactions(shop_csv, cancellation_prefix="C")
    table = customers(read, STANDARD, list(FEATURES), None).table
    columns = {name: table[name].to_numpy() for name in FEATURES}
    bonds = [(name, bond) for name, row in FEATURES.items() for bond in row.bonds]
    assert len(bonds) == 9
    for name, bond in bonds:
        free = [] if bond.free is None else [bond.free(columns)]
        # Gaps are measured in seconds, recency and tenure in whole days.
        within = 1 if name == "mean_gap_days" else 1e-9
        np.testing.assert_allclose(bond.follows(columns, *free), columns[name], atol=within)


def test_recency_alone_is_free_of_repeat_buyers_only() -> None:
    columns = {name: np.array([8.0, 8.0]) for name in FEATURES} | {"orders": np.array([1.0, 2.0])}
    recency = [bond for bond in FEATURES["recency_days"].bonds if bond.of_repeat_buyers]
    assert len(recency) == 1
    assert recency[0].follows(columns, np.array([0.5, 0.5])).tolist() == [8.0, 4.0]
    others = [row for name, row in FEATURES.items() if name != "recency_days"]
    assert not any(bond.of_repeat_buyers for row in others for bond in row.bonds)


def test_all_features_that_the_columns_allow_are_known_in_order(tmp_path: Path) -> None:
    read = clean(_transactions(tmp_path, ONE_ORDER).lines, SEED)
    assert features_of(read) == tuple(FEATURES)
    assert features_of(read.drop("product_id")) == tuple(_without("products"))
    bare = read.drop("product_id", "quantity")
    assert features_of(bare) == tuple(_without("products", "units_per_order"))
    customer_features(invoices_of(bare), features_of(bare), datetime(2011, 2, 1)).to_pandas()


def _without(*names: str) -> list[str]:
    return [name for name in FEATURES if name not in names]


def test_a_unit_in_the_name_is_the_unit_of_the_row_and_every_relation_names_a_feature() -> None:
    for name, row in FEATURES.items():
        assert name.endswith("_days") == (row.unit == "days")
        assert row.meaning
        assert not row.meaning.endswith(".")
        assert {other for bond in row.bonds for other in bond.of} <= set(FEATURES)


def test_the_option_with_every_feature_explains_each_as_its_row_does() -> None:
    text = (REPO / "conf" / "features" / "behaviour.yaml").read_text(encoding="utf-8")
    explained = re.findall(r"^  - (\w+)  # (.+)$", text, re.MULTILINE)
    assert explained == [(name, row.meaning) for name, row in FEATURES.items()]
