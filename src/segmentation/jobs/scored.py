"""Customers scored and written: by this process batch by batch, or by an engine's workers."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.parquet import ParquetWriter

from segmentation.customers.customers_file import CustomersFile
from segmentation.customers.features import in_order_of_ids
from segmentation.data.scored_output import table_name
from segmentation.engine.connection import connect
from segmentation.engine.engine import Engine
from segmentation.engine.tables import batches
from segmentation.errors import UserError
from segmentation.jobs.customer_lists import scored_lists
from segmentation.jobs.earlier_scoring import (
    brought,
    moves_since,
    scoring_to_compare,
    with_before,
)
from segmentation.jobs.segment_lists import Append
from segmentation.segments.customer_list import EXCLUDED
from segmentation.segments.drift import SegmentCounts
from segmentation.segments.earlier_list import earlier_list
from segmentation.segments.excluded import require_matches, with_excluded
from segmentation.segments.migration import (
    Migration,
    Renames,
    moves_between,
)
from segmentation.segments.scoring import Scorer
from segmentation.settings.schema import ScoreSettings


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

    Parameters
    ----------
    settings : ScoreSettings
    engine : Engine
        Whose workers write.

    Yields
    ------
    callable
        See `Write`.

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
        rows = with_before(customers, before, scorer.scored_by, renames)
        counts = sum(write(rows, scorer.score, scorer.count), start=scorer.reference.no_customers())
        after = earlier_list(settings.output, engine, connection)
        revenue = after.group_by("segment_name").agg(revenue=after.revenue.sum()).to_pandas()
        return Scored(
            scorer.as_of,
            counts,
            dict(zip(revenue["segment_name"], revenue["revenue"], strict=True)),
            counts,
            before,
            None if before is None else moves_between(before, after, renames),
        )

    yield score


@contextmanager
def score_here(settings: ScoreSettings, engine: Engine) -> Iterator[Write]:
    """Score batch by batch into lists, which appear at the end.

    Parameters
    ----------
    settings : ScoreSettings
    engine : Engine
        That measures the customers.

    Yields
    ------
    callable
        See `Write`.

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
        customers = brought(customers, connect())
    before = scoring_to_compare(settings, engine, scorer.as_of, customers.get_backend())
    beside_before = with_before(customers, before, scorer.scored_by, renames)
    rows = with_excluded(beside_before, settings.exclude)
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
        None if before is None or file is None else moves_since(before, file, renames),
        file,
    )


def _new_file() -> CustomersFile:
    folder = TemporaryDirectory()
    return CustomersFile(Path(folder.name) / "scored.parquet", folder)


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
