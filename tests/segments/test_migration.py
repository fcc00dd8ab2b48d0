from collections.abc import Callable

import pandas as pd
import pytest

from segmentation.errors import UserError
from segmentation.jobs.score import moves_between
from segmentation.segments.migration import Migration

Compare = Callable[..., Migration]


def scoring(*rows: tuple[object, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "name", "revenue"])


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
        return moves_between(tmp_path / "before.csv", tmp_path / "after.parquet")

    return compare


def test_movements_with_the_revenue_on_both_sides(migration):
    rows = migration(BEFORE, AFTER).flows.set_index(["from", "to"])
    assert {pair: tuple(row) for pair, row in zip(rows.index, rows.to_numpy(), strict=True)} == {
        ("(new)", "promising"): (1, 0, 7),
        ("dormant", "(lost)"): (1, 5, 0),
        ("dormant", "loyal"): (1, 10, 90),
        ("loyal", "dormant"): (1, 50, 50),
        ("loyal", "loyal"): (1, 100, 130),
    }


def test_what_moved_is_counted_among_common_customers(migration):
    moved = migration(BEFORE, AFTER)
    assert moved.moved_share == pytest.approx(2 / 3)
    assert moved.moved_revenue == 60
    assert moved.moved_revenue_share == pytest.approx(60 / 160)


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
    assert migration(earlier, AFTER.assign(model_version=after)).other_model is other


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


def test_a_file_that_is_no_scoring_is_refused(migration):
    with pytest.raises(UserError, match="has no column 'name'"):
        migration(BEFORE.drop(columns="name"), AFTER)
