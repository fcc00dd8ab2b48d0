"""Measured customers come back from files as they were, and as earlier editions wrote them."""

import json
import os
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.customers_file import CustomersFile
from segmentation.customers.measured import MeasuringPlan, measure_customers
from segmentation.customers.measured_files import FACTS_FILE, read_measured, write_measured
from segmentation.customers.rhythm import Rhythm
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from tests.helpers.shop import shop_lines


@pytest.fixture(scope="module")
def customers():
    plan = MeasuringPlan(
        partial(transactions_of, shop_lines()), CleaningRules(), horizon_shares=(0.25, 0.4)
    )
    return measure_customers(plan)


def test_what_is_written_is_read_as_it_was(customers, tmp_path):
    write_measured(customers, tmp_path / "new" / "kept")
    again = read_measured(tmp_path / "new" / "kept")
    pd.testing.assert_frame_equal(again.table, customers.table)
    assert len(again.pasts) == 4
    for old, new in zip(customers.pasts, again.pasts, strict=True):
        pd.testing.assert_frame_equal(new.table, old.table)
        np.testing.assert_array_equal(new.next_revenue, old.next_revenue)
        np.testing.assert_array_equal(new.next_orders, old.next_orders)
        assert (new.cut, new.horizon_share) == (old.cut, old.horizon_share)
    facts = ("as_of", "cleaning", "report", "horizon_shares")
    assert [getattr(again, name) for name in facts] == [getattr(customers, name) for name in facts]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_nobody_else_may_look_into_the_folder(customers, tmp_path):
    umask = os.umask(0)
    try:
        write_measured(customers, tmp_path / "kept")
    finally:
        os.umask(umask)
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700


def test_columns_that_lists_carry_are_written_too(customers, tmp_path):
    carried = pd.DataFrame({"customer_id": ["1", "2"], "Email": ["a@b.example", None]})
    carried.to_parquet(tmp_path / "carried.parquet")
    kept = CustomersFile(tmp_path / "carried.parquet")
    write_measured(replace(customers, kept=kept), tmp_path / "kept")
    again = read_measured(tmp_path / "kept")
    pd.testing.assert_frame_equal(next(again.kept.batches()), carried)
    assert again.file is None
    write_measured(customers, tmp_path / "plain")
    assert read_measured(tmp_path / "plain").kept is None


def test_customers_that_an_earlier_edition_kept_are_read_without_their_pasts(customers, tmp_path):
    write_measured(customers, tmp_path / "kept")
    facts = json.loads((tmp_path / "kept" / FACTS_FILE).read_text(encoding="utf-8"))
    facts["cuts"] = {past["horizon_share"]: past["cut"] for past in facts.pop("pasts")}
    (tmp_path / "kept" / FACTS_FILE).write_text(json.dumps(facts), encoding="utf-8")
    again = read_measured(tmp_path / "kept")
    pd.testing.assert_frame_equal(again.table, customers.table)
    assert (again.pasts, again.horizon_shares) == ((), ())


def test_the_rhythm_is_written_and_an_earlier_edition_wrote_none(customers, tmp_path):
    write_measured(customers, tmp_path / "kept")
    assert read_measured(tmp_path / "kept").rhythm == customers.rhythm
    file = tmp_path / "kept" / FACTS_FILE
    facts = json.loads(file.read_text())
    del facts["rhythm"]
    file.write_text(json.dumps(facts))
    again = read_measured(tmp_path / "kept")
    assert again.rhythm == Rhythm()
    assert again.fingerprint() != customers.fingerprint()


def test_all_customers_are_written_beside_a_sample_of_them(tmp_path):
    read = partial(transactions_of, shop_lines())
    sampled = measure_customers(MeasuringPlan(read, CleaningRules(), max_customers=250))
    write_measured(sampled, tmp_path / "kept")
    again = read_measured(tmp_path / "kept")
    pd.testing.assert_frame_equal(again.table, sampled.table)
    pd.testing.assert_frame_equal(next(again.file.batches()), next(sampled.file.batches()))
    assert (again.drawn, again.fingerprint()) == (sampled.drawn, sampled.fingerprint())


def test_who_has_which_value_is_written_and_an_earlier_edition_wrote_none(customers, tmp_path):
    read = partial(transactions_of, shop_lines(), describe=["Product"])
    described = measure_customers(MeasuringPlan(read, CleaningRules()))
    write_measured(described, tmp_path / "kept")
    again = read_measured(tmp_path / "kept").described
    assert again.columns == ("Product",)
    assert again.fingerprint == described.described.fingerprint
    pd.testing.assert_frame_equal(again.values, described.described.values, check_dtype=False)
    write_measured(customers, tmp_path / "plain")
    facts = json.loads((tmp_path / "plain" / FACTS_FILE).read_text(encoding="utf-8"))
    assert facts.pop("described_by") == []
    (tmp_path / "plain" / FACTS_FILE).write_text(json.dumps(facts), encoding="utf-8")
    assert read_measured(tmp_path / "plain").described.fingerprint == ""
