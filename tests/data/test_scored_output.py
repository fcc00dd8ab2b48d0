"""Where scored customers may go; a test of the engines with the same name writes there."""

import pytest

from segmentation.data.scored_output import scored_output, table_name
from segmentation.engine.connection import DUCKDB
from segmentation.engine.database_engine import Database
from segmentation.engine.spark_engine import Spark
from segmentation.errors import UserError

SHOP = Database("postgresql://host/shop")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("table:shop.segments", "shop.segments"), ("segments.csv", None), ("table/now.csv", None)],
)
@pytest.mark.parametrize("engine", [SHOP, Spark()])
def test_a_table_is_told_from_a_path_by_how_it_begins(typed, name, engine):
    assert table_name(typed, "output", engine) == name


@pytest.mark.parametrize("typed", ["table:", "table:shop.", "table:.segments"])
def test_a_table_without_a_name_is_refused(typed):
    with pytest.raises(UserError, match=rf"^output={typed} names no table; set it as table:shop"):
        table_name(typed, "output", SHOP)


def test_an_engine_without_tables_writes_none():
    with pytest.raises(UserError, match=r"engine=duckdb has none; set engine=database .* a file"):
        table_name("table:segments", "previous", DUCKDB)


@pytest.mark.parametrize("engine", [DUCKDB, SHOP])
@pytest.mark.parametrize("folder", ["segments", "segments/"])
def test_a_folder_is_for_workers(engine, folder):
    said = r"must end in \.csv or \.parquet; a folder is written by engine=spark"
    with pytest.raises(UserError, match=said), scored_output(folder, engine, False):
        pytest.fail("work was begun")
