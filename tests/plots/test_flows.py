"""The picture of who went where."""

from itertools import pairwise

import pandas as pd
import pytest
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
