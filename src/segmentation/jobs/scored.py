"""Customers scored and written: by this process batch by batch, or by an engine's workers."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends import BaseBackend
from pyarrow.parquet import ParquetWriter

from segmentation.customers.customers_file import CustomersFile, customers_file
from segmentation.customers.features import in_order_of_ids
from segmentation.customers.kept_values import beside
from segmentation.data.scored_output import table_name
from segmentation.engine.connection import connect
from segmentation.engine.engine import Engine
from segmentation.engine.tables import batches, kept, read_parquet
from segmentation.errors import UserError
from segmentation.jobs.customer_lists import Append, scored_lists
from segmentation.segments.customer_list import SEGMENT_BEFORE, SINCE
from segmentation.segments.drift import SegmentCounts
from segmentation.segments.earlier_list import earlier_list, require_earlier, scored_by
from segmentation.segments.excluded import EXCLUDED, require_matches, with_excluded
from segmentation.segments.history import scoring_before
from segmentation.segments.migration import (
    Migration,
    Renames,
    moves_between,
    renamed_between,
    require_most_are_there,
)
from segmentation.segments.scoring import Scorer
from segmentation.settings.schema import ScoreSettings

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Scored:
    """What a scoring came to.

    Attributes
    ----------
    as_of : str
        ISO 8601.
    counts : SegmentCounts
        Of all customers.
    revenue : mapping of str to float
        By name of the segment, in money.
    reached : SegmentCounts
        Of the customers in the lists.
    before : ibis Table or None
        The scoring that this one is compared with, see `earlier_list.earlier_list`.
    migration : Migration or None
        Who moved since then.
    file : CustomersFile or None
        All customers, scored, where they are compared, remembered or recorded.
    """

    as_of: str
    counts: SegmentCounts
    revenue: Mapping[str, float]
    reached: SegmentCounts
    before: ir.Table | None = None
    migration: Migration | None = None
    file: CustomersFile | None = field(default=None, repr=False)


Write = Callable[[ir.Table, Scorer, Renames], Scored]
"""Customers as they were measured, a model and names that it changed in; what came of it out."""


@contextmanager
def score_on_workers(settings: ScoreSettings, engine: Engine) -> Iterator[Write]:
    """Let the workers of an engine score and write.

    Raises
    ------
    UserError
        Something is asked for that only this process does, or the output cannot be written.
    """
    for name in ("history", "exclude"):
        if (value := getattr(settings, name)) is not None:
            raise UserError(
                f"{name}={value} is read by this process, through which no customer passes with "
                f"engine={engine.name}; leave it out, and set previous= to an earlier output"
            )
    if settings.lists.name == "by_segment":
        raise UserError(
            f"lists=by_segment writes files, and engine={engine.name} none; leave it out"
        )
    table = table_name(settings.output, "output", engine)
    write = engine.output_of(settings.output, table, settings.overwrite)

    def score(customers: ir.Table, scorer: Scorer, renames: Renames) -> Scored:
        previous = settings.previous
        connection = customers.get_backend()
        before = None if previous is None else earlier_list(previous, engine, connection)
        renamed = renames.since(before)
        rows = _with_before(customers, before, scorer, renamed)
        counts = sum(write(rows, scorer.score, scorer.count), start=scorer.reference.no_customers())
        after = earlier_list(settings.output, engine, connection)
        revenue = after.group_by("segment_name").agg(revenue=after.revenue.sum()).to_pandas()
        return Scored(
            scorer.as_of,
            counts,
            dict(zip(revenue["segment_name"], revenue["revenue"], strict=True)),
            counts,
            before,
            None if before is None else moves_between(before, after, renamed),
        )

    yield score


@contextmanager
def score_here(settings: ScoreSettings, engine: Engine) -> Iterator[Write]:
    """Score batch by batch into lists, which appear at the end.

    Raises
    ------
    UserError
        A list is there already, or cannot be written.
    """
    by_segment = settings.lists.name == "by_segment"
    with scored_lists(settings.output, engine, settings.overwrite, by_segment) as append:
        yield partial(_score_here, settings, engine, append)


def _score_here(
    settings: ScoreSettings,
    engine: Engine,
    append: Append,
    customers: ir.Table,
    scorer: Scorer,
    renames: Renames,
) -> Scored:
    compared = settings.previous is not None or settings.history is not None
    if engine.has_tables and (compared or settings.exclude is not None):
        customers = _brought(customers, connect())
    before = _before(settings, engine, scorer.as_of, customers) if compared else None
    require_earlier(settings.previous, before, scorer.as_of)
    renamed = renames.since(before)
    rows = with_excluded(_with_before(customers, before, scorer, renamed), settings.exclude)
    wanted = compared or (settings.record and settings.tracking.log_customers)
    file = _new_file() if wanted else None
    counts = scorer.reference.no_customers()
    revenue: Counter[str] = Counter()
    reached = counts
    with _remembering(file) as remember:
        for batch in batches(in_order_of_ids(rows)):
            scored, excluded = scorer.score(batch), batch[EXCLUDED]
            of_list = scored.filter(pc.invert(excluded))
            append(of_list)
            remember(scored.append_column(EXCLUDED, excluded))
            of_batch = scorer.count(scored)
            counts += of_batch
            reached += of_batch if len(of_list) == len(scored) else scorer.count(of_list)
            revenue.update(_sums(scored))
    require_matches(settings.exclude, counts, reached)
    return Scored(
        scorer.as_of,
        counts,
        revenue,
        reached,
        before,
        None if before is None or file is None else _moves(before, file, renamed),
        file,
    )


def _new_file() -> CustomersFile:
    folder = TemporaryDirectory()
    return CustomersFile(Path(folder.name) / "scored.parquet", folder)


def _moves(before: ir.Table, file: CustomersFile, renamed: Pairs) -> Migration:
    moves = moves_between(before, read_parquet(before.get_backend(), [file.path]), renamed)
    require_most_are_there(moves)
    return moves


def _brought(table: ir.Table, connection: BaseBackend) -> ir.Table:
    """Customers of a database, in a DuckDB."""
    file = customers_file(table)  # which goes with the last word of it
    return kept(connection, read_parquet(connection, [file.path]))


def _before(
    settings: ScoreSettings, engine: Engine, as_of: str, customers: ir.Table
) -> ir.Table | None:
    connection = customers.get_backend()
    if settings.history is not None:
        return scoring_before(settings.history, as_of, connection)
    previous = str(settings.previous)
    if table_name(previous, "previous", engine) is None:
        return earlier_list(previous, engine, connection)
    return _brought(earlier_list(previous, engine), connection)


def _with_before(
    customers: ir.Table, before: ir.Table | None, scorer: Scorer, renamed: Pairs
) -> ir.Table:
    """Put the segment of the scoring before beside each customer, under its name of today."""
    if before is None:
        return customers
    name = before.segment_name.cast("string")
    pairs = renamed_between((scored_by(before), scorer.scored_by), renamed)
    if pairs:
        name = ibis.cases(*((name == former, now) for former, now in pairs), else_=name)
    since = {column: before[column] for column in SINCE}
    return beside(customers, before.select("customer_id", **{SEGMENT_BEFORE: name}, **since))


@contextmanager
def _remembering(file: CustomersFile | None) -> Iterator[Append]:
    """Write scored customers to a file, where there is one."""
    writers: list[ParquetWriter] = []

    def write(scored: pa.Table) -> None:
        if file is not None:
            if not writers:
                writers.append(ParquetWriter(file.path, scored.schema))
            writers[0].write_table(scored)

    try:
        yield write
    finally:
        for writer in writers:
            writer.close()


def _sums(scored: pa.Table) -> dict[str, float]:
    sums = scored.group_by("segment_name").aggregate([("revenue", "sum")])
    return dict(zip(sums["segment_name"].to_pylist(), sums["revenue_sum"].to_pylist(), strict=True))
