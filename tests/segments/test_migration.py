"""Who moved between two scored files."""

from collections.abc import Callable
from pathlib import Path

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.data.output_file import output_file
from segmentation.engine.connection import connect
from segmentation.engine.tables import kept
from segmentation.errors import UserError
from segmentation.segments.earlier_list import earlier_list
from segmentation.segments.migration import (
    Migration,
    Renames,
    movers,
    moves_between,
    require_most_are_there,
)
from segmentation.segments.scored_by import ScoredBy, difference

Compare = Callable[..., Migration]


def scoring(*rows: tuple[object, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "segment_name", "revenue"])


def write(path: Path, rows: pd.DataFrame) -> Path:
    """A scored file as score.py writes it."""
    with output_file(path, overwrite=False) as append:
        append(rows)
    return path


def moves(before: Path, after: Path, renamed=()) -> Migration:
    """Compare two scored files."""
    connection = connect()
    return moves_between(
        *(earlier_list(str(path), connection=connection) for path in (before, after)),
        Renames(tuple(renamed)),
    )


BEFORE = scoring(("1", "loyal", 100), ("2", "loyal", 50), ("3", "dormant", 10), ("4", "dormant", 5))
AFTER = scoring(
    ("5", "promising", 7), ("1", "loyal", 130), ("2", "dormant", 50), ("3", "loyal", 90)
)


@pytest.fixture
def migration(tmp_path) -> Compare:
    """Compare two scorings as score.py does, by their files."""

    def compare(before: pd.DataFrame, after: pd.DataFrame) -> Migration:
        before.to_csv(tmp_path / "before.csv", index=False)
        after.to_parquet(tmp_path / "after.parquet", index=False)
        return moves(tmp_path / "before.csv", tmp_path / "after.parquet")

    return compare


def test_movements_with_the_revenue_on_both_sides(migration):
    flows = migration(BEFORE, AFTER).flows
    rows = flows.set_index(["from", "to"])
    assert list(flows.index) == [0, 1, 2, 3, 4]
    assert list(rows.index) == sorted(rows.index)
    assert {pair: tuple(row) for pair, row in zip(rows.index, rows.to_numpy(), strict=True)} == {
        ("(new)", "promising"): (1, 0, 7),
        ("dormant", "(lost)"): (1, 5, 0),
        ("dormant", "loyal"): (1, 10, 90),
        ("loyal", "dormant"): (1, 50, 50),
        ("loyal", "loyal"): (1, 100, 130),
    }


@pytest.mark.parametrize(("version", "moved"), [("2", 1 / 3), ("1", 2 / 3)])
def test_who_is_in_a_segment_that_was_renamed_since_has_not_moved(tmp_path, version, moved):
    paths = tmp_path / "before.csv", tmp_path / "after.csv"
    BEFORE.assign(model_version="1").to_csv(paths[0], index=False)
    AFTER.assign(model_version=version).to_csv(paths[1], index=False)
    found = moves(*paths, [("dormant", "loyal")])
    assert found.moved_share == pytest.approx(moved)
    assert found.moved_revenue == (50 if version == "2" else 60)
    assert found.table().loc["dormant", "loyal"] == 1


@pytest.mark.parametrize(("of", "applied"), [("", True), ("1", True), ("0", False)])
def test_what_was_renamed_since_yet_another_model_says_nothing_of_this_one(of, applied):
    pairs = (("dormant", "loyal"),)
    renames = Renames(pairs, ScoredBy(model_version=of))
    before, after = ScoredBy(model_version="1"), ScoredBy(model_version="2")
    assert renames.between(before, after) == (pairs if applied else ())
    assert renames.between(before, before) == ()


def test_a_name_that_went_to_another_segment_is_a_move_for_who_still_has_it():
    rows = [("casual", "loyal", 6), ("loyal", "casual", 3), ("casual", "casual", 1)]
    flows = pd.DataFrame(rows, columns=["from", "to", "customers"]).assign(revenue_before=1.0)
    swapped = Migration(flows, renamed=(("casual", "loyal"), ("loyal", "casual")))
    assert swapped.moved_share == pytest.approx(0.1)
    assert swapped.moved_revenue == 1


def test_what_moved_is_counted_among_common_customers(migration):
    moved = migration(BEFORE, AFTER)
    assert moved.moved_share == pytest.approx(2 / 3)
    assert moved.moved_revenue == 60
    assert moved.moved_revenue_share == pytest.approx(60 / 160)


@pytest.mark.parametrize(
    ("revenue", "share"), [([-1.0, 1.0], None), ([0.0, 0.0], None), ([0.1, 0.3], 0.25)]
)
def test_moved_revenue_is_a_share_of_positive_revenue_only(revenue, share):
    rows = [("loyal", "dormant", 1), ("loyal", "loyal", 1)]
    flows = pd.DataFrame(rows, columns=["from", "to", "customers"]).assign(revenue_before=revenue)
    assert Migration(flows).moved_revenue_share == pytest.approx(share)


def test_the_square_has_new_customers_as_last_row_and_lost_ones_as_last_column(migration):
    table = migration(BEFORE, AFTER).table()
    assert list(table.index) == ["dormant", "loyal", "(new)"]
    assert list(table.columns) == ["dormant", "loyal", "promising", "(lost)"]
    assert table.to_numpy().tolist() == [[0, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 0]]
    assert migration(BEFORE, AFTER).table("revenue_after").loc["dormant", "loyal"] == 90


def test_ids_read_as_numbers_are_the_same_customers(migration):
    as_numbers = BEFORE.astype({"customer_id": int})
    pd.testing.assert_frame_equal(
        migration(as_numbers, AFTER).flows, migration(BEFORE, AFTER).flows
    )


@pytest.mark.parametrize(
    ("before", "after", "other"), [("1", "2", True), (2, "2", False), (None, "2", False)]
)
def test_another_model_is_seen_where_both_files_name_theirs(migration, before, after, other):
    earlier = BEFORE if before is None else BEFORE.assign(model_version=before)
    models = migration(earlier, AFTER.assign(model_version=after)).models
    assert bool(difference(*models)) is other


def test_parts_add_up_to_the_whole(migration):
    parts = [
        migration(
            BEFORE[BEFORE["customer_id"].isin(ids)], AFTER[AFTER["customer_id"].isin(ids)]
        ).flows
        for ids in (["1", "3", "5"], ["2", "4"])
    ]
    added = Migration(pd.concat(parts))
    whole = migration(BEFORE, AFTER)
    assert added.moved_share == whole.moved_share
    pd.testing.assert_frame_equal(added.table("revenue_before"), whole.table("revenue_before"))


def test_nothing_is_said_of_customers_when_none_is_common(migration):
    moved = migration(BEFORE[:1], AFTER[:1])
    assert moved.moved_share is None
    assert moved.moved_revenue_share is None
    assert moved.moved_revenue == 0


@pytest.mark.parametrize("earlier", ["csv", "parquet"])
@pytest.mark.parametrize("later", ["csv", "parquet"])
def test_movements_are_the_same_whatever_the_format_of_the_files(tmp_path, earlier, later):
    """A cell that was neutralised in CSV is the same customer as the plain one."""
    before = scoring(("1", "loyal", 100.0), ("=2", "loyal", 50.0), ("3", "dormant", 10.0))
    after = scoring(("5", "promising", 7.0), ("1", "loyal", 130.0), ("=2", "dormant", 50.0))
    moved = moves(
        write(tmp_path / f"before.{earlier}", before), write(tmp_path / f"after.{later}", after)
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
    rows = scoring(*((customer, "loyal", 1.0) for customer in ids))
    paths = [write(folder / f"segments.{ending}", rows) for ending in ("csv", "parquet")]
    flows = moves(*paths).flows
    assert flows[["from", "to", "customers"]].to_numpy().tolist() == [["loyal", "loyal", len(ids)]]


def test_every_customer_who_moved_is_listed_with_what_is_carried_along():
    then = [("1", "loyal", 9.0), ("2", "loyal", 5.0), ("3", "casual", 1.0), ("4", "new", 2.0)]
    now = [("1", "loyal", 9.0), ("2", "casual", 6.0), ("3", "seldom", 1.0), ("5", "loyal", 7.0)]
    before = scoring(*then).assign(model_version="1")
    after = scoring(*now).assign(
        model_version="2", email=["a@b", None, "c@d", "e@f"], segment=0, recency_days=[1, 2, 3, 4.0]
    )
    columns = ["customer_id", "email", "segment", "segment_name", "revenue", "recency_days"]
    connection = connect()
    tables = [
        kept(connection, ibis.memtable(frame))
        for frame in (before, after[[*columns, "model_version"]])
    ]
    found = movers(*tables, [("casual", "seldom")]).to_pandas().sort_values("customer_id")
    assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == [
        ["2", None, "loyal", "casual", 6.0, 2.0],
        ["4", None, "new", "(lost)", 2.0, None],
        ["5", "e@f", "(new)", "loyal", 7.0, 4.0],
    ]
    assert list(found.columns) == [
        *("customer_id", "email", "from", "to", "revenue", "days_absent")
    ]


@pytest.mark.parametrize(("lost", "refused"), [(5, False), (6, True)])
def test_a_part_of_the_orders_is_no_scoring(lost, refused):
    rows = [("a", "a", 10 - lost), ("a", "(lost)", lost), ("(new)", "a", 100)]
    flows = pd.DataFrame(rows, columns=["from", "to", "customers"])
    if not refused:
        require_most_are_there(Migration(flows))
        return
    with pytest.raises(UserError, match="6 of the 10 customers of the scoring before are not in"):
        require_most_are_there(Migration(flows))
