import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text
from sklearn.cluster import KMeans

from segmentation.evaluation.stability import Stability
from segmentation.model.fitting import fit_segmenter
from segmentation.plots.run_figures import run_figures
from segmentation.plots.segment_style import (
    NOISE_COLOUR,
    segment_colour,
    segment_mark,
    value_text,
)
from segmentation.plots.style import png
from segmentation.segments.naming import name_segments
from segmentation.segments.profiles import segment_profile
from tests.helpers.figures import headline, texts_overlap
from tests.helpers.models import log_scaler
from tests.helpers.shop import FEATURES, clear_customers

PICTURES = {"shares", "medians", "means", "customers", "silhouettes", "stability"}


def customers(seed: int = 0, n: int = 600) -> pd.DataFrame:
    table = clear_customers(seed, (n // 6, n // 3, n // 2))
    days = np.random.default_rng(seed).integers(0, 365, len(table))
    return table.assign(recency_days=days.astype(float))


def figures(
    n_segments: int,
    *,
    table: pd.DataFrame | None = None,
    noise: int = 0,
    stability: bool = True,
) -> dict[str, Figure]:
    table = customers() if table is None else table
    clusterer = KMeans(n_segments, n_init=1, random_state=0)
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), clusterer)
    labels = segmenter.labels_.copy()
    labels[:noise] = -1
    names = name_segments(table, labels)
    segments = np.unique(labels[labels >= 0])
    measured = np.linspace(0.5, 1.0, len(segments))
    dissolved = np.where(measured < 0.75, 0.3, 0.0)
    known = Stability(segments, measured, np.full(len(segments), 0.01), dissolved, 20)
    profile = segment_profile(table, labels, FEATURES, names, known if stability else None)
    drawn = run_figures(segmenter, table, profile, 0.75, labels)
    return {name: figure for name, draw in drawn.items() if (figure := draw()) is not None}


def drawn_texts(figure: Figure) -> list[Text]:
    FigureCanvasAgg(figure).draw()
    # Matplotlib keeps labels of ticks beyond the limits, and does not draw them.
    beyond = {
        tick.label1
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    return [text for text in texts if text not in beyond]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts on the figure that cover each other."""
    texts = drawn_texts(figure)
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [text.get_window_extent(renderer).padded(-1) for text in texts]
    return [
        (texts[i].get_text(), texts[j].get_text())
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if boxes[i].overlaps(boxes[j])
    ]


@pytest.mark.parametrize(("n_segments", "noise"), [(2, 0), (4, 30), (8, 0), (12, 60)])
def test_no_text_covers_another_for_2_to_12_segments(n_segments: int, noise: int) -> None:
    drawn = figures(n_segments, noise=noise)
    assert set(drawn) == PICTURES
    for name, figure in drawn.items():
        assert overlapping(figure) == [], name
        assert not texts_overlap(figure), name


def test_where_colours_begin_again_they_come_with_other_marks() -> None:
    looks = {(segment_colour(segment), segment_mark(segment)) for segment in range(50)}
    assert len(looks) == 50


def test_a_segment_keeps_its_colour_whatever_else_there_is() -> None:
    colours = [segment_colour(segment) for segment in range(12)]
    assert len({*colours, NOISE_COLOUR}) == 13
    assert segment_colour(-1) == NOISE_COLOUR
    for n_segments in (2, 5):
        patches = figures(n_segments)["shares"].axes[0].patches
        faces = {tuple(np.round(patch.get_facecolor(), 3)) for patch in patches}
        assert len(faces) == n_segments
        assert tuple(np.round(_rgba(colours[0]), 3)) in faces


def _rgba(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgba

    return to_rgba(colour)


def test_headlines_state_what_the_numbers_say() -> None:
    drawn = figures(3)
    table = customers()
    top = table[table["revenue"] > 100_000]
    customer_share, revenue_share = len(top) / len(table), top["revenue"].sum()
    revenue_share /= table["revenue"].sum()
    assert headline(drawn["shares"]).startswith(
        f"{customer_share:.0%} of the customers bring {revenue_share:.0%} of the revenue: "
    )
    assert headline(drawn["stability"]).startswith(
        "1 of 3 segments does not come back reliably in resampled customers; the weakest is "
    )
    assert "No customer is nearer to another segment" in headline(drawn["silhouettes"])
    times = re.search(r"([\d.]+) times the orders, ([\d.]+) times", headline(drawn["customers"]))
    assert times is not None
    assert [float(ratio) for ratio in times.groups()] == pytest.approx([9, 16], rel=0.1)


def test_values_stand_in_their_own_units() -> None:
    texts = {text.get_text() for text in drawn_texts(figures(3)["medians"])}
    medians = customers().groupby(np.repeat([0, 1, 2], [100, 200, 300]))["revenue"].median()
    assert {f"{median:,.0f}" for median in medians} <= texts
    assert "revenue\n(money)" in texts
    assert value_text("return_share", 0.0316) == "3.2%"
    assert value_text("revenue", 8087.96) == "8,088"
    assert value_text("orders", 13.84) == "13.8"


def test_many_customers_become_a_density_and_all_stay_in_it() -> None:
    table = customers(n=12_000)
    panel = figures(3, table=table)["customers"].axes[0]
    (mesh,) = [artist for artist in panel.collections if isinstance(artist, QuadMesh)]
    filled = np.asarray(mesh.get_facecolor())[:, 3] > 0
    assert filled.any()
    assert not panel.lines
    low, high = panel.get_xlim()
    assert low <= table["orders"].min() <= table["orders"].max() <= high


def test_who_cannot_be_drawn_on_log_axes_is_counted() -> None:
    table = customers()
    table.iloc[-3:, table.columns.get_indexer(["revenue", "average_order_value"])] = -5.0
    (legend,) = figures(3, table=table)["customers"].legends
    assert legend.get_title().get_text().startswith("3 customers")


def test_what_was_not_measured_is_not_drawn() -> None:
    assert set(figures(3, stability=False)) == PICTURES - {"stability"}


def test_a_picture_is_a_png_and_the_same_every_time() -> None:
    first, second = (png(figures(3)["shares"]) for _ in range(2))
    assert first.startswith(b"\x89PNG")
    assert first == second
