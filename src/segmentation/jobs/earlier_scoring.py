"""The scoring before: read, put beside the customers of now, and compared with."""

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.customers.customers_file import CustomersFile, customers_file
from segmentation.customers.kept_values import beside
from segmentation.data.scored_output import table_name
from segmentation.engine.engine import Engine
from segmentation.engine.tables import kept, read_parquet
from segmentation.segments.customer_list import SEGMENT_BEFORE, SINCE
from segmentation.segments.earlier_list import earlier_list, require_earlier, scored_by
from segmentation.segments.history import scoring_before
from segmentation.segments.migration import (
    Migration,
    Renames,
    called_now,
    moves_between,
    require_most_are_there,
)
from segmentation.segments.scored_by import ScoredBy
from segmentation.settings.schema import ScoreSettings


def scoring_to_compare(
    settings: ScoreSettings, engine: Engine, as_of: str, connection: BaseBackend
) -> ir.Table | None:
    """Read the scoring that ``history`` or ``previous`` names.

    Parameters
    ----------
    settings : ScoreSettings
    engine : Engine
        That has it, where it is a table.
    as_of : str
        Of now, ISO 8601: what comes later is no scoring before.
    connection : ibis backend
        To DuckDB, where it is read, or brought.

    Returns
    -------
    ibis Table or None
        See `earlier_list.earlier_list`; ``None`` where nothing is named, or nothing was before.

    Raises
    ------
    UserError
        It cannot be read, or is a later one.
    """
    if settings.history is not None:
        return scoring_before(settings.history, as_of, connection)
    if settings.previous is None:
        return None
    in_files = table_name(settings.previous, "previous", engine) is None
    scored = earlier_list(settings.previous, engine, connection if in_files else None)
    require_earlier(settings.previous, scored, as_of)
    return scored if in_files else brought(scored, connection)


def brought(table: ir.Table, connection: BaseBackend) -> ir.Table:
    """Bring a table of a database, a customer a row, into a DuckDB."""
    file = customers_file(table)  # which goes with the last word of it
    return kept(connection, read_parquet(connection, [file.path]))


def with_before(
    customers: ir.Table, before: ir.Table | None, scored_now: ScoredBy, renames: Renames
) -> ir.Table:
    """Put the segment of the scoring before beside each customer, under its name of today.

    Parameters
    ----------
    customers : ibis Table
    before : ibis Table or None
        See `scoring_to_compare`; of the same engine.
    scored_now : ScoredBy
        The model of today.
    renames : Renames
        Of that model.

    Returns
    -------
    ibis Table
        With `customer_list.SEGMENT_BEFORE` and the columns of `customer_list.SINCE` where there is
        a scoring before; null for customers whom it lacks.
    """
    if before is None:
        return customers
    renamed = renames.between(scored_by(before), scored_now)
    name = called_now(before.segment_name.cast("string"), renamed)
    since = {column: before[column] for column in SINCE}
    return beside(customers, before.select("customer_id", **{SEGMENT_BEFORE: name}, **since))


def moves_since(before: ir.Table, file: CustomersFile, renames: Renames) -> Migration:
    """Movements since a scoring to one that lies in a file.

    Raises
    ------
    UserError
        Most customers of before are lost, see `migration.require_most_are_there`.
    """
    moves = moves_between(before, read_parquet(before.get_backend(), [file.path]), renames)
    require_most_are_there(moves)
    return moves
