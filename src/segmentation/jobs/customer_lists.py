"""Lists of customers for people and their tools: all together, and one for each segment."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import pyarrow as pa
from mlflow.entities.model_registry import ModelVersion

from segmentation.customers.customers_file import Customers, CustomersFile
from segmentation.customers.features import in_order_of_ids
from segmentation.customers.kept_values import beside
from segmentation.data.output_file import output_file
from segmentation.data.scored_output import scored_output, table_name
from segmentation.engine.connection import connect
from segmentation.engine.engine import Engine
from segmentation.engine.tables import batches, read_parquet
from segmentation.engine.tables import kept as kept_table
from segmentation.errors import UserError
from segmentation.jobs.segment_lists import SEGMENTS_FOLDER, Append, segment_lists
from segmentation.segments.scoring import Scorer
from segmentation.tracking.model_loading import ScoringModel, scoring_model_of
from segmentation.tracking.recorded_run import LIST_FILE, RecordedRun
from segmentation.tracking.store import Store


def scorer_of(model: ScoringModel, as_of: str) -> Scorer:
    """Take of a model what scoring customers of an instant, ISO 8601, needs."""
    return Scorer(
        predict=model.segmenter.describe,
        features=tuple(model.features),
        borders=model.rfm_borders,
        as_of=as_of,
        scored_by=model.scored_by,
        reference=model.reference,
        actions={name["name"]: name["action"] for name in model.metadata["segments"]},
    )


def write_list(
    path: Path,
    scorer: Scorer,
    customers: Customers,
    kept: CustomersFile | None = None,
    by_segment: bool = False,
) -> None:
    """List the customers of a training.

    Parameters
    ----------
    path : Path
        Replaced where it is there.
    scorer : Scorer
    customers : DataFrame or CustomersFile
        With the features of the model and those of RFM.
    kept : CustomersFile or None
        What is carried along, see `kept_values.kept_values`.
    by_segment : bool
        Whether the folder ``segments`` beside it has a list for each segment.
    """
    connection = connect()
    rows = (
        read_parquet(connection, [customers.path])
        if isinstance(customers, CustomersFile)
        else kept_table(connection, ibis.memtable(customers.reset_index()))
    )
    rows = beside(rows, None if kept is None else read_parquet(connection, [kept.path]))
    folder = path.with_name(SEGMENTS_FOLDER) if by_segment else None
    with output_file(path, overwrite=True) as append, segment_lists(folder, True) as also:
        for batch in batches(in_order_of_ids(rows)):
            scored = scorer.score(batch)
            append(scored)
            also(scored)


def log_list(store: Store, run: RecordedRun, version: ModelVersion, promotion_id: str) -> None:
    """Keep the customers of a run with a promotion, under the names of the version.

    Parameters
    ----------
    store : Store
    run : RecordedRun
        Nothing is kept where it kept no customers.
    version : ModelVersion
    promotion_id : str
    """
    customers = run.all_customers()
    if customers is None:
        return
    model = scoring_model_of(store, version)
    with TemporaryDirectory() as folder:
        target = Path(folder) / LIST_FILE
        write_list(target, scorer_of(model, run.tags["as_of"]), customers)
        store.client.log_artifact(promotion_id, str(target))


@contextmanager
def scored_lists(
    output: str, engine: Engine, overwrite: bool, by_segment: bool
) -> Iterator[Append]:
    """Open the list that score.py writes, and those of the segments in ``segments`` beside it.

    Parameters
    ----------
    output : str
        As of `scored_output.scored_output`.
    engine : Engine
        That measures the customers.
    overwrite : bool
        Whether lists that are there may be replaced.
    by_segment : bool
        Whether there are lists of segments.

    Yields
    ------
    callable
        Appends customers, scored.

    Raises
    ------
    UserError
        One of them is there, or cannot be written.
    """
    if by_segment and table_name(output, "output", engine) is not None:
        raise UserError(
            f"lists=by_segment writes files, and output={output} is a table; set output= to a "
            "file, or leave it out"
        )
    folder = Path(output).with_name(SEGMENTS_FOLDER) if by_segment else None
    with (
        scored_output(output, engine, overwrite) as append,
        segment_lists(folder, overwrite) as also,
    ):

        def append_to_all(scored: pa.Table) -> None:
            append(scored)
            also(scored)

        yield append_to_all
