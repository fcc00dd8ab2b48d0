"""A connection, and columns of text inside it, of DuckDB and of every other engine."""

import sys
from collections.abc import Callable, Iterator, Sequence

import ibis
import ibis.expr.types as ir
import pytest
from ibis.backends import BaseBackend

from segmentation.engine.connection import connect
from segmentation.engine.database_engine import Database
from segmentation.engine.spark_engine import Spark
from segmentation.engine.tables import kept
from tests.helpers.engines import SHORT_LIVED, require_spark

ENGINES = [
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.slow),
    pytest.param("spark", marks=pytest.mark.slow),
]


@pytest.fixture
def connection() -> BaseBackend:
    return connect()


@pytest.fixture
def text_column(connection: BaseBackend) -> Callable[[Sequence[str | None]], ir.StringColumn]:
    """Turn texts into a column whose rows keep their order."""
    return lambda texts: column_of(connection, texts)


def column_of(connection: BaseBackend, texts: Sequence[str | None]) -> ir.StringColumn:
    rows = ibis.memtable({"text": list(texts)}, schema={"text": "string"})
    return kept(connection, rows).text


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A Spark session in this process."""
    require_spark()
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_SUBMIT_OPTS", SHORT_LIVED)
        quick = {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        }
        builder = SparkSession.builder.master("local[2]").config(map=quick)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


@pytest.fixture(scope="session", params=ENGINES)
def any_connection(request: pytest.FixtureRequest) -> Iterator[BaseBackend]:
    """A connection to each engine in turn."""
    if request.param == "duckdb":
        yield connect()
    elif request.param == "postgres":
        yield Database(request.getfixturevalue("postgres_url")).connect()
    else:
        request.getfixturevalue("spark_session")
        yield Spark().connect()


@pytest.fixture
def any_text(any_connection: BaseBackend) -> Callable[[Sequence[str | None]], ir.StringColumn]:
    """As `text_column`, on each engine in turn."""
    return lambda texts: column_of(any_connection, texts)
