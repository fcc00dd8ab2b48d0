"""The report on a registered version: with its promotion, on the version, and as a file."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from segmentation.console.terminal import say
from segmentation.jobs.version_content import Version, read_version, report_content
from segmentation.plots.run_figures import run_pictures
from segmentation.report.page import render_description, render_report
from segmentation.report.segment_summary import segment_summaries
from segmentation.tracking.aliases import DRY, Registration
from segmentation.tracking.model_loading import load_version
from segmentation.tracking.promotions import registration_of
from segmentation.tracking.recorded_run import (
    PICTURES_FOLDER,
    REPORT_FILE,
)
from segmentation.tracking.recording import artifact_folder, write_pictures
from segmentation.tracking.refusals import attempted
from segmentation.tracking.store import Store


def write_version_report(
    store: Store,
    registration: Registration,
    *,
    folder: Path | None = None,
    pictures: bool = True,
    list_file: Callable[[str], str] | None = None,
) -> pd.DataFrame | None:
    """Write the report on a registered version.

    It becomes the artifact ``report.html`` of the promotion's run and, short, the description of
    the version; the pictures are drawn under the names of the version. The version is registered
    already: where there can be no report, as when its run is gone, one line says so.

    Parameters
    ----------
    store : Store
    registration : Registration
        Nothing is written for one that is only said. Where it is no new one, the report goes to
        ``folder`` only.
    folder : Path, optional
        Where ``report.html`` is written besides.
    pictures : bool
        Whether to draw pictures.
    list_file : callable, optional
        From the name of a segment to the file, beside the report, that lists its customers.

    Returns
    -------
    DataFrame or None
        Profile of the segments under the names of the version; ``None`` for one only said, or
        without a report.
    """
    if registration.version == DRY:
        return None
    profiles: list[pd.DataFrame] = []
    attempted(
        f"there is no new report on version {registration.version}",
        lambda: profiles.append(_write(store, registration, folder, pictures, list_file)),
        say,
    )
    return profiles[0] if profiles else None


def _write(
    store: Store,
    registration: Registration,
    folder: Path | None,
    pictures: bool,
    list_file: Callable[[str], str] | None,
) -> pd.DataFrame:
    version = read_version(store, registration)
    registered = registration_of(store, version.model)
    content = report_content(store, registration, version, registered)
    if list_file is not None:
        files = {name.segment: list_file(name.name) for name in version.names}
        listed = segment_summaries(version.profile, version.names, files)
        content = replace(content, segments=listed)
    drawn: dict[str, bytes] = {}
    if pictures:
        bound = registered.judgement.rules.min_stability
        drawn, narrow = _pictures(store, version, bound, content.currency)
        content = replace(content, pictures=drawn, narrow_pictures=narrow)
    html = render_report(content)
    if registration.promotion_id:
        with artifact_folder(store, registration.promotion_id) as artifacts:
            (artifacts / REPORT_FILE).write_text(html, encoding="utf-8")
            if drawn:
                write_pictures(drawn, artifacts / PICTURES_FOLDER)
        store.client.update_model_version(
            registration.model_name,
            registration.version,
            description=render_description(content),
        )
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / REPORT_FILE).write_text(html, encoding="utf-8")
    return version.profile


def _pictures(
    store: Store, version: Version, min_stability: float, currency: str
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Pictures under the names of the version, wide and narrow.

    Where customers are not kept, they are those of the run, which are wide.
    """
    table = version.run.customers()
    if table is None:
        return version.run.pictures(), {}
    segmenter = load_version(store, version.model)
    draw = partial(
        run_pictures, segmenter, table, version.profile, min_stability, table["segment"], currency
    )
    return draw(), draw(narrow=True)
