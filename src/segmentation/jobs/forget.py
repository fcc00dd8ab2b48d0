"""Forget: remove a customer from the history and from a list."""

from pathlib import Path

import pyarrow as pa

from segmentation.console.terminal import say
from segmentation.data.harmless_text import restored
from segmentation.data.list_file import read_list_file
from segmentation.data.output_file import output_file
from segmentation.engine.connection import connect
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import batches
from segmentation.errors import UserError
from segmentation.jobs.changes import MOVES_FILE
from segmentation.jobs.segment_lists import SEGMENTS_FOLDER, lists_in
from segmentation.segments.history import forget, require_history
from segmentation.settings.schema import ScoreSettings


def forget_customer(settings: ScoreSettings) -> None:
    """Remove a customer from ``history`` and from the list ``output``, and say from how much.

    With a list those of its segments and the moves go along, which lie beside it.

    Parameters
    ----------
    settings : ScoreSettings

    Raises
    ------
    UserError
        Neither is given, one cannot be read or written, or the customer is in none of them.
    """
    customer, history, output = str(settings.forget), settings.history, settings.output
    if history is None and not output:
        raise UserError(
            f"forget={customer} needs to know from where; set history=, or output= to a list"
        )
    _require_there(history, output)
    found = 0
    if history is not None:
        found += (n := forget(history, customer))
        say(f"Customer {customer} was in {n} scoring{'s' * (n != 1)} of {history}.")
    if output:
        for path in _lists_of(Path(output)):
            found += (n := _forget_in_list(path, customer))
            say(f"Customer {customer} was in {n} line{'s' * (n != 1)} of {path}.")
    if not found:
        raise UserError(
            f"forget={customer} is the id of nobody there; give it as customer_id has it, capital "
            "letters and blanks included"
        )
    say(
        "MLflow keeps tables of customers with runs, unless tracking.log_customers=false: "
        "delete those runs, and then mlflow gc."
    )


def _require_there(history: str | None, output: str) -> None:
    """Refuse, before anything is changed, what is not there."""
    if history is not None:
        require_history(history)
        if not Path(history).exists():
            raise UserError(f"history={history} does not exist; set it to one that score.py keeps")
    if output and not Path(output).is_file():
        raise UserError(f"output='{output}' is no file; set it to a list that score.py wrote")


def _lists_of(output: Path) -> list[Path]:
    """A list, those of its segments, and that of the moves beside it."""
    moves = [path for path in lists_in(output.parent) if path.name == MOVES_FILE]
    beside = [*moves, *sorted(lists_in(output.with_name(SEGMENTS_FOLDER)))]
    return [output, *(path for path in beside if path != output)]


def _forget_in_list(path: Path, customer: str) -> int:
    """Write a list again without a customer; return how often it was there."""
    is_csv = path.suffix == ".csv"
    try:
        table = read_list_file(connect(), path)
        if "customer_id" not in table.columns:
            raise UserError(f"'{path}' has no column 'customer_id'; set output= to a list")
        ids = restored(table.customer_id) if is_csv else table.customer_id
        found = int(table.filter(ids == customer).count().execute())
        if found:
            with output_file(path, overwrite=True, neutralise=False) as append:
                for batch in batches(table.filter(ids != customer)):
                    append(pa.Table.from_batches([batch]))
    except engine_errors() as error:
        raise UserError(
            f"output='{path}' cannot be read ({reason(error)}); set it to a list"
        ) from error
    return found
