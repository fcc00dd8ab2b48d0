"""The report on a registered version: on its run, on the version, and as a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.entities import Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from segmentation.plots.run_figures import png, run_figures
from segmentation.tracking.aliases import DRY, Registration
from segmentation.report.page import (
    ReportContent,
    SegmentSummary,
    render_description,
    render_report,
)
from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose
from segmentation.settings.parameters import without_secrets
from segmentation.tracking.model_loading import load_logged_segmenter
from segmentation.tracking.recorded_runs import TWIN_TAG, read_runs
from segmentation.tracking.run_logging import (
    CUSTOMERS_FILE,
    PICTURES_FOLDER,
    REPORT_FILE,
    STUDY_FILE,
)
from segmentation.tracking.store import Store, artifact_folder

SETTINGS = ("data", "features", "scaler", "algorithm", "k", "key_accounts", "cleaning", "seed")


@dataclass(frozen=True)
class Version:
    """A registered version, its run, and its segments under the names of the version.

    The profile has besides the ``logged_name`` that each segment had in the run.
    """

    model: ModelVersion
    run: Run
    profile: pd.DataFrame
    segments: list[dict[str, Any]]


def write_version_report(
    store: Store,
    registration: Registration,
    rules: SelectionRules,
    *,
    folder: Path | None = None,
    pictures: bool = True,
) -> pd.DataFrame | None:
    """Write the report on a registered version.

    It becomes the artifact ``report.html`` of the run and, short, the description of the version;
    the pictures are drawn anew under the names of the version.

    Parameters
    ----------
    store : Store
    registration : Registration
        Nothing is written for one that is only said.
    rules : SelectionRules
        By which the runs of the sweep are ranked.
    folder : Path, optional
        Where ``report.html`` is written besides.
    pictures : bool
        Whether to draw pictures.

    Returns
    -------
    DataFrame or None
        Profile of the segments under the names of the version; ``None`` for one only said.
    """
    if registration.version == DRY:
        return None
    version = _version(store, registration)
    run_id = version.run.info.run_id
    drawn = _pictures(store, version, rules.min_stability) if pictures else {}
    content = _content(store, registration, version, rules, drawn)
    html = render_report(content)
    with artifact_folder(store, run_id) as artifacts:
        (artifacts / "report.html").write_text(html, encoding="utf-8")
        for name, picture in drawn.items():
            path = artifacts / PICTURES_FOLDER / f"{name}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(picture)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.html").write_text(html, encoding="utf-8")
    description = render_description(content)
    store.client.update_model_version(
        registration.model_name, registration.version, description=description
    )
    return version.profile


def _version(store: Store, registration: Registration) -> Version:
    mlflow.set_tracking_uri(store.uri)
    model = store.client.get_model_version(registration.model_name, registration.version)
    profile = pd.read_csv(store.client.download_artifacts(model.run_id, "profile.csv"))
    info = mlflow.models.get_model_info(f"models:/{model.name}/{model.version}")
    segments = info.metadata["segments"]
    names = {segment["segment"]: segment["name"] for segment in segments}
    profile = profile.assign(logged_name=profile["name"], name=profile["segment"].map(names))
    return Version(model, store.client.get_run(model.run_id), profile, segments)


def _pictures(store: Store, version: Version, min_stability: float) -> dict[str, bytes]:
    """Pictures under the names of the version; where customers are not kept, those of the run."""
    run_id = version.run.info.run_id
    if CUSTOMERS_FILE not in {file.path for file in store.client.list_artifacts(run_id)}:
        logged = store.client.list_artifacts(run_id, PICTURES_FOLDER)
        return {
            Path(file.path).stem: Path(
                store.client.download_artifacts(run_id, file.path)
            ).read_bytes()
            for file in logged
        }
    table = pd.read_parquet(store.client.download_artifacts(run_id, CUSTOMERS_FILE))
    segmenter = load_logged_segmenter(f"models:/{version.model.name}/{version.model.version}")
    labels = table["segment"].to_numpy()
    figures = run_figures(segmenter, table, labels, version.profile, min_stability)
    return {name: png(figure) for name, figure in figures}


def _content(
    store: Store,
    registration: Registration,
    version: Version,
    rules: SelectionRules,
    pictures: dict[str, bytes],
) -> ReportContent:
    run, tags = version.run, version.run.data.tags
    run_id, parameters = run.info.run_id, run.data.params
    text = without_secrets(version.model.tags)
    metrics = mlflow.artifacts.load_dict(f"runs:/{run_id}/{STUDY_FILE}")["metrics"]
    names = dict(zip(version.profile["logged_name"], version.profile["name"], strict=True))
    verdict = _verdict(store, run, rules)
    return ReportContent(
        model_name=registration.model_name,
        version=registration.version,
        alias=registration.alias,
        decision=text["decision"],
        run_name=run.info.run_name,
        run_id=run_id,
        command=_as_typed(text["command"]),
        settings={
            name.replace("_", " "): parameters[name] for name in SETTINGS if name in parameters
        }
        | {"metrics": ", ".join(metrics)},
        data=without_secrets(mlflow.artifacts.load_dict(f"runs:/{run_id}/{REPORT_FILE}")),
        segments=_segments(version),
        metrics=run.data.metrics,
        structure=tags.get("structure", ""),
        reasons=tags.get("ineligible_reason", ""),
        rules_text=renamed_rules(_text(run_id, "rules.txt"), names),
        rules_sql=_text(run_id, "rules.sql"),
        rules_accuracy=f"{float(tags['rules_accuracy']):.1%}",
        tracking_uri=without_secrets({"uri": store.uri})["uri"],
        pictures=pictures,
        **verdict,
    )


def _as_typed(command: str) -> str:
    """The command that the README teaches, without the folder of the script."""
    script, space, arguments = command.partition(" ")
    return f"uv run {Path(script).name}{space}{arguments}"


def _segments(version: Version) -> tuple[SegmentSummary, ...]:
    figures = version.profile.set_index("segment").astype({"customers": int})
    columns = ["customers", "customer_share", "revenue", "revenue_share", "stability",
               "dissolved_share"]  # fmt: skip
    summaries = [
        SegmentSummary(**segment, **figures.loc[segment["segment"], columns].to_dict())
        for segment in version.segments
    ]
    return tuple(sorted(summaries, key=lambda summary: (summary.segment < 0, summary.segment)))


def _verdict(store: Store, run: Run, rules: SelectionRules) -> dict[str, Any]:
    """How the run was chosen in the newest sweep that holds it."""
    run_id, sweep = run.info.run_id, _newest_sweep_of(store, run)
    if sweep is None:
        return {"verdict": "", "warning": "", "tried": ()}
    ranked = rank_runs(read_runs(store, sweep), rules)
    verdict = choose(ranked, rules)
    tried = tuple(
        {
            "name": row["name"],
            "chosen": row["run_id"] == run_id,
            "eligible": row["eligible"],
            "reason": row["ineligible_reason"],
            "score": "" if pd.isna(row["score"]) else f"{row['score']:.3f}",
            "ranked_by": row["ranked_by"],
        }
        for _, row in ranked.iterrows()
    )
    sentence = verdict.sentence if verdict.run_id == run_id else ""
    return {"verdict": sentence, "warning": verdict.warning or "", "tried": tried}


def _newest_sweep_of(store: Store, run: Run) -> str | None:
    reusing = store.client.search_runs(
        [store.experiment_id], f"tags.`{TWIN_TAG}{run.info.run_id}` = 'reused'"
    )
    parent = run.data.tags.get(MLFLOW_PARENT_RUN_ID)
    sweeps = [*reusing, *([] if parent is None else [store.client.get_run(parent)])]
    newest = max(sweeps, key=lambda sweep: sweep.info.start_time, default=None)
    return None if newest is None else str(newest.info.run_id)


def renamed_rules(rules: str, names: dict[str, str]) -> str:
    """Rules, one a line, under the names of the version."""
    parts = [line.partition(": ") for line in rules.splitlines()]
    return "\n".join(f"{names.get(name, name)}{colon}{rule}" for name, colon, rule in parts)


def _text(run_id: str, file: str) -> str:
    return str(mlflow.artifacts.load_text(f"runs:/{run_id}/{file}"))
