"""The picture of who went where."""

from itertools import combinations, pairwise

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from segmentation.plots.flows import flows_figure
from segmentation.plots.segment_style import NOISE_COLOUR

FLOWS = pd.DataFrame(
    [("loyal", "loyal", 60), ("loyal", "casual", 20), ("old", "casual", 15), ("(new)", "loyal", 5)],
    columns=["from", "to", "customers"],
)
COLOURS = {"casual": "#ff0000", "loyal": "#00ff00"}


@pytest.fixture(scope="module")
def panel():
    return flows_figure(FLOWS, COLOURS, "20% moved").axes[0]


def test_every_segment_has_a_bar_as_high_as_its_customers_in_the_order_of_the_segments(panel):
    bars = [(bar.get_x() < 0.5, bar.get_y(), bar.get_height()) for bar in panel.patches]
    left = [height for is_left, _, height in sorted(bars, key=lambda b: b[1]) if is_left]
    right = [height for is_left, _, height in sorted(bars, key=lambda b: b[1]) if not is_left]
    assert left == pytest.approx([0.80, 0.15, 0.05]), "loyal, then what is no segment of today"
    assert right == pytest.approx([0.35, 0.65])
    faces = {to_hex(bar.get_facecolor()) for bar in panel.patches}
    assert faces == {*COLOURS.values(), NOISE_COLOUR.lower()}


def test_names_stand_with_their_customers(panel):
    assert sorted(text.get_text() for text in panel.texts) == sorted(
        ["loyal  80", "old  15", "(new)  5", "casual  35", "loyal  65"]
    )


def test_bands_leave_from_one_bar_and_arrive_in_another_without_overlapping(panel):
    bands = [band.get_paths()[0].vertices for band in panel.collections]
    for edge in (0.0, 1.0):
        ends = sorted(
            (points[points[:, 0] == edge][:, 1].min(), points[points[:, 0] == edge][:, 1].max())
            for points in bands
        )
        assert sum(high - low for low, high in ends) == pytest.approx(1.0)
        for (_, high), (low, _) in pairwise(ends):
            assert low >= high - 1e-9


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("n_segments", [2, 12, 20])
def test_no_name_covers_another(n_segments, narrow):
    names = [f"segment of a long name {number}" for number in range(n_segments)]
    flows = pd.DataFrame(
        [(a, b, 1 + 999 * (a == b == names[0])) for a in names for b in names],
        columns=["from", "to", "customers"],
    )
    figure = flows_figure(flows, dict.fromkeys(names, "#ff0000"), "20% moved", narrow=narrow)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in figure.axes[0].texts]
    assert len(boxes) == 2 * n_segments
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)


def test_beyond_twenty_segments_the_smallest_are_one_and_nobody_is_lost():
    names = [f"s{number}" for number in range(50)]
    flows = pd.DataFrame(
        [(name, name, 1000 - number) for number, name in enumerate(names)],
        columns=["from", "to", "customers"],
    )
    texts = [text.get_text() for text in flows_figure(flows, {}, "nobody moved").axes[0].texts]
    assert len(texts) == 2 * 21
    rest = sum(1000 - number for number in range(20, 50))
    assert texts.count(f"(other segments)  {rest:,}") == 2
