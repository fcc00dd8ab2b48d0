"""The selection metric over scaler and number of segments, ineligible runs hatched."""

from typing import TYPE_CHECKING

import pandas as pd

from segmentation.plots.style import QUIET, headline, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure

CELL_INCHES = 0.62
DARK = 0.5
THREE_DECIMALS_BELOW = 10


def heat_map_figure(runs: pd.DataFrame) -> "Figure | None":
    """Draw what the runs were ranked by, a panel for each algorithm.

    Parameters
    ----------
    runs : DataFrame
        Runs on the same features, best first: ``algorithm``, ``scaler``, ``n_segments``,
        ``ranked_by``, ``score``, ``eligible``, ``chosen``, ``name``,
        ``run_id``. Where two share a cell, the
        first is drawn.

    Returns
    -------
    matplotlib Figure or None
        ``None`` where no run has the metric.
    """
    runs = runs.dropna(subset=["score", "n_segments"])
    cells = runs.drop_duplicates(["algorithm", "scaler", "n_segments"])
    if cells.empty:
        return None
    algorithms, scalers = sorted(set(cells["algorithm"])), sorted(set(cells["scaler"]))
    segments = sorted(set(cells["n_segments"].astype(int)))
    width, height = CELL_INCHES * len(segments) + 1.5, 0.34 * len(scalers) + 0.55
    figure, axes = new_figure(len(algorithms), 1, width=width, height=height)
    scale = _colour_scale(cells["score"])
    for panel, algorithm in zip(axes[:, 0], algorithms, strict=True):
        for _, cell in cells[cells["algorithm"] == algorithm].iterrows():
            place = segments.index(int(cell["n_segments"])), scalers.index(cell["scaler"])
            _draw_cell(panel, place, cell, scale)
        _label(panel, algorithm, scalers, segments)
    axes[-1, 0].set_xlabel("number of segments", fontsize=9)
    headline(figure, _highest_and_chosen(runs))
    return figure


def _colour_scale(scores: pd.Series) -> "ScalarMappable":
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    return ScalarMappable(Normalize(scores.min(), scores.max()), "cividis")


def _draw_cell(
    axes: "Axes", place: tuple[int, int], cell: pd.Series, scale: "ScalarMappable"
) -> None:
    from matplotlib.colors import rgb_to_hsv
    from matplotlib.patches import Rectangle

    corner, eligible = (place[0] - 0.5, place[1] - 0.5), cell["eligible"]
    colour = scale.to_rgba(cell["score"], alpha=1.0 if eligible else 0.3)
    hatch = None if eligible else "////"
    axes.add_patch(Rectangle(corner, 1, 1, fc=colour, ec="#A0A0A0", linewidth=0, hatch=hatch))
    if cell["chosen"]:
        axes.add_patch(Rectangle(corner, 1, 1, fill=False, linewidth=2.5, zorder=3, clip_on=False))
    dark = eligible and rgb_to_hsv(colour[:3])[2] < DARK
    axes.annotate(
        _number(cell["score"]),
        place,
        ha="center",
        va="center",
        fontsize=8,
        color="white" if dark else "black",
        bbox=None if eligible else {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"},
    )


def _label(axes: "Axes", algorithm: str, scalers: list[str], segments: list[int]) -> None:
    axes.set_title(algorithm, loc="left", fontsize=10)
    axes.set_xticks(range(len(segments)), [str(number) for number in segments])
    axes.set_yticks(range(len(scalers)), scalers)
    axes.set_xlim(-0.5, len(segments) - 0.5)
    axes.set_ylim(len(scalers) - 0.5, -0.5)
    axes.tick_params(length=0, colors=QUIET)
    axes.spines[:].set_visible(False)


def _number(score: float) -> str:
    return f"{score:.3f}" if abs(score) < THREE_DECIMALS_BELOW else f"{score:.3g}"


def _highest_and_chosen(runs: pd.DataFrame) -> str:
    top, excluded = runs.loc[runs["score"].idxmax()], (~runs["eligible"]).sum()
    finding = f"Highest {top['ranked_by']}: {top['name']}, {_number(top['score'])}"
    for _, run in runs[runs["chosen"] & (runs["run_id"] != top["run_id"])].iterrows():
        finding += f"; chosen: {run['name']}, {_number(run['score'])} (framed)"
    if excluded:
        finding += f"; {excluded} of {len(runs)} runs are not eligible (hatched)"
    return finding
