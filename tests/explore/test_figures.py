"""Pictures of segments and flows: colours by id, sums as counted, names as they are written."""

import pandas as pd
import pytest

pytest.importorskip("plotly", reason="the extra explore is not installed")

from segmentation.explore.figures import flows_figure, sizes_figure
from segmentation.plots.segment_style import NOISE_COLOUR, segment_colour

FLOWS = pd.DataFrame(
    {
        "from": ["low", "low", "<b>high</b>", "(new)"],
        "to": ["low", "high", "high", "low"],
        "customers": [5, 2, 7, 1],
    }
)


def test_bands_lead_from_segment_to_segment_in_their_order():
    drawn = flows_figure(FLOWS, {"<b>high</b>": 0, "low": 1}, {"high": 0, "low": 1}).data[0]
    labels = list(drawn.node.label)
    assert labels == ["&lt;b&gt;high&lt;/b&gt; 7", "low 7", "(new) 1", "high 9", "low 6"]
    links = zip(drawn.link.source, drawn.link.target, drawn.link.value, strict=True)
    assert [(labels[a], labels[b], n) for a, b, n in links] == [
        ("low 7", "low 6", 5),
        ("low 7", "high 9", 2),
        ("&lt;b&gt;high&lt;/b&gt; 7", "high 9", 7),
        ("(new) 1", "low 6", 1),
    ]


def test_colours_are_those_of_every_other_picture():
    ids = {"<b>high</b>": 0, "low": 1}, {"high": 0, "low": -1}
    drawn = flows_figure(FLOWS, *ids, faint_stays=True).data[0]
    first, second = segment_colour(0), segment_colour(1)
    assert list(drawn.node.color) == [first, second, NOISE_COLOUR, first, NOISE_COLOUR]
    opacities = [colour.rpartition(", ")[2] for colour in drawn.link.color]
    assert opacities[0] != opacities[1] == opacities[2]
    of_runs = flows_figure(FLOWS, *ids).data[0]
    assert len({colour.rpartition(", ")[2] for colour in of_runs.link.color}) == 1


def test_bars_are_the_counts_under_names_that_plotly_does_not_read():
    counts = pd.DataFrame(
        {"segment": [0, -1], "segment_name": ["a <i>", "unassigned"], "customers": [1200, 3]}
    )
    drawn = sizes_figure(counts).data[0]
    assert list(drawn.x) == [1200, 3]
    assert list(drawn.text) == ["1,200", "3"]
    assert drawn.y[0] == "a &lt;i&gt;"
    assert list(drawn.marker.color) == [segment_colour(0), NOISE_COLOUR]
