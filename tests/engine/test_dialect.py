"""The portable way of every function, for engines that have no class of their own."""

import ibis

from segmentation.engine.connection import connect
from segmentation.engine.dialect import Dialect
from segmentation.engine.functions import text_number
from segmentation.engine.tables import kept
from tests.helpers.written import ISO, WRITTEN, values


def test_what_is_promised_of_any_other_engine_holds_on_duckdb():
    """No engine of its own stands for it here: the portable way is run by DuckDB."""
    promised, text = Dialect(), kept(connect(), ibis.memtable({"text": list(ISO)})).text
    assert values(promised.parse_instant(text, None).cast("timestamp(6)")) == [*ISO.values()]
    for date_format, written, expected in WRITTEN:
        one = kept(connect(), ibis.memtable({"text": [written]})).text
        found = promised.parse_instant(one, date_format).cast("timestamp(6)")
        assert values(found) == [expected], (date_format, written)
    text = kept(connect(), ibis.memtable({"text": ["12", "C536379", ""]})).text
    assert values(promised.text_number(text)) == values(text_number(text))
