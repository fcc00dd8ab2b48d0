"""Segmenting the customers of new transaction lines with a model, batch by batch."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from ibis.backends import BaseBackend

from segmentation.console import print_data_report, print_migration, print_scoring
from segmentation.customers.measuring import cleaned_lines, customer_batches
from segmentation.data.transactions import Transactions
from segmentation.errors import UserError, exit_quietly_on_signals
from segmentation.segments.migration import LOST, NEW, Migration
from segmentation.settings.command_line import run_script
from segmentation.settings.run_settings import read_score_settings
from segmentation.settings.schema import ScoreSettings
from segmentation.tracking.model_loading import load_scoring_model
from segmentation.tracking.store import open_store

COMPARED = ("customer_id", "name", "revenue")
VERSION = "model_version"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NEUTRALISED = r"^'([=+\-@\t\r\n])"
WRITERS = {".csv": pyarrow.csv.CSVWriter, ".parquet": pyarrow.parquet.ParquetWriter}


def main() -> None:
    """Score as the command line says."""
    run_script("score", read_score_settings, score)


def score(settings: ScoreSettings, read_transactions: Callable[[], Transactions]) -> None:
    """Measure the customers as in training, segment them batch by batch, say what changed."""
    exit_quietly_on_signals()
    output, previous = Path(settings.output), earlier_file(settings.previous, settings.output)
    store = open_store(settings.tracking.uri, settings.tracking.experiment)
    with scored_file(output, settings.overwrite) as append:
        model = load_scoring_model(store, settings.model)
        lines, report = cleaned_lines(read_transactions(), model.cleaning, settings.as_of)
        print_data_report(report)
        as_of, counts = report.as_of.isoformat(), model.reference.no_customers()
        for customers in customer_batches(lines, model.features, report.as_of):
            scored = score_batch(customers, model.predict, model.features, as_of, model.version)
            append(scored)
            counts += model.reference.count(scored, scored["name"])
    print_scoring(counts, model.reference, as_of, model.metadata["as_of"])
    if previous is not None:
        print_migration(moves_between(previous, output))


def score_batch(
    customers: pd.DataFrame,
    predict: Callable[[pd.DataFrame], pd.DataFrame],
    metrics: list[str],
    as_of: str,
    model_version: str,
) -> pd.DataFrame:
    """Put the segment of every customer beside its metrics.

    Parameters
    ----------
    customers : DataFrame of shape (n_customers, …)
        ``customer_id``, ``revenue`` and the metrics of the model, in their own units.
    predict : callable
        Metrics in, ``segment``, ``name``, ``confidence``, ``borderline`` and ``outlier`` out.
    metrics : list of str
        Columns the model was trained on.
    as_of : str
        When the customers were measured, ISO 8601.
    model_version : str

    Returns
    -------
    DataFrame
        ``customer_id``, revenue and the metrics, what the model says, ``as_of`` and
        ``model_version``.
    """
    columns = list(dict.fromkeys(["customer_id", *metrics, "revenue"]))
    segments = predict(customers[metrics]).set_axis(customers.index)
    return pd.concat([customers[columns], segments], axis=1).assign(
        as_of=as_of, model_version=model_version
    )


@contextmanager
def scored_file(path: Path, overwrite: bool) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Write batches to a CSV or parquet file that appears only when it is complete.

    In CSV, text that a spreadsheet would execute gets a leading apostrophe.

    Parameters
    ----------
    path : Path
        Ends in ``.csv`` or ``.parquet``.
    overwrite : bool
        Whether a file that is already there may be replaced.

    Yields
    ------
    callable
        Appends a batch.

    Raises
    ------
    UserError
        If the ending is another, the file exists, or cannot be written.
    """
    _check(path, overwrite)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    writer: Any = None

    def append(batch: pd.DataFrame) -> None:
        nonlocal writer
        if path.suffix == ".csv":
            batch = _neutralised(batch)
        table = pa.Table.from_pandas(batch, preserve_index=False)
        with _writing(path):
            writer = writer or WRITERS[path.suffix](str(unfinished), table.schema)
            writer.write_table(table)

    try:
        yield append
        if writer is not None:
            with _writing(path):
                writer.close()
                unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"output='{path}' cannot be written ({error.strerror or error}); "
            "free some space, or set output to another folder"
        ) from error


def _check(path: Path, overwrite: bool) -> None:
    if path.suffix not in WRITERS:
        raise UserError(f"output='{path}' must end in .csv or .parquet")
    if path.exists() and not overwrite:
        raise UserError(f"output='{path}' exists; set overwrite=true or another name")
    if not path.parent.is_dir():
        raise UserError(f"folder '{path.parent}' does not exist; create it, or set another output")


def _neutralised(batch: pd.DataFrame) -> pd.DataFrame:
    """Text cells that cannot become formulas (OWASP, CSV injection)."""
    text = batch.select_dtypes(include=["object", "string"])
    dangerous = {
        name: values.where(~values.str.startswith(FORMULA_STARTS), "'" + values)
        for name, values in text.items()
    }
    return batch.assign(**dangerous)


def earlier_file(previous: str | None, output: str) -> Path | None:
    """Path of an earlier output, refused before any work where there is no comparing with it.

    Raises
    ------
    UserError
        If it cannot be read, was not written by :func:`scored_file`, or is ``output`` itself.
    """
    if previous is None:
        return None
    path = Path(previous)
    if path.absolute() == Path(output).absolute():
        raise UserError(
            f"previous='{previous}' is the output itself; set output to another name to keep both"
        )
    _scored(ibis.duckdb.connect(), path)
    return path


def moves_between(previous: Path, current: Path) -> Migration:
    """Movements of customers between two scored files, counted by the engine.

    Parameters
    ----------
    previous, current : Path
        CSV or parquet files that :func:`scored_file` wrote.

    Returns
    -------
    Migration

    Raises
    ------
    UserError
        If ``previous`` cannot be read or is not such a file.
    """
    connection = ibis.duckdb.connect()
    before, after = _scored(connection, previous), _scored(connection, current)
    joined = before.join(
        after, "customer_id", how="outer", lname="{name}_before", rname="{name}_after"
    )
    flows = joined.group_by(
        **{"from": joined.name_before.fill_null(NEW), "to": joined.name_after.fill_null(LOST)}
    ).agg(
        customers=joined.count(),
        revenue_before=joined.revenue_before.sum().fill_null(0.0),
        revenue_after=joined.revenue_after.sum().fill_null(0.0),
    )
    models = _model_version(before), _model_version(after)
    return Migration(flows.order_by(["from", "to"]).to_pandas(), models)


def _model_version(scored: ir.Table) -> str | None:
    if VERSION not in scored.columns:
        return None
    version = scored[VERSION].cast("string").max().execute()
    return None if pd.isna(version) else str(version)


def _scored(connection: BaseBackend, path: Path) -> ir.Table:
    if not path.is_file():
        raise UserError(f"previous='{path}' is no file; give one that score.py wrote")
    try:
        if path.suffix == ".parquet":
            table = connection.read_parquet(path)
        else:
            table = connection.read_csv(path, types={"customer_id": "VARCHAR"})
        missing = [column for column in COMPARED if column not in table.columns]
    except duckdb.Error as error:
        raise UserError(
            f"'{path}' cannot be read ({str(error).splitlines()[0]}); "
            "give a file that score.py wrote"
        ) from error
    if missing:
        raise UserError(f"'{path}' has no column '{missing[0]}'; give a file that score.py wrote")
    table = table.select(*COMPARED, *({VERSION} & set(table.columns)))
    if path.suffix == ".parquet":
        return table
    return table.mutate(customer_id=table.customer_id.re_replace(NEUTRALISED, r"\1"))
