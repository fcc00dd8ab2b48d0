"""A run that keeps no model, fitted again from what it recorded."""

from segmentation.console.terminal import say
from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.evaluation.options import EvaluationOptions
from segmentation.segmented import Segmentation, segment_customers
from segmentation.settings.run_settings import recorded_recipe
from segmentation.settings.trusted import require_trusted
from segmentation.tracking.recorded_run import RecordedRun

SIZES_ONLY = EvaluationOptions(stability=None, null_test=None, out_of_time=None)


def refit(run: RecordedRun, customers: MeasuredCustomers) -> Segmentation:
    """Segment the customers of a run once more by its recipe, and say so.

    Parameters
    ----------
    run : RecordedRun
        A finished run of one configuration.
    customers : MeasuredCustomers
        Those that it was fitted to.

    Raises
    ------
    UserError
        If its record calls what conf/ does not have, or the segments are no more those of the run,
        as with other versions of libraries.
    """
    configuration = run.configuration()
    require_trusted(configuration, f"run '{run.name}' ({run.run_id})")
    say(f"{run.name} ({run.run_id}) keeps no model: it is fitted again by its recipe.")
    found = segment_customers(customers, recorded_recipe(configuration, SIZES_ONLY))
    columns = ["segment", "name", "customers"]
    if not found.profile[columns].equals(run.profile()[columns]):
        raise UserError(
            f"run '{run.name}' ({run.run_id}) keeps no model, and fitted again it has other "
            "segments than it recorded, because code or libraries have changed since; run "
            "train.py again, with tracking.models=all to keep every model"
        )
    return found
