"""Lists of customers as they were kept: with a run, its registration, a scoring or a history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.customers.customers_file import CustomersFile, customers_file
from segmentation.customers.features import FEATURES
from segmentation.data.harmless_text import restored
from segmentation.engine.connection import connect
from segmentation.engine.functions import try_cast
from segmentation.engine.tables import read_csv_as_text, read_parquet
from segmentation.errors import UserError
from segmentation.model.rfm import SCORES
from segmentation.segments.customer_list import ALWAYS, EXCLUDED
from segmentation.segments.history import kept_scorings
from segmentation.segments.scored_by import COLUMNS as MODEL
from segmentation.segments.scored_by import ScoredBy
from segmentation.tracking.reading import has_list
from segmentation.tracking.recorded_run import CUSTOMERS_FILE, LIST_FILE, RecordedRun

TRUE_OR_FALSE = ("borderline", "outlier", "control", EXCLUDED)
TYPES = {
    **dict.fromkeys((*FEATURES, "confidence"), "float64"),
    **dict.fromkeys(("segment", "rfm_score", *SCORES.values()), "int64"),
    **dict.fromkeys(TRUE_OR_FALSE, "boolean"),
}
"""Of the columns of a list that is text; all others stay text."""


@dataclass(frozen=True)
class CustomerList:
    """Customers of one instant with their segments, by one model.

    Attributes
    ----------
    label : str
        What a person chooses it by.
    as_of : str
        When they were measured, ISO 8601.
    scored_by : ScoredBy
    run : RecordedRun or None
        With which it lies, as ``file``; ``None`` for one of the history that ``file`` names.
    file : str
    names : tuple of pairs of int and str
        Of the segments, where the file has their ids alone.
    """

    label: str
    as_of: str
    scored_by: ScoredBy
    run: RecordedRun | None = field(repr=False)
    file: str
    names: tuple[tuple[int, str], ...] = ()


def training_list(run: RecordedRun, promotion: RecordedRun | None) -> CustomerList:
    """Choose the list of a run's own customers: the registered one, else what the run kept.

    Raises
    ------
    UserError
        If it keeps none.
    """
    as_of = run.tags.get("as_of", "")
    by = ScoredBy(model_id=run.model_ids[0] if run.model_ids else "")
    label = f"{as_of[:10]}, training"
    if promotion is not None and has_list(promotion):
        return CustomerList(label, as_of, by, promotion, LIST_FILE)
    if CUSTOMERS_FILE not in run.files:
        raise UserError(
            f"run '{run.name}' kept no customers (tracking.log_customers=false); train it again "
            "with tracking.log_customers=true reuse=false, or choose a month that score.py kept"
        )
    profile = run.profile()
    names = tuple(zip(profile["segment"].astype(int), profile["name"].astype(str), strict=True))
    return CustomerList(label, as_of, by, run, CUSTOMERS_FILE, names)


def scored_lists_of(scorings: Iterable[RecordedRun]) -> list[CustomerList]:
    """Lists that scorings kept in MLflow."""
    found = []
    for run in scorings:
        by = ScoredBy(**{name: run.tags.get(name, "") for name in MODEL})
        found.append(_month(run.tags.get("as_of", ""), by, run, CUSTOMERS_FILE))
    return found


def lists_of_history(history: str) -> list[CustomerList]:
    """Lists that a history holds.

    Raises
    ------
    UserError
        If it is none, or holds nothing.
    """
    kept = kept_scorings(history, connect())
    if kept is None:
        raise UserError(
            f"history={history} holds no scoring; score.py data.path=… output=… history={history} "
            "adds one, or leave history= out"
        )
    months = kept.select("as_of", *MODEL).distinct().to_pandas().fillna("")
    rows = months.sort_values("as_of", ascending=False).to_dict("records")
    return [_month(row.pop("as_of"), ScoredBy(**row), None, history) for row in rows]


def _month(as_of: str, by: ScoredBy, run: RecordedRun | None, file: str) -> CustomerList:
    model = f"{by.model_name} version {by.model_version}" if by.model_version else by.model_id
    return CustomerList(f"{as_of[:10]}, scored by {model}", as_of, by, run, file)


def months(*sources: Sequence[CustomerList]) -> list[CustomerList]:
    """Lists of several sources, the newest first; of the same, what the last source has."""
    by_key = {(each.as_of, each.scored_by): each for source in sources for each in source}
    return [by_key[key] for key in sorted(by_key, key=lambda key: key[0], reverse=True)]


def local_file(of: CustomerList) -> CustomersFile:
    """Bring a list to this machine as a parquet file; a list in text becomes one."""
    assert of.run is not None
    path = of.run.file(of.file)
    if path.suffix == ".parquet":
        return CustomersFile(path)
    text = read_csv_as_text(connect(), path)
    columns = {name: _typed(text[name]) for name in text.columns}
    return customers_file(text.select(**columns))


def _typed(column: ir.StringColumn) -> ir.Column:
    name = column.get_name()
    return try_cast(column, TYPES[name]) if name in TYPES else restored(column)


def rows_of(of: CustomerList, path: Path | None, connection: BaseBackend) -> ir.Table:
    """Read a list, each query anew: ``customer_id``, ``segment``, ``segment_name`` and all else.

    Parameters
    ----------
    of : CustomerList
    path : Path or None
        Of its `local_file`; ``None`` for one of a history.
    connection : ibis backend
        To DuckDB.
    """
    if path is None:
        kept = kept_scorings(of.file, connection)
        if kept is None:
            raise UserError(f"history={of.file} is not there any more; load the page again")
        by = of.scored_by.columns()
        same = [kept[name].fill_null("") == value for name, value in by.items()]
        return kept.filter(kept.as_of == of.as_of, *same)
    table = read_parquet(connection, [path])
    if "segment_name" not in table.columns:
        pairs = [(table.segment == segment, name) for segment, name in of.names]
        table = table.mutate(segment_name=ibis.cases(*pairs, else_=table.segment.cast("string")))
    return table.mutate(customer_id=table.customer_id.cast("string"))


def kept_columns(table: ir.Table) -> list[str]:
    """Columns that were carried along from the shop's lines, by ``keep=``."""
    return [name for name in table.columns if name not in ALWAYS and name not in FEATURES]
