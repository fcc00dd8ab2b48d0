"""The elbow: how fast inertia falls with the number of segments."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from segmentation.evaluation.elbow import inertia_curves
from segmentation.plots.style import count_segments, headline, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def elbow_figure(runs: pd.DataFrame, knees: Mapping[str, int | None]) -> "Figure | None":
    """Draw inertia over k, a panel for each algorithm, a curve with its knee for each scaler.

    Every curve is drawn as a share of its own first value: the spaces of scalers have no common
    unit.

    Parameters
    ----------
    runs : DataFrame
        Runs on the same features, as `segmentation.evaluation.elbow.inertia_curves` takes them, and
        ``colour``.
    knees : mapping of curve name to int or None
        The k at the knee; ``None`` where there is none.

    Returns
    -------
    matplotlib Figure or None
        ``None`` where no combination was run with two values of k.
    """
    algorithms = [name for name, group in runs.groupby("algorithm") if inertia_curves(group)]
    if not algorithms:
        return None
    figure, axes = new_figure(1, len(algorithms), width=4.6, height=3.2)
    for panel, algorithm in zip(axes[0], algorithms, strict=True):
        for scaler, group in runs[runs["algorithm"] == algorithm].groupby("scaler"):
            for name, curve in inertia_curves(group).items():
                _draw_curve(panel, str(scaler), curve, knees[name], group["colour"].iloc[0])
        panel.set_title(algorithm, loc="left", fontsize=10)
        panel.legend(frameon=False, fontsize=8)
    count_segments(axes, "number of segments k")
    axes[0, 0].set_ylabel("inertia, share of that at the smallest k", fontsize=9)
    headline(figure, _where_the_knees_are([knees[name] for name in inertia_curves(runs)]))
    return figure


def _draw_curve(axes: "Axes", scaler: str, curve: pd.Series, knee: int | None, colour: str) -> None:
    share = curve / curve.iloc[0]
    label = f"{scaler}, no knee" if knee is None else f"{scaler}, knee at {knee}"
    axes.plot(
        share.index, share, color=colour, marker="o", markersize=4, linewidth=1.2, label=label
    )
    axes.yaxis.set_major_formatter("{x:.0%}")
    if knee is not None:
        axes.scatter([knee], [share[knee]], s=110, color="none", edgecolors=colour, linewidths=1.5)


def _where_the_knees_are(knees: list[int | None]) -> str:
    found = sorted({knee for knee in knees if knee is not None})
    if not found:
        return "No curve has a knee: inertia does not say how many segments to make"
    if len(knees) == 1:
        return f"The knee is at k = {found[0]}: beyond it, one more segment pays less"
    if len(found) == 1:
        return f"Every knee is at k = {found[0]}"
    return f"The knee moves from k = {found[0]} to {found[-1]} with scaler and algorithm"
