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
from segmentation.plots.run_figures import run_figures, run_pictures
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
    dissolved: float | None = None,
    currency: str = "",
    narrow: bool = False,
) -> dict[str, Figure]:
    table = customers() if table is None else table
    clusterer = KMeans(n_segments, n_init=1, random_state=0)
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), clusterer)
    labels = segmenter.labels_.copy()
    labels[:noise] = -1
    names = name_segments(table, labels)
    segments = np.unique(labels[labels >= 0])
    measured = np.linspace(0.5, 1.0, len(segments))
    lost = np.where(measured < 0.75, 0.3, 0.0)
    if dissolved is not None:
        measured, lost = np.maximum(measured, 0.8), np.full(len(segments), dissolved)
    known = Stability(segments, measured, np.full(len(segments), 0.01), lost, 20)
    profile = segment_profile(table, labels, FEATURES, names, known if stability else None)
    drawn = run_figures(segmenter, table, profile, 0.75, labels, currency, narrow=narrow)
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


@pytest.mark.parametrize(
    ("n_segments", "noise", "narrow"),
    [(2, 0, False), (4, 30, True), (8, 0, True), (12, 60, False), (12, 60, True), (30, 0, False)],
)
@pytest.mark.slow
def test_no_text_covers_another_for_2_to_30_segments(
    n_segments: int, noise: int, narrow: bool
) -> None:
    drawn = figures(n_segments, noise=noise, currency="EUR", narrow=narrow)
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
    told = headline(drawn["customers"])
    assert re.fullmatch(
        r"The segments differ in \w.*: \d+%, \d+% and \d+% of the differences lie between them",
        told,
    )


@pytest.mark.parametrize("name", ["shares", "medians", "customers"])
@pytest.mark.slow
def test_the_currency_stands_where_money_does_and_nothing_where_it_is_not_known(name: str) -> None:
    known, unknown = (
        " ".join(text.get_text() for text in drawn_texts(figures(3, currency=currency)[name]))
        for currency in ("EUR", "")
    )
    assert "revenue (EUR)" in known.replace("\n", " ")
    assert not re.search(r"revenue\s\(", unknown)
    assert "money" not in unknown


@pytest.mark.slow
def test_a_segment_that_dissolves_now_and_then_is_not_said_to_come_back_always() -> None:
    told = headline(figures(3, dissolved=0.25)["stability"])
    assert told.startswith("On average every segment comes back in resampled customers, but ")
    drawn = figures(3, dissolved=0.25)["shares"].axes[0].get_yticklabels()
    names = [label.get_text().replace("\n", " ") for label in drawn]
    assert all(name in told for name in names), "all of them dissolve"
    assert "of the draws up to 25% dissolve " in told
    assert headline(figures(3, dissolved=0.0)["stability"]).startswith("Every segment comes back")


def test_above_twenty_segments_those_of_the_most_revenue_are_drawn_and_it_is_said() -> None:
    drawn = figures(30)
    for name in ("shares", "medians", "stability", "silhouettes"):
        assert len(drawn[name].axes[0].get_yticks()) == 20, name
        assert re.search(r"Shown are the 20 .*of 30 segments", drawn[name].get_supxlabel()), name
    (legend,) = drawn["customers"].legends
    assert len(legend.get_texts()) == 20
    assert legend.get_title().get_text().startswith("Shown are the 20 of 30 segments")
    assert not figures(20)["shares"].get_supxlabel().startswith("Shown")


def test_of_more_than_twelve_segments_only_the_medians_have_colours() -> None:
    few, many = (figures(n)["customers"].axes[0].get_lines() for n in (12, 13))
    assert len(few) == 12
    grey, *medians = many
    assert len(grey.get_xdata()) == len(customers())
    assert [len(line.get_xdata()) for line in medians] == [1] * 13


def test_names_with_commas_are_parted_by_semicolons() -> None:
    told = headline(figures(12)["shares"])
    assert re.search(r", [^;]*;", told), told


def test_means_are_drawn_for_who_asks_and_are_no_picture_of_a_run() -> None:
    table = customers()
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), KMeans(2, n_init=1, random_state=0))
    profile = segment_profile(
        table, segmenter.labels_, FEATURES, name_segments(table, segmenter.labels_)
    )
    assert "means" in run_figures(segmenter, table, profile, 0.75)
    drawn = run_pictures(segmenter, table, profile, 0.75)
    assert set(drawn) == PICTURES - {"means", "stability"}


def test_values_stand_in_their_own_units() -> None:
    texts = {text.get_text() for text in drawn_texts(figures(3)["medians"])}
    medians = customers().groupby(np.repeat([0, 1, 2], [100, 200, 300]))["revenue"].median()
    assert {f"{median:,.0f}" for median in medians} <= texts
    assert "revenue" in texts
    assert "(money)" not in "".join(texts)
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


def test_customers_whose_returns_outweigh_their_purchases_are_drawn_too() -> None:
    table = customers()
    table.iloc[-3:, table.columns.get_indexer(["revenue", "average_order_value"])] = -5.0
    panel = figures(3, table=table)["customers"].axes[0]
    assert panel.get_yscale() == "symlog"
    assert sum(len(line.get_xdata()) for line in panel.get_lines()) == len(table)
    assert panel.get_ylim()[0] < -5


def test_what_was_not_measured_is_not_drawn() -> None:
    assert set(figures(3, stability=False)) == PICTURES - {"stability"}


def test_a_picture_is_a_png_and_the_same_every_time() -> None:
    first, second = (png(figures(3)["shares"]) for _ in range(2))
    assert first.startswith(b"\x89PNG")
    assert first == second
