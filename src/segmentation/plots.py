"""Pictures. Matplotlib is imported where a picture is made, so that everything else starts fast."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def elbow_figure(inertia: pd.Series, knee: int | None, title: str) -> "Figure":
    """Inertia over the number of segments, with the knee marked.

    Parameters
    ----------
    inertia : Series indexed by k
        Σ squared distance to the own segment's mean, in model space.
    knee : int or None
        The k at the knee, where there is one.
    title : str
        What was clustered.

    Returns
    -------
    matplotlib Figure
        Not attached to any window or global state.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(inertia.index, inertia.to_numpy(), marker="o", color="#0072B2")
    finding = "no knee" if knee is None else f"knee at k = {knee}"
    if knee is not None:
        axes.axvline(knee, linestyle="--", color="#555555", linewidth=1)
    axes.set_title(f"{title}: {finding}", loc="left")
    axes.set_xlabel("number of segments k")
    axes.set_ylabel("inertia in model space")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    return figure
