"""The elbow method: the number of segments from which one more stops paying."""

import pandas as pd


def elbow_k(inertia: pd.Series) -> int | None:
    """Number of segments at the knee of the inertia curve.

    Kneedle (Satopää et al., 2011): the point of greatest curvature of a convex, falling curve.

    Parameters
    ----------
    inertia : Series indexed by k, ascending
        Σ squared distance to the own segment's mean.

    Returns
    -------
    int or None
        ``None`` with fewer than three points, or where the curve has no knee.
    """
    if len(inertia) < 3:
        return None
    # Imported here because it brings all of matplotlib's pyplot with it.
    from kneed import KneeLocator

    knee = KneeLocator(
        inertia.index.to_numpy(), inertia.to_numpy(), curve="convex", direction="decreasing"
    ).knee
    return None if knee is None else int(knee)


def inertia_curves(runs: pd.DataFrame) -> dict[str, pd.Series]:
    """Inertia over k for every combination of algorithm, scaler and features in a sweep.

    Parameters
    ----------
    runs : DataFrame
        One row per run: ``algorithm``, ``scaler``, ``features``, ``k`` (NaN where the algorithm
        finds it), ``inertia`` (NaN where absent), ``status``.

    Returns
    -------
    dict of str to Series
        Keys such as ``kmeans log value``; curves of at least two points, indexed by k ascending.
        Where a combination was run more than once with one k, the lowest inertia counts.
    """
    if "inertia" not in runs:
        return {}
    usable = runs[(runs["status"] == "FINISHED") & runs["k"].notna() & runs["inertia"].notna()]
    curves = {}
    for names, group in usable.groupby(["algorithm", "scaler", "features"]):
        curve = group.groupby(group["k"].astype(int))["inertia"].min().sort_index()
        if len(curve) > 1:
            curves[" ".join(str(name) for name in names)] = curve
    return curves
