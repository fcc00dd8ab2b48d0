"""At which separation HDBSCAN starts to find groups, and what it finds in real customers.

uv run -m experiments.hdbscan_separation
uv run -m experiments.hdbscan_separation --transactions online_retail.parquet

The first table plants three groups of normal customers in three features (half, three tenths and a
fifth of them; centres equally far apart) and moves them away from one another. The second fits the
data that comes with the project, or the lines of a file, with the settings that left least noise
among those tried. An eligible run keeps the guards of docs/evaluation.md; for planted customers,
who have no revenue, all but the one on revenue.
"""

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import FunctionTransformer

import segmentation as sg
from segmentation.evaluation.options import EvaluationOptions, OutOfTimeOptions, StabilityOptions
from segmentation.evaluation.resampling import refit_like
from segmentation.evaluation.sizes import segment_sizes
from segmentation.evaluation.stability import bootstrap_stability
from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.recipe import recipe_of
from segmentation.segmented import segment_customers
from segmentation.selection.guards import SelectionRules, reasons_against

CUSTOMERS, SHARES, SEEDS = 2_000, (0.5, 0.3, 0.2), 5
SEPARATIONS = (2.0, 3.0, 3.5, 4.0, 5.0, 6.0)
SETTINGS: dict[str, dict[str, Any]] = {
    "eom": {},
    "leaf": {"cluster_selection_method": "leaf"},
    "eom, min_samples=10": {"min_samples": 10},
    "eom, noise=nearest": {"noise": "nearest"},
}
REAL = [
    (features, scaler, setting)
    for features in ("rfm", "behaviour")
    for scaler in ("log", "quantile")
    for setting in SETTINGS
    if features == "rfm" or setting in ("eom", "eom, noise=nearest")
]
MEASURED = EvaluationOptions(
    stability=StabilityOptions(), null_test=None, out_of_time=OutOfTimeOptions()
)


def main() -> None:
    """Print both tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--transactions", default="complete_journey", help="file of lines")
    source = parser.parse_args().transactions
    print("| separation | setting | segments | noise | agreement | stable | eligible |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for separation in SEPARATIONS:
        for setting in SETTINGS:
            print(planted_row(separation, setting), flush=True)
    print("\n| features | scaler | setting | segments | noise | of revenue | one value | score | |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for row in real_rows(source):
        print(row, flush=True)


def planted_row(separation: float, setting: str) -> str:
    """Means over the seeds: groups so many standard deviations apart, and what is found."""
    found = np.array([_planted(separation, setting, seed) for seed in range(SEEDS)])
    segments, noise, agreement, stable, eligible = found.mean(axis=0)
    return (
        f"| {separation:g} | {setting} | {segments:.1f} | {noise:.1%} | {agreement:.2f} | "
        f"{stable:.2f} | {eligible * SEEDS:.0f} of {SEEDS} |"
    )


def planted_customers(separation: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Customers in groups of standard deviation 1, and the group of each."""
    rng = np.random.default_rng(seed)
    corners = separation / np.sqrt(2) * np.eye(3)
    groups = rng.choice(3, CUSTOMERS, p=SHARES)
    return corners[groups] + rng.normal(size=(CUSTOMERS, 3)), groups


def _planted(separation: float, setting: str, seed: int) -> tuple[float, ...]:
    space, groups = planted_customers(separation, seed)
    segmenter = CustomerSegmenter(FunctionTransformer(), HDBSCANClusterer(**SETTINGS[setting])).fit(
        space
    )
    labels = segmenter.labels_
    metrics = segment_sizes(labels, np.ones(len(labels)))
    if metrics["n_segments"] >= 2:
        stability = bootstrap_stability(refit_like(segmenter), space, labels, seed=seed)
        metrics |= stability.metrics()
    return (
        metrics["n_segments"],
        metrics["noise_share"],
        adjusted_rand_score(groups, labels),
        metrics.get("stability_min", 0.0),
        not reasons_against(metrics, None, SelectionRules()),
    )


def real_rows(source: str) -> Iterator[str]:
    """Every setting on measured customers, with the guards that it breaks."""
    customers = sg.measure(source)
    for features, scaler, setting in REAL:
        clusterer = HDBSCANClusterer(**SETTINGS[setting])
        names = recipe_of(features).features
        # Without returns, a feature has one value and tells nobody apart.
        varying = [name for name in names if customers.table[name].nunique() > 1]
        recipe = recipe_of(varying, algorithm=clusterer, scaler=scaler, evaluation=MEASURED)
        found = segment_customers(customers, recipe)
        metrics, values = found.metrics, customers.table[varying]
        distinct = values.groupby(found.labels).nunique().loc[lambda each: each.index >= 0]
        reasons = reasons_against(metrics, found.assessment.degenerate, SelectionRules())
        yield (
            f"| {features} | {scaler} | {setting} | {metrics['n_segments']:.0f} | "
            f"{metrics['noise_share']:.1%} | {metrics['noise_revenue_share']:.1%} | "
            f"{(distinct == 1).any(axis=1).sum()} | {metrics.get('oot_score', np.nan):.3f} | "
            f"{'; '.join(reasons) or 'eligible'} |"
        )


if __name__ == "__main__":
    main()
