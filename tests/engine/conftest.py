"""A connection, and columns of text inside it."""

from collections.abc import Callable, Sequence

import ibis
import ibis.expr.types as ir
import pytest
from ibis.backends import BaseBackend

from segmentation.engine.connection import connect
from segmentation.engine.tables import kept


@pytest.fixture
def connection() -> BaseBackend:
    return connect()


@pytest.fixture
def text_column(connection: BaseBackend) -> Callable[[Sequence[str | None]], ir.StringColumn]:
    """Turn texts into a column whose rows keep their order."""

    def make(texts: Sequence[str | None]) -> ir.StringColumn:
        rows = ibis.memtable({"text": list(texts)}, schema={"text": "string"})
        return kept(connection, rows).text

    return make
