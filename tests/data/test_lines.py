"""Lines that are in memory are understood as those of a file are."""

from segmentation.data.lines import transactions_of
from segmentation.data.sources import transactions
from segmentation.options import read_option
from tests.helpers.exports import ORDERS, rows
from tests.helpers.shop_exports import orders, shopify


def test_a_frame_is_the_lines_of_a_file(tmp_path):
    ORDERS.to_csv(tmp_path / "a.csv", index=False)
    options = {"cancellation_prefix": "C", "where": "Quantity > 1"}
    of_file = transactions(tmp_path / "a.csv", **options)
    of_memory = transactions_of(ORDERS, **options)
    assert rows(of_memory).equals(rows(of_file))
    assert (of_memory.columns, of_memory.notes) == (of_file.columns, of_file.notes)


def test_a_layout_is_recognised_or_chosen():
    export = shopify(orders())
    title = "read as a Shopify order export"
    assert transactions_of(export).notes[0] == title
    layout = read_option("data", "shopify")["layout"]
    renamed = export.rename(columns={"Lineitem sku": "sku", "Financial Status": "State"})
    assert transactions_of(renamed, layout=layout).notes[0] == title
