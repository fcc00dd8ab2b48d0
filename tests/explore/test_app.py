"""What a wheel gives to Streamlit draws the page of a checkout."""

from segmentation.explore.served import PAGE


def test_it_draws_the_page(page):
    opened = page(app=PAGE)
    assert not opened.exception
    assert not opened.error
    assert opened.header[0].value.startswith("Segments of kmeans k=")
    assert opened.header[0].value == page().header[0].value


def test_what_is_typed_reaches_it(page):
    (error,) = page("history=other.parquet", app=PAGE).error
    assert "history=other.parquet" in error.value.replace("\\", "")
