"""Customers are scored alike wherever they go: a file, a folder of Spark's workers or a table."""

from dataclasses import replace

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.cluster import KMeans

from segmentation.customers.features import FEATURES
from segmentation.customers.measuring import measured_customers
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from segmentation.data.scored_output import scored_output, table_name
from segmentation.engine.connection import DUCKDB, connect
from segmentation.engine.database_engine import Database
from segmentation.engine.spark_engine import Spark
from segmentation.engine.tables import batches, kept, named, read_folder, read_parquet
from segmentation.errors import UserError
from segmentation.model.persistence import SavedSegmenter, save_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.rfm import rfm_borders
from segmentation.segments.drift import reference
from segmentation.segments.earlier_list import earlier_list, require_comparable
from segmentation.segments.holdout import Holdout
from segmentation.segments.migration import moves_between
from segmentation.segments.scored_by import ScoredBy
from segmentation.segments.scoring import Scorer
from tests.helpers.models import log_scaler
from tests.helpers.small_shop import AS_OF, EXPECTED, OPTIONS, text_frame

NAMES = ["revenue", "orders", "recency_days"]
CUSTOMERS = pd.DataFrame(EXPECTED).T.astype("float64")[NAMES]
RULES = CleaningRules(unreadable=True, max_unreadable_share=0.1)
PLACES = [
    "file",
    pytest.param("postgres", marks=pytest.mark.slow),
    pytest.param("folder", marks=pytest.mark.slow),
    pytest.param("catalogue", marks=pytest.mark.slow),
]


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    """A model of the small shop, as it goes to other processes."""
    segmenter = CustomerSegmenter(log_scaler(), KMeans(2, random_state=1)).fit(CUSTOMERS)
    segmenter.names_ |= {0: 'dear, and "quoted"', 1: "others"}
    file = tmp_path_factory.mktemp("model") / "segmenter.skops"
    save_segmenter(segmenter, file)
    saved = SavedSegmenter(file.read_bytes())
    return Scorer(
        predict=saved.describe,
        features=NAMES,
        borders=rfm_borders(CUSTOMERS),
        as_of=AS_OF,
        scored_by=ScoredBy("shop", "3", "m-1"),
        reference=reference(CUSTOMERS, saved.describe(CUSTOMERS)["name"]),
        holdout=Holdout(0.5, "spring"),
    )


@pytest.fixture(params=PLACES)
def place(request, tmp_path):
    """Engine, output, another output, and what reads them."""
    if request.param == "file":
        paths = [str(tmp_path / name) for name in ("now.parquet", "then.parquet")]
        yield DUCKDB, *paths, lambda path: read_parquet(connect(), [path])
        return
    if request.param == "postgres":
        engine, schema = Database(request.getfixturevalue("postgres_url")), "CREATE SCHEMA"
    else:
        request.getfixturevalue("spark_session")
        engine, schema = Spark(), "CREATE DATABASE"
    if request.param == "folder":
        paths = [str(tmp_path / "to day"), f"{tmp_path}/then/"]
        yield engine, *paths, lambda path: read_folder(engine.connect(), path)
        return
    run(engine, f"{schema} IF NOT EXISTS shop")
    tables = ["table:shop.segments", "table:earlier"]
    yield engine, *tables, lambda name: named(engine.connect(), name.removeprefix("table:"))
    for table in tables:
        run(engine, f"DROP TABLE IF EXISTS {table.removeprefix('table:')}")


def run(engine, statement):
    connection = engine.connect()
    if isinstance(engine, Spark):
        connection._session.sql(statement)
    else:
        connection.raw_sql(statement).close()


def write(engine, output, scorer, overwrite=False, count=None):
    connection = connect() if engine is DUCKDB else engine.connect()
    measured = kept(connection, ibis.memtable(CUSTOMERS.rename_axis("customer_id").reset_index()))
    count = count or scorer.count
    if engine.writes_on_workers:
        into = engine.output_of(output, table_name(output, "output", engine), overwrite)
        counts = into(measured, scorer.score, count)
    else:
        with scored_output(output, engine, overwrite) as append:
            parts = [scorer.score(batch) for batch in batches(measured)]
            counts = [count(part) for part in parts if append(part) is None]
    return sum(counts, scorer.reference.no_customers())


def rows(table):
    frame = table.to_pandas().set_index("customer_id")
    return frame.loc[list(EXPECTED)]


def test_the_customers_and_their_counts_are_those_of_one_process(place, scorer):
    engine, output, _, read = place
    counts = write(engine, output, scorer)
    batch = pa.RecordBatch.from_pandas(CUSTOMERS.rename_axis("customer_id").reset_index())
    expected = scorer.score(batch).to_pandas().set_index("customer_id")
    held_out = expected["segment_name"][expected["control"]].value_counts().to_dict()
    assert 0 < sum(held_out.values()) < len(expected)
    assert counts == replace(scorer.reference.counts, control=held_out)
    pd.testing.assert_frame_equal(rows(read(output)), expected, rtol=0, atol=0)


def test_what_is_there_is_replaced_only_when_told_to(place, scorer):
    engine, output, _, read = place
    write(engine, output, scorer)
    with pytest.raises(UserError, match="exists; set overwrite=true or another name"):
        write(engine, output, scorer)
    write(engine, output, Scorer(**vars(scorer) | {"as_of": "later"}), overwrite=True)
    assert set(rows(read(output))["as_of"]) == {"later"}


@pytest.mark.parametrize("there", [False, True])
def test_a_failure_leaves_what_was_there_before(place, scorer, there, tmp_path):
    engine, output, _, read = place
    if isinstance(engine, Spark):
        run(engine, "CREATE DATABASE IF NOT EXISTS shop")
    if there:
        write(engine, output, scorer)
    before = everything(engine, tmp_path)

    def fail(_):
        raise ValueError("no memory")

    with pytest.raises(Exception, match="no memory"):
        write(engine, output, scorer, overwrite=there, count=fail)
    assert everything(engine, tmp_path) == before
    if there:
        assert len(rows(read(output))) == len(EXPECTED)


def everything(engine, folder):
    """Names of all files and tables, but for those that a session of Spark keeps for itself."""
    found = [str(path) for path in folder.rglob("*")]
    for schema in ("shop", "default" if isinstance(engine, Spark) else "public"):
        if isinstance(engine, Spark):
            tables = engine.connect()._session.catalog.listTables(schema)
            found += [f"{schema}.{table.name}" for table in tables if not table.isTemporary]
        elif engine.has_tables:
            found += [f"{schema}.{name}" for name in engine.connect().list_tables(database=schema)]
    return sorted(found)


def test_what_changed_is_counted_where_both_are(place, scorer):
    engine, output, earlier, _ = place
    names = {'dear, and "quoted"': "others", "others": "others"}

    def predict(features):
        said = scorer.predict(features)
        return said.assign(name=said["name"].map(names))

    write(engine, earlier, scorer)
    write(engine, output, Scorer(**vars(scorer) | {"predict": predict}))
    require_comparable(earlier, output, engine)
    connection = connect() if engine is DUCKDB else engine.connect()
    lists = (earlier_list(place, engine, connection) for place in (earlier, output))
    moves = moves_between(*lists)
    now = moves.flows.set_index(["from", "to"])["customers"].to_dict()
    counts = scorer.reference.counts.segments
    assert now == {(name, "others"): count for name, count in counts.items()}
    assert moves.flows["revenue_before"].sum() == pytest.approx(CUSTOMERS["revenue"].sum())


@pytest.mark.slow
def test_all_features_are_measured_alike_in_order_or_not():
    lines = kept(connect(), ibis.memtable(text_frame()))
    cleaned, report = cleaned_lines(transactions_of(lines, **OPTIONS), RULES, AS_OF)
    parts = [measured_customers(cleaned, list(FEATURES), report.as_of, each) for each in (0, 1)]
    loose, ordered = (part.to_pandas().set_index("customer_id") for part in parts)
    assert list(ordered.index) == list(EXPECTED)
    pd.testing.assert_frame_equal(loose.loc[ordered.index], ordered)
