import pandas as pd
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.customers.measuring import cleaned_lines, customer_batches, customers
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from segmentation.jobs.score import earlier_file, moves_between, score_batch, scored_file

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
FEATURES = ["orders", "recency_days"]


def scored(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "name", "revenue"])


def write(path, *batches, overwrite=False):
    with scored_file(path, overwrite) as append:
        for batch in batches:
            append(batch)
    return path


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_the_model_says_stands_beside_what_it_was_told():
    batch = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "orders": [1.0, 9.0],
            "recency_days": [9.0, 1.0],
            "revenue": 5.0,
        }
    )
    asked = []

    def predict(metrics):
        asked.append(list(metrics.columns))
        return pd.DataFrame({"segment": [1, 0], "name": ["casual", "loyal"]}, index=[7, 8])

    result = score_batch(batch, predict, FEATURES, "2024-07-19T00:00:00", "3")
    assert asked == [FEATURES]
    assert list(result.columns) == [
        "customer_id",
        *FEATURES,
        "revenue",
        "segment",
        "name",
        "as_of",
        "model_version",
    ]
    assert result.loc[1].tolist() == ["b", 9.0, 1.0, 5.0, 0, "loyal", "2024-07-19T00:00:00", "3"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_batches_come_back_as_one_table(tmp_path, ending):
    one, two = scored(("007", "loyal", 1.5)), scored(("8", "at risk, recent", -2.0))
    path = write(tmp_path / f"segments.{ending}", one, two)
    back = pd.read_parquet(path) if ending == "parquet" else pd.read_csv(path, dtype={0: str})
    pd.testing.assert_frame_equal(back, pd.concat([one, two], ignore_index=True))
    assert files(tmp_path) == [path.name]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_csv_file_is_a_formula(tmp_path, cell):
    path = write(tmp_path / "segments.csv", scored((cell, "loyal", -5.0)))
    back = pd.read_csv(path, dtype={"customer_id": str}, lineterminator=None)
    assert back["customer_id"][0].startswith("'")
    assert back["revenue"][0] == -5.0
    parquet = write(tmp_path / "segments.parquet", scored((cell, "loyal", -5.0)))
    assert pd.read_parquet(parquet)["customer_id"].tolist() == [cell]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_nothing_behind_and_the_old_file_as_it_was(tmp_path, ending, interruption):
    new, old = tmp_path / f"new.{ending}", tmp_path / f"old.{ending}"
    old.write_text("old")

    def begin(path):
        with scored_file(path, overwrite=True) as append:
            append(scored(("1", "loyal", 1.0)))
            raise interruption

    for path in (new, old):
        with pytest.raises(interruption):
            begin(path)
    assert files(tmp_path) == [old.name]
    assert old.read_text() == "old"


def test_the_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "segments.csv"
    with scored_file(path, overwrite=False) as append:
        append(scored(("1", "loyal", 1.0)))
        assert not path.exists()
    assert path.exists()


def test_a_file_is_replaced_only_when_told_to(tmp_path):
    path = write(tmp_path / "segments.csv", scored(("1", "loyal", 1.0)))
    with pytest.raises(UserError, match=r"exists; set overwrite=true"):
        write(path, scored(("2", "loyal", 1.0)))
    assert "2" not in path.read_text()
    write(path, scored(("2", "casual", 7.0)), overwrite=True)
    assert pd.read_csv(path)["name"].tolist() == ["casual"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("segments.xlsx", "must end in .csv or .parquet"), ("no/segments.csv", "does not exist")],
)
def test_an_output_that_cannot_be_is_refused_before_any_work(tmp_path, name, said):
    with pytest.raises(UserError, match=said), scored_file(tmp_path / name, False):
        pytest.fail("work was begun")


def test_an_error_of_the_data_is_not_taken_for_one_of_the_output(tmp_path):
    with pytest.raises(FileNotFoundError), scored_file(tmp_path / "segments.csv", False):
        (tmp_path / "missing").read_text()


BEFORE = scored(("1", "loyal", 100.0), ("=2", "loyal", 50.0), ("3", "dormant", 10.0))
AFTER = scored(("5", "promising", 7.0), ("1", "loyal", 130.0), ("=2", "dormant", 50.0))


@pytest.mark.parametrize("before", ["csv", "parquet"])
@pytest.mark.parametrize("after", ["csv", "parquet"])
def test_movements_are_the_same_whatever_the_format_of_the_files(tmp_path, before, after):
    """A neutralised cell is the same customer as the plain one."""
    moved = moves_between(
        write(tmp_path / f"before.{before}", BEFORE), write(tmp_path / f"after.{after}", AFTER)
    )
    assert moved.flows.to_numpy().tolist() == [
        ["(new)", "promising", 1, 0.0, 7.0],
        ["dormant", "(lost)", 1, 10.0, 0.0],
        ["loyal", "dormant", 1, 50.0, 50.0],
        ["loyal", "loyal", 1, 100.0, 130.0],
    ]
    assert moved.moved_share == 0.5
    assert moved.moved_revenue == 50.0


@settings(deadline=None, max_examples=10)
@given(
    ids=st.lists(st.sampled_from(["1", "01", "1.0", "-1", "=1", "a b", 'q"', "ü,", "NULL", "nan"]),
                 unique=True, min_size=1)
)  # fmt: skip
def test_ids_are_text_in_every_file(tmp_path_factory, ids):
    folder = tmp_path_factory.mktemp("ids")
    rows = scored(*((customer, "loyal", 1.0) for customer in ids))
    paths = [write(folder / f"segments.{ending}", rows) for ending in ("csv", "parquet")]
    flows = moves_between(*paths).flows
    assert flows[["from", "to", "customers"]].to_numpy().tolist() == [["loyal", "loyal", len(ids)]]


def test_an_earlier_file_is_checked_before_any_work(tmp_path):
    good = write(tmp_path / "before.csv", BEFORE)
    assert earlier_file(None, "now.csv") is None
    assert earlier_file(str(good), str(tmp_path / "now.csv")) == good
    with pytest.raises(UserError, match="is the output itself"):
        earlier_file(str(good), str(good))
    with pytest.raises(UserError, match="is no file"):
        earlier_file(str(tmp_path / "missing.csv"), "now.csv")
    (tmp_path / "other.csv").write_text("customer_id,colour\n1,red\n")
    with pytest.raises(UserError, match="has no column 'name'"):
        earlier_file(str(tmp_path / "other.csv"), "now.csv")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(UserError, match="cannot be read"):
        earlier_file(str(tmp_path / "broken.parquet"), "now.csv")


def test_customers_come_in_batches_and_are_the_same_as_all_at_once(shop_csv):
    source = transactions(shop_csv)
    whole = customers(source, CleaningRules(), FEATURES)
    lines, report = cleaned_lines(source, CleaningRules())
    batches = list(customer_batches(lines, FEATURES, report.as_of, batch_size=128))
    assert [len(batch) for batch in batches] == [128, 128, 44]
    together = pd.concat(batches).set_index("customer_id")
    pd.testing.assert_frame_equal(together, whole.table)


def test_a_parquet_file_is_written_batch_by_batch(tmp_path):
    path = write(tmp_path / "segments.parquet", *[BEFORE] * 5)
    assert pyarrow.parquet.ParquetFile(path).num_row_groups == 5
