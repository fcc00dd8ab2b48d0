"""One run, alone or as a child of a sweep: measure, segment, record."""

from collections.abc import Sequence

from segmentation.console.progress import line
from segmentation.console.runs import run_in_words
from segmentation.console.segments import print_profile
from segmentation.console.terminal import point_to, say
from segmentation.customers.features import FEATURES, require_features
from segmentation.jobs.cluster import require_no_cluster
from segmentation.jobs.fingerprint import run_fingerprint, without_seed
from segmentation.jobs.killed import open_tidied
from segmentation.jobs.run_notes import WARNED
from segmentation.jobs.shared_customers import (
    Sweep,
    current_sweep,
    keep_customers,
    one_at_a_time,
    shared_customers,
)
from segmentation.jobs.tracked_job import told, tracked_job
from segmentation.jobs.typed_commands import script_command
from segmentation.model.fitting import require_customers
from segmentation.model.trial import require_usable
from segmentation.plots.run_figures import run_pictures
from segmentation.segmented import Segmentation, segment_customers
from segmentation.selection.guards import reasons_against
from segmentation.selection.objective import objective
from segmentation.settings.run_settings import RunSettings
from segmentation.settings.trusted import foreign_targets
from segmentation.tracking.datasets import dataset_of, log_dataset
from segmentation.tracking.mlflow_views import eligibility
from segmentation.tracking.recorded_run import MEASURED_IN, RecordedRun
from segmentation.tracking.recorded_runs import finished_twin, link_twin
from segmentation.tracking.recording import (
    system_metrics,
)
from segmentation.tracking.run_logging import log_run, run_tags
from segmentation.tracking.store import Store, open_store

ALL_UP_TO_RUNS = 20


def train(settings: RunSettings) -> float | None:
    """Measure the customers, segment them and record the run, unless it was computed before.

    Parameters
    ----------
    settings : RunSettings

    Returns
    -------
    float or None
        The objective of a sweeper that searches, see `selection.objective`; None of a run that
        failed, or did not measure it.

    Raises
    ------
    UserError
        For a run alone: if the data or the options cannot be used.
    """
    recipe, sweep = settings.recipe, current_sweep()
    # Without any for a run of a sweep that fails: its siblings go on.
    metrics: dict[str, float] = {}
    opened = open_tidied if sweep.parent_id is None else open_store
    store = opened(settings.tracking.uri, settings.tracking.experiment)
    with tracked_job(store, sweep, settings.name) as open_run:
        if sweep.parent_id is None:
            require_no_cluster(settings.cluster_address)
            require_features(recipe.features, FEATURES)
            require_usable(recipe.scaler, recipe.algorithm, recipe.features)
        customers = shared_customers(sweep, settings)
        if recipe.features_by_name:
            customers.require(recipe.features)
        require_customers(len(customers.table), recipe.k)
        fingerprint = run_fingerprint(settings.deciding, customers)
        with one_at_a_time(sweep, fingerprint):
            twin = reused(store, sweep, settings, fingerprint)
            if twin is not None:
                return objective(twin.metrics, settings.selection, settings.optimized_metric)
            unseeded = run_fingerprint(without_seed(settings.deciding), customers)
            ahead = recipe.evaluation.out_of_time
            horizon_share = None if ahead is None else ahead.horizon_share
            data = settings.choices["data"]
            run_id = open_run(run_tags(data, customers, fingerprint, unseeded, horizon_share))
            if sweep.parent_id is None:
                line.begin(f"segmenting {len(customers.table):,} customers")
            with system_metrics(store, run_id):
                found = segment_customers(customers, recipe)
            for reason in found.left_out:
                told(sweep, f"warning: {settings.name} goes without {reason}", WARNED)
            metrics, degenerate = found.metrics, found.assessment.degenerate
            reasons = reasons_against(metrics, degenerate, settings.selection)
            record_segmentation(store, sweep, settings, run_id, found, reasons)
        told(sweep, run_in_words(settings.name, metrics, reasons))
        if sweep.parent_id is None:
            _print_alone(settings, found, run_id, reasons)
    if not metrics:
        return None
    return objective(metrics, settings.selection, settings.optimized_metric)


def _print_alone(
    settings: RunSettings, found: Segmentation, run_id: str, reasons: Sequence[str]
) -> None:
    """Print the segments of a run that belongs to no sweep, and what comes next."""
    print_profile(found.profile)
    if settings.by_segment or found.customers.kept is not None:
        say("warning: keep= and lists= are for sweeps (-m): a run alone lists nobody")
    if not reasons:
        point_to("To use it", script_command("register", f"run_id={run_id}"))


def record_segmentation(
    store: Store,
    sweep: Sweep,
    settings: RunSettings,
    run_id: str,
    found: Segmentation,
    reasons: Sequence[str],
) -> None:
    """Record a segmentation; its customers once per sweep."""
    customers = found.customers
    place = keep_customers(store, sweep, settings, customers, run_id)
    log_dataset(store, run_id, dataset_of(settings.choices["data"], customers), "training")
    log_run(
        store,
        run_id,
        found,
        name=settings.name,
        parameters=parameters(settings, found),
        configuration=settings.configuration,
        tags=eligibility(reasons) | ({} if place is None else {MEASURED_IN: place}),
        log_customers=settings.tracking.log_customers,
        keep_model=keeps_model(settings, sweep, reasons),
        pictures=pictures(settings, sweep, found),
    )


def parameters(settings: RunSettings, found: Segmentation) -> dict[str, object]:
    """Name the options chosen, then the values set; ``k`` and ``as_of`` as they came out."""
    recipe, as_of = settings.recipe, found.customers.as_of.isoformat()
    first: dict[str, object] = {"k": recipe.k, "seed": recipe.seed, "as_of": as_of}
    values = {name: value for name, value in settings.parameters.items() if name not in first}
    if recipe.k is None:
        del first["k"]
    return settings.choices | first | values


def keeps_model(settings: RunSettings, sweep: Sweep, reasons: Sequence[str]) -> bool:
    """Whether a run keeps its model: models are most of what a sweep stores."""
    # What a record may not make again is kept.
    if sweep.parent_id is None or foreign_targets(settings.configuration):
        return True
    match settings.tracking.models.name:
        case "all":
            return True
        case "eligible":
            return not reasons
        case "chosen":
            return False
        case _:
            return sweep.n_runs <= ALL_UP_TO_RUNS or not reasons


def pictures(settings: RunSettings, sweep: Sweep, found: Segmentation) -> dict[str, bytes]:
    """Draw the pictures of a run, where those of every run are wanted."""
    wanted = settings.plots == "all"
    if settings.plots == "auto":
        # Customers that are not kept cannot be drawn later.
        wanted = sweep.n_runs <= ALL_UP_TO_RUNS or not settings.tracking.log_customers
    if not wanted:
        return {}
    bound = settings.selection.min_stability
    customers = found.customers
    currency = customers.report.currency
    return run_pictures(found.segmenter, customers.table, found.profile, bound, currency=currency)


def reused(
    store: Store, sweep: Sweep, settings: RunSettings, fingerprint: str
) -> RecordedRun | None:
    """Return the finished run that stands in for this one, if there is one; it is linked."""
    twin = finished_twin(store, fingerprint) if settings.reuse or sweep.parent_id else None
    if twin is None or not (settings.reuse or twin.parent_id == sweep.parent_id):
        return None
    if sweep.parent_id is not None:
        link_twin(store, sweep.parent_id, twin.run_id)
    told(
        sweep,
        f"{settings.name}: already run as {twin.run_id}, reused (reuse=false computes it again)",
    )
    return twin
