"""How often shops without groups are called natural, and how often three planted groups are.

uv run -m experiments.null_size

Every shop is made up (experiments/made_up_shops.py), clustered by K-means into three segments on
logarithms and compared with customers without groups, as every run is. Natural needs all three
conditions of docs/evaluation.md; stability is measured where the other two hold, because only
there it decides. The intervals are exact binomial ones of 95 %.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from experiments.made_up_shops import (
    copula_shop,
    gradual_shop,
    lognormal_shop,
    planted_shop,
    planted_shop_of_any_recency,
    subscription_shop,
)
from segmentation.evaluation.null import null_test, structure
from segmentation.evaluation.resampling import refit_like
from segmentation.evaluation.silhouette import mean_silhouette
from segmentation.evaluation.stability import bootstrap_stability
from segmentation.evaluation.validity import separating_feature
from segmentation.model.fitting import fit_segmenter
from segmentation.model.scaling import common_space
from segmentation.recipe import recipe_of

SEGMENTS = 3
SHOPS = {300: 20, 1_000: 20, 5_000: 8}
"""Customers of a shop to the number of shops."""
KINDS: dict[str, Callable[[int, np.random.Generator], pd.DataFrame]] = {
    "gradual": gradual_shop,
    "lognormal": lognormal_shop,
    "copula": copula_shop,
    "subscription": subscription_shop,
    "three groups": planted_shop,
    "three groups, any recency": planted_shop_of_any_recency,
}
FREE = ("gradual", "lognormal", "copula")
CASES = [
    *((kind, features) for features in ("value", "rfm") for kind in FREE),
    ("subscription", "rfm"),
    ("three groups", "value"),
    ("three groups", "rfm"),
    ("three groups, any recency", "rfm"),
]


@dataclass(frozen=True)
class JudgedShop:
    """What is said of one shop.

    Attributes
    ----------
    natural : bool
    small_p : bool
        Whether ``null_p`` is at most 0.05.
    separated_by : str
        Feature in which the segments differ most.
    """

    natural: bool
    small_p: bool
    separated_by: str


def main() -> None:
    """Print the table as Markdown."""
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    print("| shop | features | customers | natural | | by recency | p ≤ 0.05 | |")
    print("| --- | --- | ---: | ---: | --- | ---: | ---: | --- |")
    free: dict[tuple[str, int], list[JudgedShop]] = {}
    for kind, features in CASES:
        for customers, shops in SHOPS.items():
            judged = [judged_shop(kind, features, customers, number) for number in range(shops)]
            print(row(kind, features, customers, judged), flush=True)
            if kind in FREE:
                free.setdefault((features, customers), []).extend(judged)
    for (features, customers), judged in free.items():
        print(row(", ".join(FREE), features, customers, judged))


def judged_shop(kind: str, features: str, customers: int, number: int) -> JudgedShop:
    """Make up a shop, segment its customers and ask whether the segments are natural."""
    shop = KINDS[kind](customers, np.random.default_rng([number, customers]))
    recipe = recipe_of(features, SEGMENTS)
    names, values = list(recipe.features), shop[list(recipe.features)]
    segmenter = fit_segmenter(shop, names, recipe.scaler, recipe.algorithm)
    labels, refit = segmenter.labels_, refit_like(segmenter)
    silhouette = mean_silhouette(segmenter.transform(values), labels)
    observed = None if silhouette is None else silhouette.mean
    null = null_test(refit, shop, names, observed, seed=number)
    conditions = null.get("null_z"), null.get("null_gain")
    natural = structure(*conditions, stability_min=1.0) == "natural"
    if natural:
        stability = bootstrap_stability(refit, values.to_numpy(), labels, seed=number).metrics()
        natural = structure(*conditions, stability.get("stability_min")) == "natural"
    separated_by = separating_feature(common_space(values), labels, names)
    return JudgedShop(natural, null["null_p"] <= 0.05, separated_by)


def row(kind: str, features: str, customers: int, judged: Sequence[JudgedShop]) -> str:
    """How many of some shops are called natural, and of how many null_p alone would say so."""
    natural = [shop for shop in judged if shop.natural]
    by_recency = sum(shop.separated_by == "recency_days" for shop in natural)
    return (
        f"| {kind} | {features} | {customers:,} | {counted(len(natural), len(judged))} | "
        f"{by_recency if natural else ''} | "
        f"{counted(sum(shop.small_p for shop in judged), len(judged))} |"
    )


def counted(hits: int, shops: int) -> str:
    """Number of shops, and the interval of their share: two cells."""
    low, high = binomtest(hits, shops).proportion_ci()
    return f"{hits} of {shops} | {low:.0%} to {high:.0%}"


if __name__ == "__main__":
    main()
