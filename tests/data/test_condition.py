"""Which lines a condition leaves, against what a person means by it."""

import ibis
import pandas as pd
import pytest

from segmentation.data.condition import columns_named, meeting
from segmentation.data.sources import transactions
from segmentation.engine.connection import connect
from segmentation.engine.tables import kept
from segmentation.errors import UserError
from tests.helpers.public_exports import olist, other_olist_files, write_export
from tests.helpers.shop_exports import orders, shopify

LINES = pd.DataFrame(
    {
        "line": ["a", "b", "c", "d"],
        "Country": ["UK", "France", None, "EIRE"],
        "Quantity": ["10", "9", "x", "2"],
        "Unit Price": ["1.5", "1000.25", "2", "3"],
        "At": ["2011-01-05 10:00", "2010-12-31", None, "2011-02-01"],
    }
)
TYPED = LINES.assign(
    Quantity=[10, 9, None, 2],
    At=pd.to_datetime(LINES["At"], format="ISO8601"),
    **{"Unit Price": LINES["Unit Price"].astype(float)},
)


def left(text, lines=LINES, decimal="."):
    found, notes = meeting(kept(connect(), ibis.memtable(lines)), text, decimal)
    return "".join(sorted(found.line.execute())), notes


MEANT = [
    ("Country <> 'UK'", "bd"),
    ("country = 'UK' or COUNTRY is null", "ac"),
    ("Country in ('UK', 'EIRE') and not Country like 'E%'", "a"),
    ("Country ilike 'f%'", "b"),
    ("Quantity > 3", "ab"),
    ("3 < (Quantity)", "ab"),
    ("Quantity between 3 and 10", "ab"),
    ("Quantity in (2, 9)", "bd"),
    ("-Quantity < -9.5", "a"),
    ("coalesce(Quantity, 0) < 5", "cd"),
    ('Quantity * "Unit Price" >= 15', "ab"),
    ('round("Unit Price") = 2 and abs("Unit Price") > 0', "ac"),
    ("cast(Quantity as int) % 2 = 0", "ad"),
    ("Quantity::double > 9", "a"),
    ("cast(substring(cast(Quantity as text), 1, 1) as int) > 1", "bd"),
    ("case when Quantity > 5 then true else false end", "ab"),
    ("At >= date '2011-01-01'", "ad"),
    ("year(At) = 2010 or month(At) = 2 or day(At) = 5", "abd"),
    ("date_trunc('month', At) = date '2011-01-01'", "a"),
    ("length(trim(Country)) = 2 and lower(Country) = 'uk'", "a"),
    ("starts_with(upper(Country), 'F') and substring(Country, 2, 1) = 'r'", "b"),
    ("nullif(Country, 'UK') is not null", "bd"),
    ("Quantity > 3 -- many", "ab"),
]


@pytest.mark.parametrize(("text", "lines"), MEANT)
def test_lines_that_meet_it_stay_whether_columns_are_text_or_typed(text, lines):
    assert left(text)[0] == left(text, TYPED)[0] == lines


def test_numbers_have_the_decimal_mark_of_the_file():
    german = LINES.assign(**{"Unit Price": ["1,5", "1.000,25", "2", "3"]})
    assert left('"Unit Price" > 999', german, ",")[0] == "b"
    assert left('"Unit Price" + 0 = 1.5', german, ",")[0] == "a"


def test_dates_in_another_format_are_read_in_it():
    german = LINES.assign(At=["05.01.2011", "31.12.2010", "soon", "01.02.2011"])
    assert left("strptime(At, '%d.%m.%Y') > date '2011-01-01'", german)[0] == "ad"


def test_what_it_leaves_out_is_counted_and_why():
    assert left("Country is not null")[1] == ["data.where left out 1 of 4 lines"]
    assert left("Quantity > 9")[1] == [
        "data.where left out 3 of 4 lines, 1 of them for a value that is blank or cannot be read"
    ]
    assert left(None) == ("abcd", [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "is not one condition; write it as data.where="),
        ("Country = 'UK' group by line", "is not one condition"),
        ("Quantity > 1; drop table x", "is not one condition"),
        ("Unit Price > 1", "with names of columns that have spaces in double quotes"),
        ("line in (select line from x)", r"may not hold \(SELECT line FROM x\): it compares"),
        ("exists(select 1)", "may not hold EXISTS"),
        ("read_text('/etc/passwd') = ''", r"may not hold READ_TEXT\('/etc/passwd'\)"),
        ("random() < 0.5", r"may not hold RANDOM\(\).*set data\.query="),
        ("At > now()", r"may not hold NOW\(\)"),
        ("sum(Quantity) > 1", "may not hold SUM"),
        ("row_number() over () = 1", "may not hold ROW_NUMBER"),
        ("Country = ?", r"may not hold \?"),
        ("cast(Country as json) = 'x'", "may not hold JSON"),
        ('Country = "UK"', r'column "UK" not found \(text stands in single quotes\); the file has'),
        ("x.Country = 'UK'", r"column x\.Country not found"),
        ("Shop = 1", "column Shop not found .*; the file has: line, Country, Quantity, Unit Price"),
        ("Country", "cannot be decided: Conversion Error"),
    ],
)
def test_anything_else_is_refused_in_one_line(text, said):
    with pytest.raises(UserError, match=said) as raised:
        left(text)
    assert "\n" not in str(raised.value)


def test_names_are_those_of_its_columns():
    assert columns_named("lower(a) = 'x' and \"b c\" > 1") == {"a", "b c"}
    assert columns_named(None) == set()


def test_what_stands_in_one_row_of_an_order_is_true_of_all(tmp_path):
    lines = orders()
    path = write_export(shopify(lines), tmp_path, "orders", "utf-8")
    found = transactions(path, where="\"Financial Status\" = 'paid'")
    assert found.lines.count().execute() == (lines["status"] == "paid").sum()
    assert found.notes[1].startswith("data.where left out ")


def test_a_table_that_only_the_condition_needs_is_joined(tmp_path):
    files = olist()
    products = other_olist_files(files)["olist_products_dataset"]
    for name, frame in {**files, "olist_products_dataset": products}.items():
        write_export(frame, tmp_path, name, "utf-8")
    found = transactions(tmp_path, where="product_weight_g = 200")
    items = files["olist_order_items_dataset"]
    assert found.lines.count().execute() == (items["product_id"] == "p0").sum()


def test_a_condition_that_no_line_meets_is_refused(tmp_path):
    path = write_export(shopify(orders()), tmp_path, "orders", "utf-8")
    with pytest.raises(UserError, match=r"data\.where=Email = 'x' is true for no line of .*; comp"):
        transactions(path, where="Email = 'x'")


def test_numbers_are_read_as_amounts_are():
    money = LINES.assign(**{"Unit Price": ["$1,234.50", "20.00", "(5.00)", "free"]})
    assert left('"Unit Price" > 100', money)[0] == "a"
    assert left('"Unit Price" < 0', money)[0] == "c"


def test_dates_are_read_as_those_of_invoices_are():
    american = LINES.assign(At=["12/31/2010", "01/05/2011", "", "02/01/2011"])
    assert left("At < '2011-01-01'", american)[0] == "a"
    assert left("year(At) = 2011", american)[0] == "bd"


def test_columns_of_text_are_not_ordered_as_text():
    both = LINES.assign(Cost=["9", "100", "1", "2"])
    with pytest.raises(UserError, match=r'as cast\("Unit Price" as double\) or cast'):
        left('"Unit Price" > Cost', both)
    assert left('cast("Unit Price" as double) < cast(Cost as double)', both)[0]
