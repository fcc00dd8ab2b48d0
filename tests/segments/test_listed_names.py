"""Names of segments in a row."""

from segmentation.segments.listed_names import listed_names


def test_names_with_commas_are_parted_by_semicolons():
    assert listed_names(["champions", "loyal"]) == "champions, loyal"
    assert listed_names(["champions", "loyal, higher value"]) == "champions; loyal, higher value"
