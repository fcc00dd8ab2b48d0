"""What changed since the scoring before: remembered, listed, told, and held against limits."""

import sys
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from segmentation.console.scoring import print_migration
from segmentation.console.terminal import point_to
from segmentation.data.output_file import output_file
from segmentation.data.scored_output import TABLE
from segmentation.engine.connection import connect
from segmentation.engine.functions import in_byte_order
from segmentation.engine.tables import batches, read_parquet
from segmentation.errors import UserError
from segmentation.jobs.scored import Scored
from segmentation.plots.segment_style import segment_colour
from segmentation.report.changes_page import Changes, render_changes
from segmentation.report.rendering import write_page
from segmentation.segments.customer_list import EXCLUDED
from segmentation.segments.drift import Reference
from segmentation.segments.excluded import is_file_of_ids, with_excluded
from segmentation.segments.history import remember
from segmentation.segments.migration import movers
from segmentation.segments.segment_name import names_in_order
from segmentation.settings.schema import DriftLimits, ScoreSettings
from segmentation.tracking.model_loading import ScoringModel
from segmentation.tracking.scorings import CHANGES_FILE

MOVES_FILE = "moves.csv"
DRIFTED = 3
"""Exit code where all is written and a limit is exceeded."""


def tell_changes(scored: Scored, model: ScoringModel, settings: ScoreSettings) -> str:
    """Print who moved, list them, write the page about it, and add the scoring to the history.

    Parameters
    ----------
    scored : Scored
    model : ScoringModel
    settings : ScoreSettings

    Returns
    -------
    str
        The page; empty where there is no scoring before.

    Raises
    ------
    UserError
        A file cannot be written.
    """
    page = ""
    if scored.migration is not None:
        print_migration(scored.migration, names_in_order(model.metadata["segments"]))
        page = render_changes(_changes(scored, model))
        if scored.file is not None and (folder := _folder(settings)) is not None:
            _write_moves(scored, settings, folder / MOVES_FILE)
            write_page(page, folder / CHANGES_FILE)
            point_to("Who moved", str(folder / MOVES_FILE))
            point_to("The same for people", str(folder / CHANGES_FILE))
    if settings.history is not None and scored.file is not None:
        rows = read_parquet(connect(), [scored.file.path])
        remember(settings.history, rows, scored.as_of)
    return page


def require_within_limits(scored: Scored, reference: Reference, limits: DriftLimits) -> None:
    """End with exit code 3 and one line where more drifted than is allowed: all is written then.

    Parameters
    ----------
    scored : Scored
    reference : Reference
        Of the training.
    limits : DriftLimits
    """
    told = []
    drift = reference.drift(scored.counts).set_index("of")["psi"]
    if limits.max_psi is not None and drift.max() > limits.max_psi:
        of, psi = drift.idxmax(), drift.max()
        told.append(f"the PSI of {of} is {psi:.3f} (drift.max_psi={limits.max_psi:g})")
    moved = None if scored.migration is None else scored.migration.moved_share
    if limits.max_moved is not None and moved is not None and moved > limits.max_moved:
        told.append(f"{moved:.1%} of the customers moved (drift.max_moved={limits.max_moved:g})")
    if told:
        print(f"drift: {'; '.join(told)}: all is written; train again", file=sys.stderr)
        sys.exit(DRIFTED)


def files_about_changes(settings: ScoreSettings) -> list[Path]:
    """Files that are written where there is something to compare with."""
    folder = _folder(settings)
    if folder is None or (settings.previous is None and settings.history is None):
        return []
    return [folder / MOVES_FILE, folder / CHANGES_FILE]


def require_no_changes(settings: ScoreSettings) -> None:
    """Refuse to replace files about changes, as an output is refused.

    Raises
    ------
    UserError
        One is there already.
    """
    for file in files_about_changes(settings):
        if file.exists() and not settings.overwrite:
            raise UserError(
                f"'{file}' exists; set overwrite=true, or output= to a file in a folder of its own"
            )


def _changes(scored: Scored, model: ScoringModel) -> Changes:
    assert scored.before is not None
    assert scored.migration is not None
    before = scored.before.as_of.max().to_pyarrow().as_py()
    colours = {name["name"]: segment_colour(name["segment"]) for name in model.metadata["segments"]}
    drift = model.reference.drift(scored.counts)
    return Changes(str(before or ""), scored.as_of, scored.migration, drift, colours)


def _folder(settings: ScoreSettings) -> Path | None:
    """Where files about changes lie: beside the list, else beside the history."""
    if not settings.output.startswith(TABLE):
        return Path(settings.output).parent
    return None if settings.history is None else Path(settings.history).absolute().parent


def _write_moves(scored: Scored, settings: ScoreSettings, path: Path) -> None:
    assert scored.before is not None
    assert scored.file is not None
    assert scored.migration is not None
    after = read_parquet(scored.before.get_backend(), [scored.file.path])
    moves = movers(scored.before, after, scored.migration.renamed)
    left_out = after.filter(after[EXCLUDED]).select("customer_id")
    moves = moves.anti_join(left_out, "customer_id")
    if is_file_of_ids(settings.exclude):
        moves = with_excluded(moves, settings.exclude)
        moves = moves.filter(~moves[EXCLUDED]).drop(EXCLUDED)
    with output_file(path, overwrite=True) as append:
        for batch in batches(_most_revenue_first(moves)):
            append(pa.Table.from_batches([batch]))


def _most_revenue_first(moves: ir.Table) -> ir.Table:
    return moves.order_by(moves.revenue.desc(), in_byte_order(moves.customer_id))
