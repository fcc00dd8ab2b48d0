"""Lists of customers for people and their tools: all together, and one for each segment."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from mlflow.entities.model_registry import ModelVersion

from segmentation.customers.customers_file import Customers, CustomersFile
from segmentation.customers.features import in_order_of_ids
from segmentation.customers.kept_values import beside
from segmentation.data.output_file import output_file
from segmentation.data.scored_output import TABLE, scored_output, table_name
from segmentation.engine.connection import connect
from segmentation.engine.engine import Engine
from segmentation.engine.tables import batches, read_parquet
from segmentation.engine.tables import kept as kept_table
from segmentation.errors import UserError
from segmentation.segments.scoring import Scorer
from segmentation.tracking.model_loading import ScoringModel, scoring_model_of
from segmentation.tracking.recorded_run import RecordedRun
from segmentation.tracking.store import Store

Append = Callable[[pa.Table], None]
LIST_FILE, SEGMENTS_FOLDER = "customers.csv", "segments"
HEADER = '"customer_id",'
"""How a list begins: what begins otherwise in a folder of lists is somebody else's."""


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
        segment_lists(folder, overwrite) as also,
        scored_output(output, engine, overwrite) as append,
    ):

        def append_to_all(scored: pa.Table) -> None:
            append(scored)
            also(scored)

        yield append_to_all


@contextmanager
def segment_lists(folder: Path | None, overwrite: bool) -> Iterator[Append]:
    """Open a folder with a list for each segment that has a customer, ``at-risk.csv`` and so on.

    Parameters
    ----------
    folder : Path or None
        ``None`` for no such lists.
    overwrite : bool
        Whether lists that are in it may be replaced; all of them are, also those of segments that
        are no more.

    Yields
    ------
    callable
        Appends customers, scored, to the lists of their segments; who is held out of a campaign
        is in none of them, since they are there to be written to.

    Raises
    ------
    UserError
        There are lists already, or they cannot be written.
    """
    if folder is None:
        yield lambda _: None
        return
    if not overwrite and any(_lists_in(folder)):
        raise UserError(f"folder '{folder}' has lists; set overwrite=true or another output")
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        with _writing(folder):
            unfinished.mkdir(parents=True)
        with ExitStack() as files:
            yield partial(_append_by_segment, unfinished, files, {})
        with _writing(folder):
            _put_lists_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def old_segment_lists(output: str) -> Path | None:
    """Folder beside a list with lists of segments; ``None`` where there are none."""
    if output.startswith(TABLE):
        return None
    folder = Path(output).with_name(SEGMENTS_FOLDER)
    return folder if any(_lists_in(folder)) else None


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"folder '{folder}' cannot be written ({error.strerror or error}); close its files, or "
            "set output= to another folder"
        ) from error


def _append_by_segment(
    folder: Path, files: ExitStack, opened: dict[str, Append], scored: pa.Table
) -> None:
    if "control" in scored.column_names:
        scored = scored.filter(pc.invert(scored["control"]))
    names = scored["segment_name"]
    for name in sorted(pc.unique(names).to_pylist()):
        if name not in opened:
            file = _free(folder / f"{file_name(name)}.csv", len(opened))
            opened[name] = files.enter_context(output_file(file, overwrite=True))
            file.touch()
        opened[name](scored.filter(pc.equal(names, name)))


def file_name(segment_name: str) -> str:
    """Name of a segment as that of a file: ``at-risk`` of ``at risk``."""
    return re.sub(r"[^\w]+", "-", segment_name.lower()).strip("-")


def _free(file: Path, number: int) -> Path:
    """The same file, under another name where a segment of a like name has it."""
    return file.with_stem(f"{file.stem}-{number}") if file.exists() else file


def _put_lists_in_place(new: Path, folder: Path) -> None:
    """Put new lists in the place of old ones, then remove those of segments that are no more."""
    folder.mkdir(exist_ok=True)
    names = [file.name for file in new.iterdir()]
    for name in names:
        (new / name).replace(folder / name)
    for old in [file for file in _lists_in(folder) if file.name not in names]:
        old.unlink()


def _lists_in(folder: Path) -> Iterator[Path]:
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8", errors="replace") as lines:
            if lines.readline().startswith(HEADER):
                yield file
