"""Lists for people and their tools: one for all, one for each segment, whole or not at all."""

import csv
import re

import pandas as pd
import pyarrow as pa
import pytest

from segmentation.customers.customers_file import CustomersFile
from segmentation.data.transactions import KEPT
from segmentation.engine.connection import DUCKDB
from segmentation.engine.database_engine import Database
from segmentation.errors import UserError
from segmentation.jobs.customer_lists import scored_lists, write_list
from segmentation.segments.drift import Reference, SegmentCounts
from segmentation.segments.scored_by import ScoredBy
from segmentation.segments.scoring import Scorer

CUSTOMERS = pd.DataFrame(
    {"orders": [1.0, 9.0, 5.0], "recency_days": [9.0, 1.0, 2.0], "revenue": [5.0, 80.0, 20.0]},
    index=pd.Index(["10", "=1+1", "9"], name="customer_id"),
)


def predict(features):
    loyal = features["orders"] > 3
    return pd.DataFrame(
        {
            "segment": [0 if one else 1 for one in loyal],
            "name": ["loyal, recent" if one else "at risk" for one in loyal],
            "confidence": 0.5,
            "borderline": False,
            "outlier": False,
        }
    )


@pytest.fixture
def scorer():
    reference = Reference({}, SegmentCounts({}, {}))
    by, actions = ScoredBy("shop", "3", "m-1"), {"at risk": "win back"}
    features = list(CUSTOMERS)
    return Scorer(predict, features, {}, "2024-05-01T00:00:00", by, reference, actions)


@pytest.fixture
def emails(tmp_path):
    carried = {"Email": ["a@b.de", "+49 30", None], "First Name": ["Zoë, jr.", 'O"Hara', "x\ny"]}
    frame = pd.DataFrame({f"{KEPT}{name}": values for name, values in carried.items()})
    frame.assign(customer_id=CUSTOMERS.index).to_parquet(tmp_path / "kept.parquet")
    return CustomersFile(tmp_path / "kept.parquet")


@pytest.mark.parametrize("of", ["frame", "file"])
def test_customers_of_a_training_are_listed_in_the_order_of_their_ids(tmp_path, scorer, of):
    customers = CUSTOMERS
    if of == "file":
        CUSTOMERS.reset_index().to_parquet(tmp_path / "all.parquet")
        customers = CustomersFile(tmp_path / "all.parquet")
    write_list(tmp_path / "customers.csv", scorer, customers)
    found = pd.read_csv(tmp_path / "customers.csv", dtype=str)
    assert found["customer_id"].tolist() == ["9", "10", "'=1+1"]
    assert found["segment_name"].tolist() == ["loyal, recent", "at risk", "loyal, recent"]
    assert found["action"].tolist()[1] == "win back"
    assert [file.name for file in tmp_path.glob("*.csv")] == ["customers.csv"]


def test_a_list_is_read_by_the_tools_it_is_made_for(tmp_path, scorer, emails):
    """Mailchimp, Klaviyo, Shopify: UTF-8, a comma, one header whose names differ, ISO dates."""
    path = tmp_path / "customers.csv"
    write_list(path, scorer, CUSTOMERS, emails)
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    rows = [*csv.reader(raw.decode("utf-8").splitlines(keepends=True), strict=True)]
    header = rows[0]
    assert header[:3] == ["customer_id", "Email", "First Name"]
    assert len({name.casefold() for name in header}) == len(header)
    assert all(re.fullmatch(r"[\w ]{1,255}", name) for name in header)
    assert {len(row) for row in rows} == {len(header)}
    by_id = {row[0]: dict(zip(header, row, strict=True)) for row in rows[1:]}
    assert by_id["10"]["Email"] == "a@b.de"
    assert by_id["10"]["First Name"] == "Zoë, jr."
    assert by_id["'=1+1"]["Email"] == "'+49 30", "a spreadsheet would add it up"
    assert by_id["9"]["Email"] == ""
    assert {row["borderline"] for row in by_id.values()} == {"false"}
    assert {row["as_of"] for row in by_id.values()} == {"2024-05-01T00:00:00"}


def test_each_segment_has_a_list_of_its_own(tmp_path, scorer, emails):
    write_list(tmp_path / "customers.csv", scorer, CUSTOMERS, emails, by_segment=True)
    whole = pd.read_csv(tmp_path / "customers.csv", dtype=str)
    files = {file.name: pd.read_csv(file, dtype=str) for file in tmp_path.glob("segments/*")}
    assert set(files) == {"at-risk.csv", "loyal-recent.csv"}
    parts = pd.concat([files["loyal-recent.csv"], files["at-risk.csv"]])
    in_order = parts.set_index("customer_id").loc[whole["customer_id"]].reset_index()
    pd.testing.assert_frame_equal(in_order, whole)


def part(*names):
    ids = [str(n) for n in range(len(names))]
    return pa.table({"customer_id": ids, "segment_name": list(names)})


def test_a_table_has_no_lists_of_segments():
    shop = Database("postgresql://host/shop")
    with pytest.raises(UserError, match="lists=by_segment writes files, and output=table:now is"):
        scored_lists("table:now", shop, False, by_segment=True).__enter__()


def test_a_list_of_score_has_its_segments_in_a_folder_beside_it(tmp_path):
    output = str(tmp_path / "may.parquet")
    with scored_lists(output, DUCKDB, False, by_segment=True) as append:
        append(part("at risk"))
    assert {str(f.relative_to(tmp_path)) for f in tmp_path.rglob("*")} == {
        "may.parquet",
        "segments",
        "segments/at-risk.csv",
    }
