"""The report on a registered version: with its promotion, on the version, and as a file."""

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from mlflow.entities.model_registry import ModelVersion

from segmentation.console.terminal import say
from segmentation.customers.readiness import Readiness
from segmentation.customers.rhythm import Rhythm
from segmentation.errors import UserError
from segmentation.jobs.typed_commands import mlflow_command, score_command
from segmentation.plots.run_figures import run_pictures
from segmentation.report.page import (
    ReportContent,
    render_description,
    render_report,
    segment_summaries,
)
from segmentation.segments.segment_name import SegmentName
from segmentation.settings.parameters import without_secrets
from segmentation.tracking.aliases import DRY, Registration
from segmentation.tracking.model_loading import load_version, logged_uri, model_metadata
from segmentation.tracking.promotions import Registered, registration_of
from segmentation.tracking.recorded_run import (
    DATA_REPORT_FILE,
    FITTED_CUSTOMERS,
    PICTURES_FOLDER,
    READINESS_FILE,
    REPORT_FILE,
    RULES_SQL_FILE,
    RULES_TEXT_FILE,
    RecordedRun,
    read_run,
)
from segmentation.tracking.recording import artifact_folder, write_pictures
from segmentation.tracking.refusals import attempted
from segmentation.tracking.store import Store

SETTINGS = (
    "data",
    "features",
    "scaler",
    "algorithm",
    "k",
    "key_accounts",
    "newcomers",
    "cleaning",
    "seed",
)


@dataclass(frozen=True)
class Version:
    """A registered version, its training run, and its segments under the version's names.

    Attributes
    ----------
    model : ModelVersion
    run : RecordedRun
    profile : DataFrame
        See `segments.profiles.segment_profile`, and ``logged_name``, the name in the run.
    names : tuple of SegmentName
    features : list of str
        That were clustered on.
    rhythm : Rhythm
        Of the shop, as it was trained.
    """

    model: ModelVersion
    run: RecordedRun
    profile: pd.DataFrame
    names: tuple[SegmentName, ...]
    features: list[str]
    rhythm: Rhythm

    @property
    def new_names(self) -> dict[str, str]:
        """Name in the run to name of the version."""
        return dict(zip(self.profile["logged_name"], self.profile["name"], strict=True))


def write_version_report(
    store: Store,
    registration: Registration,
    *,
    folder: Path | None = None,
    pictures: bool = True,
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
        lambda: profiles.append(_write(store, registration, folder, pictures)),
        say,
    )
    return profiles[0] if profiles else None


def _write(
    store: Store, registration: Registration, folder: Path | None, pictures: bool
) -> pd.DataFrame:
    version = _version(store, registration)
    registered = registration_of(store, version.model)
    bound = registered.judgement.rules.min_stability
    drawn = _pictures(store, version, bound) if pictures else {}
    content = replace(_content(store, registration, version, registered), pictures=drawn)
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


def _version(store: Store, registration: Registration) -> Version:
    model = store.client.get_model_version(registration.model_name, registration.version)
    run = read_run(store, model.run_id)
    metadata = model_metadata(store, logged_uri(model))
    names = tuple(SegmentName(**segment) for segment in metadata["segments"])
    profile = run.profile()
    called = profile["segment"].map({name.segment: name.name for name in names})
    profile = profile.assign(logged_name=profile["name"], name=called)
    # An earlier edition wrote neither.
    features = metadata.get("clustered_on", metadata["features"])
    rhythm = Rhythm.from_dict(metadata.get("rhythm", {}))
    return Version(model, run, profile, names, features, rhythm)


def _pictures(store: Store, version: Version, min_stability: float) -> dict[str, bytes]:
    """Pictures under the names of the version; where customers are not kept, those of the run."""
    table = version.run.customers()
    if table is None:
        return version.run.pictures()
    segmenter = load_version(store, version.model)
    return run_pictures(segmenter, table, version.profile, min_stability, table["segment"])


def _content(
    store: Store,
    registration: Registration,
    version: Version,
    registered: Registered,
) -> ReportContent:
    run, judgement = version.run, registered.judgement
    shown = without_secrets({"command": registered.command, "uri": store.uri})
    return ReportContent(
        model_name=registration.model_name,
        version=registration.version,
        alias=registration.alias,
        # As it was registered, and what has become of it since.
        decision="; ".join(dict.fromkeys([registered.decision, registration.sentence])),
        run_name=run.name,
        run_id=run.run_id,
        command=shown["command"],
        settings=_settings(run.params, version.features),
        data=without_secrets(run.values(DATA_REPORT_FILE)),
        segments=segment_summaries(version.profile, version.names),
        metrics=run.metrics,
        structure=run.tags.get("structure", ""),
        separated_by=run.tags.get("separated_by", ""),
        rhythm=version.rhythm,
        readiness=_readiness(run),
        drawn=run.tags.get(FITTED_CUSTOMERS, ""),
        descriptions=run.descriptions(),
        ceiling=_ceiling(store, run),
        reasons="; ".join(judgement.reasons),
        verdict=judgement.verdict,
        warning=judgement.warning,
        tried=judgement.tried,
        rules_text=renamed_rules(run.text(RULES_TEXT_FILE), version.new_names),
        rules_sql=run.text(RULES_SQL_FILE),
        rules_accuracy=f"{float(run.tags['rules_accuracy']):.1%}",
        tracking_uri=shown["uri"],
        score_command=score_command(run.params, registration.uri),
        compare_command=mlflow_command("ui", "--backend-store-uri", shown["uri"]),
    )


def _readiness(run: RecordedRun) -> Readiness | None:
    """What there was to learn from; None where an earlier edition did not record it."""
    return Readiness(**run.values(READINESS_FILE)) if READINESS_FILE in run.files else None


def _ceiling(store: Store, run: RecordedRun) -> float | None:
    """What the sweep of a run measured once for all; None without a sweep, or where it is gone."""
    with contextlib.suppress(UserError):
        if run.parent_id is not None:
            return read_run(store, run.parent_id).metrics.get("oot_ceiling")
    return None


def _settings(parameters: dict[str, str], features: list[str]) -> dict[str, str]:
    """Options that a reader of the report asks for, by what they are called."""
    shown = {name.replace("_", " "): parameters[name] for name in SETTINGS if name in parameters}
    return shown | {"clustered on": ", ".join(features)}


def renamed_rules(rules: str, names: dict[str, str]) -> str:
    """Rules, one a line, under the names of the version."""
    parts = [line.partition(": ") for line in rules.splitlines()]
    return "\n".join(f"{names.get(name, name)}{colon}{rule}" for name, colon, rule in parts)
