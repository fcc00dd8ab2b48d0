"""The source on its engine."""

import pytest

from segmentation.errors import UserError
from segmentation.settings.lines_reader import lines_reader
from segmentation.settings.schema import EngineSettings

SOURCE = "segmentation.data.sources.transactions"
DUCKDB = EngineSettings(_target_="segmentation.engine.duckdb_engine.DuckDB", threads=1)


def test_the_lines_are_read_by_the_engine_that_was_chosen(shop_csv):
    data = {"_target_": SOURCE, "_partial_": True, "path": str(shop_csv)}
    lines = lines_reader(data, DUCKDB)().lines
    threads = "SELECT current_setting('threads')"
    assert lines.get_backend().raw_sql(threads).fetchone()[0] == 1


def test_an_option_that_an_engine_lacks_is_refused_before_anything_is_read(shop_csv):
    data = {"_target_": SOURCE, "_partial_": True, "path": str(shop_csv)}
    wrong = EngineSettings(_target_=DUCKDB._target_, master="local[2]")
    with pytest.raises(UserError, match="master"):
        lines_reader(data, wrong)
