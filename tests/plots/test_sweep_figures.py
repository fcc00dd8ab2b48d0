import pandas as pd
import pytest
from matplotlib.figure import Figure

from segmentation.plots.sweep_figures import sweep_figures
from tests.helpers.figures import headline, texts_overlap

SMALL = "smallest segment 0.30%, at least 2% needed"
MEASURED = {
    "silhouettes": "silhouette",
    "out_of_time": "oot_score",
    "elbow": "inertia",
    "selection": "score",
}


def run(algorithm: str, scaler: str, segments: int, **values: object) -> dict[str, object]:
    name = f"{algorithm} k={segments} {scaler} value"
    row = {
        "run_id": name,
        "name": name,
        "status": "FINISHED",
        "algorithm": algorithm,
        "scaler": scaler,
        "features": "value",
        "k": float("nan") if algorithm == "hdbscan" else float(segments),
        "n_segments": float(segments),
        "noise_share": 0.1 if algorithm == "hdbscan" else 0.0,
        "inertia": 5000.0 / segments**2,
        "silhouette": 0.4,
        "silhouette_common": 0.4,
        "smallest_segment_share": 0.2,
        "oot_score": 0.2,
        "oot_score_se": 0.01,
        "oot_lead": 0.05,
        "oot_lead_se": 0.01,
        "oot_score_revenue_quantiles": 0.15,
        "oot_score_recency_quantiles": 0.1,
        "oot_score_rfm_grid": 0.12,
        "eligible": True,
        "ineligible_reason": "",
        "ranked_by": "oot_net",
    }
    row |= values
    return row | {"score": row["oot_score"]}


TRAP = run(
    "kmeans",
    "standard",
    2,
    silhouette=0.966,
    smallest_segment_share=0.003,
    oot_score=0.017,
    eligible=False,
    ineligible_reason=f"{SMALL}; stability_min 0.56, at least 0.75 needed",
)


def figures(runs: list[dict[str, object]], chosen: str | None = None) -> dict[str, Figure]:
    ranked = pd.DataFrame(runs)
    curves = ranked.groupby(["algorithm", "scaler", "features"]).groups
    knees = {" ".join(names): 3 for names in curves}
    return dict(sweep_figures(ranked, chosen, knees, 0.02))


def sweep(n_scalers: int, algorithms: list[str], last_k: int) -> list[dict[str, object]]:
    return [
        run(
            algorithm, scaler, k, eligible=k % 2 == 0, ineligible_reason="" if k % 2 == 0 else SMALL
        )
        for scaler in ["log", "minmax", "none", "power", "quantile", "robust"][:n_scalers]
        for algorithm in algorithms
        for k in ([3] if algorithm == "hdbscan" else range(2, last_k + 1))
    ]


@pytest.mark.parametrize(
    ("n_scalers", "algorithms", "last_k"),
    [(1, ["kmeans"], 4), (4, ["kmeans"], 8), (6, ["gmm", "hdbscan", "kmeans"], 9)],
)
@pytest.mark.slow
def test_nothing_overlaps_for_3_to_100_runs(
    n_scalers: int, algorithms: list[str], last_k: int
) -> None:
    drawn = figures(sweep(n_scalers, algorithms, last_k), "kmeans k=2 log value")
    assert set(drawn) == {f"{name}_value" for name in MEASURED}
    for name, figure in drawn.items():
        assert not texts_overlap(figure), name


@pytest.mark.parametrize(("name", "metric"), MEASURED.items())
def test_a_picture_without_its_metric_is_absent(name: str, metric: str) -> None:
    runs = [
        {key: value for key, value in row.items() if key != metric}
        for row in sweep(2, ["kmeans"], 4)
    ]
    if metric == "score":
        runs = [row | {"score": float("nan")} for row in runs]
    assert set(figures(runs)) == {f"{other}_value" for other in MEASURED if other != name}


def test_the_headline_names_the_trap_and_the_chosen_run() -> None:
    good = run("kmeans", "log", 4, silhouette=0.363)
    told = headline(figures([good, TRAP], "kmeans k=4 log value")["silhouettes_value"])
    assert told == (
        "kmeans k=2 standard value has the highest silhouette, 0.966, and is not eligible "
        f"({SMALL}); the chosen kmeans k=4 log value has 0.363"
    )


@pytest.mark.parametrize(
    ("baseline", "verb"),
    [(0.17, "beats"), (0.185, "is level with"), (0.215, "is level with"), (0.25, "loses to")],
)
def test_a_sorting_that_does_as_well_is_said_to(baseline: float, verb: str) -> None:
    beside = {"oot_score_revenue_quantiles": baseline, "oot_lead": 0.2 - baseline}
    told = headline(figures([run("kmeans", "log", 4, **beside)])["out_of_time_value"])
    assert f"{verb} as many groups by revenue quantiles" in told
    assert f"0.200 against {baseline:.3f} (difference {0.2 - baseline:+.3f} ± 0.010)" in told


def test_ineligible_cells_are_hatched_and_counted() -> None:
    figure = figures([run("kmeans", "log", 4), TRAP])["selection_value"]
    hatched = {patch.get_hatch() is not None for patch in figure.axes[0].patches}
    assert hatched == {True, False}
    assert "1 of 2 runs are not eligible" in headline(figure)


def test_failed_runs_are_left_out() -> None:
    failed = {"status": "FAILED", "eligible": False, "ineligible_reason": "failed: no memory"}
    runs = [run("kmeans", "log", 3), run("kmeans", "log", 4), run("gmm", "log", 2) | failed]
    assert len(figures(runs)["silhouettes_value"].axes) == 2


def test_two_panels_that_would_be_equal_are_one() -> None:
    same, other = run("kmeans", "log", 3), run("kmeans", "log", 4)
    assert len(figures([same, other])["silhouettes_value"].axes) == 2
    apart = other | {"silhouette": 0.41}
    drawn = figures([same, apart])["silhouettes_value"]
    assert len(drawn.axes) == 3
    assert not texts_overlap(drawn)


def test_each_feature_set_has_its_own_pictures() -> None:
    runs = [run("kmeans", "log", k, features=name) for name in ("rfm", "value") for k in (2, 3)]
    drawn = figures(runs)
    assert {name.rsplit("_")[-1] for name in drawn} == {"rfm", "value"}
    assert len(drawn) == 8


def test_pictures_of_one_scaler_keep_its_colour() -> None:
    drawn = figures(sweep(3, ["kmeans"], 5))
    lines = {name: drawn[f"{name}_value"].axes[0].get_lines() for name in ("elbow", "silhouettes")}
    assert len({tuple(line.get_color() for line in group[:3]) for group in lines.values()}) == 1
