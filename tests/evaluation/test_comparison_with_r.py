"""The figures of an evaluation against those of R's own packages, on the customers of groceries.

Needs Rscript with cluster, fpc and mclust (Debian: r-base-core, r-cran-cluster, r-cran-fpc and
r-cran-mclust).
"""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import segmentation as sg
from segmentation.evaluation.resampling import refit_like
from segmentation.evaluation.silhouette import customer_silhouettes
from segmentation.evaluation.stability import bootstrap_stability
from segmentation.evaluation.validity import model_criteria, validity
from segmentation.model.fitting import fit_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.recipe import recipe_of

SCRIPT = Path(__file__).with_name("comparison.R")
PACKAGES = ("cluster", "fpc", "mclust")
MIXTURES = {"VVV": "gmm", "EEE": "gmm_tied"}
DRAWS, SEED = 10, 42


@cache
def missing() -> str:
    """What of R is not here; empty where nothing is."""
    if shutil.which("Rscript") is None:
        return "Rscript"
    asked = f"cat(setdiff(c{PACKAGES!r}, rownames(installed.packages())))"
    return subprocess.run(
        ["Rscript", "-e", asked], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, float], pd.Series]:
    """Our figures, and R's under the same names."""
    if missing():
        pytest.skip(f"not installed: {missing()}")
    folder = tmp_path_factory.mktemp("r")
    table = sg.measure("complete_journey", horizon_share=None).table
    kmeans = fitted(table, "kmeans")
    mixtures = {model: fitted(table, algorithm) for model, algorithm in MIXTURES.items()}
    write(folder, "kmeans", kmeans.labels_)
    write(folder, "gmm", mixtures["VVV"].labels_)
    space = kmeans.transform(table[list(kmeans.feature_names_in_)])
    write(folder, "space", space)
    ours = segment_figures("kmeans", space, kmeans.labels_)
    noisy = with_noise(space, kmeans.labels_)
    write(folder, "noise", noisy)
    ours |= segment_figures("noise", space, noisy) | stability_figures(kmeans, table, folder)
    for model, segmenter in mixtures.items():
        write_mixture(folder, model, segmenter, space)
        ours[f"bic {model}"] = model_criteria(segmenter.clusterer_, space)["bic"]
    ours["adjusted_rand"] = adjusted_rand_score(kmeans.labels_, mixtures["VVV"].labels_)
    subprocess.run(["Rscript", str(SCRIPT), str(folder)], check=True)
    return ours, pd.read_csv(folder / "r.csv", index_col="figure")["value"]


def fitted(table: pd.DataFrame, algorithm: str) -> CustomerSegmenter:
    recipe = recipe_of("value", 4, algorithm)
    return fit_segmenter(table, recipe.features, recipe.scaler, recipe.algorithm)


def write(folder: Path, name: str, values: np.ndarray) -> None:
    rows = pd.DataFrame(values)
    rows.to_csv(folder / f"{name}.csv", header=False, index=False, na_rep="NA")


def write_mixture(
    folder: Path, model: str, segmenter: CustomerSegmenter, space: np.ndarray
) -> None:
    principal = segmenter.clusterer_
    mixture, groups = principal.mixture_, principal.n_components
    one_each = np.broadcast_to(mixture.covariances_, (groups, *mixture.covariances_.shape[-2:]))
    write(folder, f"{model}_space", (space - principal.mean_) @ principal.projection_)
    write(folder, f"{model}_weights", mixture.weights_)
    write(folder, f"{model}_means", mixture.means_)
    write(folder, f"{model}_covariances", one_each.ravel())


def with_noise(space: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The tenth of the customers farthest from all others called noise."""
    remote = np.linalg.norm(space - space.mean(axis=0), axis=1)
    return np.where(remote > np.quantile(remote, 0.9), -1, labels)


def segment_figures(name: str, space: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    measured = validity(space, labels)
    asked = ("silhouette", "silhouette_macro", "inertia", "calinski_harabasz")
    by_segment = pd.Series(customer_silhouettes(space, labels)).groupby(labels).mean()
    figures = {f"{name} {metric}": measured[metric] for metric in asked}
    return figures | {f"{name} silhouette of {each}": by_segment[each] for each in range(4)}


def stability_figures(
    segmenter: CustomerSegmenter, table: pd.DataFrame, folder: Path
) -> dict[str, float]:
    """Stability of the segments; the customers that were drawn and what they became are written."""
    labels, refit = segmenter.labels_, refit_like(segmenter)
    values = table[list(segmenter.feature_names_in_)].to_numpy()
    resamples = [labels.astype(float)]

    def refit_and_keep(numbered: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
        space, refitted = refit(numbered[:, 1:], seed)
        resamples.append(np.full(len(labels), np.nan))
        resamples[-1][numbered[:, 0].astype(int)] = refitted
        return space, refitted

    numbered = np.column_stack([np.arange(len(labels)), values])
    stability = bootstrap_stability(refit_and_keep, numbered, labels, draws=DRAWS, seed=SEED)
    write(folder, "resamples", np.array(resamples))
    figures = {
        f"{name} of {segment}": value
        for name, each in (("stability", stability.jaccard), ("dissolved", stability.dissolved))
        for segment, value in zip(stability.segments, each, strict=True)
    }
    measured = stability.metrics()
    return figures | {name: measured[name] for name in measured if name != "stability_draws"}


@pytest.mark.slow
def test_every_figure_is_that_of_r(compared):
    ours, by_r = compared
    assert set(by_r.index) == set(ours)
    assert ours == pytest.approx(by_r.to_dict(), rel=1e-9)
    assert ours["noise silhouette"] != pytest.approx(ours["kmeans silhouette"], rel=1e-3)
