"""Rules, counts and the report: on a small shop by hand, on real shops by the published counts."""

import contextlib
import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import ibis
import pandas as pd
import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import RULES, STATUSES, CleaningRules, clean
from segmentation.data.online_retail import online_retail
from segmentation.data.report import DataReport
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from segmentation.options import read_option
from segmentation.ranges import require_in_range
from tests.helpers.exports import write_text
from tests.helpers.measuring import customers

STANDARD = CleaningRules()
NONE = CleaningRules(False, False, False, False, False, False)

DIRTY = """customer,order,date,product,qty,price
1,1,2011-01-01,a,1,10
1,1,2011-01-01,a,1,10
1,1,2011-01-01,b,1,10
,2,2011-01-02,a,1,7
1,C3,2011-01-03,a,-1,10
2,4,2011-01-04,a,0,10
2,5,2011-01-05,a,1,0
2,6,2011-01-06,a,1,5
2,7,2011-02-01,a,1,5
3,8,2011-01-07,a,x,5
"""


def _report(path: Path, rules: CleaningRules, as_of: str | None = None) -> DataReport:
    return customers(transactions(path), rules, ["revenue"], as_of).report


def _online_retail(path: Path, rules: CleaningRules) -> DataReport:
    found = online_retail("", "", path=path)
    return cleaned_lines(found, rules)[1]


def test_each_line_is_removed_by_the_first_rule_that_hits(tmp_path: Path) -> None:
    path = write_text(tmp_path / "orders.csv", DIRTY)
    report = _report(
        path, replace(STANDARD, unreadable=True, max_unreadable_share=0.5), as_of="2011-01-31"
    )
    removed = [(removal.rule, removal.lines, removal.revenue) for removal in report.removed]
    assert removed == [
        ("unreadable", 1, 0.0),
        ("after_as_of", 1, 5.0),
        ("missing_customer", 1, 7.0),
        ("duplicates", 1, 10.0),
        ("cancellations", 1, -10.0),
        ("non_positive_quantity", 1, 0.0),
        ("non_positive_price", 1, 0.0),
    ]
    assert (report.lines_read, report.lines_kept, report.revenue_kept) == (10, 3, 25.0)
    assert (report.customers, report.orders) == (2, 2)
    assert report.last_invoiced_at == datetime(2011, 1, 6)
    assert json.loads(json.dumps(report.to_dict()))["as_of"] == "2011-01-31 00:00:00"


@pytest.mark.parametrize("rule", [rule for rule in RULES[3:] if rule not in STATUSES])
def test_a_rule_that_is_off_removes_nothing(tmp_path: Path, rule: str) -> None:
    path = write_text(tmp_path / "orders.csv", DIRTY.replace(",x,", ",1,"))
    assert rule in {removal.rule for removal in _report(path, STANDARD).removed}
    report = _report(path, replace(STANDARD, **{rule: False}))
    assert rule not in {removal.rule for removal in report.removed}


def test_as_of_is_the_last_readable_line_before_cleaning(tmp_path: Path) -> None:
    text = "customer,order,date,amount\n1,1,2011-01-01,5\n,2,2011-01-09,5\n1,3,2012-01-01,x\n"
    path = write_text(tmp_path / "orders.csv", text)
    assert _report(
        path, replace(STANDARD, unreadable=True, max_unreadable_share=0.5)
    ).as_of == datetime(2011, 1, 9)


def test_without_unit_price_the_price_rule_looks_at_the_amount(tmp_path: Path) -> None:
    text = "customer,order,date,amount\n1,1,2011-01-01,5\n1,2,2011-01-09,0\n"
    report = _report(write_text(tmp_path / "orders.csv", text), STANDARD)
    assert [(removal.rule, removal.lines) for removal in report.removed] == [
        ("non_positive_price", 1)
    ]


@pytest.mark.parametrize(
    ("text", "rules", "message"),
    [
        (
            DIRTY,
            STANDARD,
            r"1 lines of .* \(10.0% of all\) cannot be read: column 'qty' is 'x'; so many are no ",
        ),
        (DIRTY.replace(",x,", ',"1,5",'), STANDARD, r"'1,5'; set data\.decimal=comma if"),
        (DIRTY.replace(",x,", ",1,"), NONE, "csv have no customer id in column 'customer'"),
        ("customer,order,date,amount\n", NONE, "has no transaction lines"),
        (
            "customer,order,date,amount\n1,1,2011-01-01,-1\n,1,2011-01-01,1\n",
            STANDARD,
            r"removed every line of .*\(missing_customer 1, cancellations 1\); set data\.path= ",
        ),
    ],
)
def test_lines_that_cannot_be_used_are_one_line(
    tmp_path: Path, text: str, rules: CleaningRules, message: str
) -> None:
    path = write_text(tmp_path / "orders.csv", text)
    with pytest.raises(UserError, match=message) as raised:
        _report(path, rules)
    assert "\n" not in str(raised.value)


def test_decimal_points_in_a_file_said_to_have_commas_name_the_remedy(tmp_path: Path) -> None:
    path = write_text(tmp_path / "orders.csv", "customer,order,date,amount\n1,1,2011-01-01,1.5\n")
    with pytest.raises(UserError, match=r"'1\.5'; set data\.decimal=point if the point"):
        customers(transactions(path, decimal="comma"), STANDARD, ["revenue"])


def test_a_line_at_the_instant_itself_counts_and_a_second_later_does_not(tmp_path: Path) -> None:
    text = "customer,order,date,amount\n1,1,2011-01-01 10:00:00,5\n1,2,2011-01-09 10:00:00,7\n"
    path = write_text(tmp_path / "orders.csv", text)
    kept = [
        (report.lines_kept, report.revenue_kept, report.last_invoiced_at)
        for as_of in ("2011-01-09 10:00:00", "2011-01-09 09:59:59")
        for report in [_report(path, STANDARD, as_of=as_of)]
    ]
    assert kept == [
        (2, 12.0, datetime(2011, 1, 9, 10)),
        (1, 5.0, datetime(2011, 1, 1, 10)),
    ]


def plain_lines(**columns: list[object]) -> ibis.Table:
    """Sound canonical lines, but for the columns that are given."""
    n = max([len(column) for column in columns.values()], default=1)
    sound: dict[str, list[object]] = {
        "unreadable": [None] * n,
        "invoiced_at": [pd.Timestamp("2011-01-05")] * n,
        "customer_id": ["1"] * n,
        "cancelled": [False] * n,
        "amount": [10.0] * n,
    }
    texts = ("unreadable", "customer_id", "status")
    frame = pd.DataFrame(sound | columns)
    return ibis.memtable(
        frame.astype({name: "string" for name in texts if name in frame}),
    )


def removed(rules: CleaningRules, **columns: list[object]) -> list[str | None]:
    """What removes each line, where duplicates are not looked for."""
    lines = clean(plain_lines(**columns), replace(rules, duplicates=False))
    found = lines.to_pandas()["removed_by"]
    return [None if pd.isna(each) else each for each in found]


@pytest.mark.parametrize("rule", STATUSES)
def test_every_status_of_a_rule_removes_its_lines_and_no_other(rule: str) -> None:
    statuses: list[object] = [*STATUSES[rule], "paid", None]
    hit = [rule] * len(STATUSES[rule])
    assert removed(STANDARD, status=statuses) == [*hit, None, None]
    off = replace(STANDARD, **{rule: False})
    assert removed(off, status=statuses) == [None] * len(statuses)


def test_nothing_is_removed_by_what_the_source_does_not_say() -> None:
    assert removed(STANDARD) == [None]
    assert removed(STANDARD, unit_price=[None, 1.0, 0.0], amount=[5.0, 5.0, 5.0]) == [
        *(None, None, "non_positive_price")
    ]
    assert removed(STANDARD, unit_price=[None], amount=[0.0]) == ["non_positive_price"]


@pytest.mark.parametrize(
    ("column", "values", "rule"),
    [
        ("quantity", [0.5, 0.0, -1.0], "non_positive_quantity"),
        ("unit_price", [0.5, 0.0, -1.0], "non_positive_price"),
        ("amount", [0.5, 0.0, -1.0], "non_positive_price"),
    ],
)
def test_zero_is_removed_and_less_and_what_is_above_stays(
    column: str, values: list[object], rule: str
) -> None:
    assert removed(STANDARD, **{column: values}) == [None, rule, rule]
    off = replace(STANDARD, **{rule: False})
    assert removed(off, **{column: values}) == [None, None, None]


def test_what_can_never_be_measured_is_removed_whatever_the_rules_say() -> None:
    columns: dict[str, list[object]] = {
        "unreadable": ["amount", None, None],
        "customer_id": ["1", None, "1"],
    }
    for rules in (STANDARD, NONE):
        assert removed(rules, **columns) == ["unreadable", "missing_customer", None]


def test_of_several_rules_the_first_removes_a_line() -> None:
    all_of_them: dict[str, list[object]] = {
        "unreadable": ["amount"],
        "customer_id": [None],
        "cancelled": [True],
        "status": ["refunded"],
        "quantity": [0.0],
        "amount": [0.0],
    }
    found = []
    while all_of_them:
        (rule,) = removed(STANDARD, **all_of_them)
        found.append(rule)
        all_of_them.pop(next(iter(all_of_them)))
    assert found == [
        *("unreadable", "missing_customer", "cancellations", "refunded_orders"),
        *("non_positive_quantity", "non_positive_price"),
    ]


def test_the_rules_by_default_are_those_of_conf() -> None:
    """A notebook cleans as the command does."""
    assert asdict(CleaningRules()) == read_option("cleaning", "standard")


@pytest.mark.parametrize(("share", "taken"), [(0, True), (1, True), (-0.01, False), (1.01, False)])
def test_a_share_of_unreadable_lines_is_one(share: float, taken: bool) -> None:
    with contextlib.nullcontext() if taken else pytest.raises(UserError, match="must be from 0"):
        require_in_range(CleaningRules(max_unreadable_share=share))


def test_as_of_must_be_a_date(tmp_path: Path) -> None:
    path = write_text(tmp_path / "orders.csv", "customer,order,date,amount\n1,1,2011-01-01,1\n")
    with pytest.raises(UserError, match="as_of='now' must be a date"):
        _report(path, STANDARD, as_of="now")
    assert _report(path, STANDARD, as_of="2011-01-02T01:00+01:00").as_of == datetime(2011, 1, 2)


def test_online_retail_gives_the_published_counts(shared_data: Path) -> None:
    path = shared_data / "online_retail.parquet"
    report = _online_retail(path, STANDARD)
    assert report.lines_read == 541_909
    assert {removal.rule: removal.lines for removal in report.removed} == {
        "missing_customer": 135_080,
        "duplicates": 5_225,
        "cancellations": 8_872,
        "non_positive_price": 40,
    }
    assert (report.lines_kept, report.customers, report.orders) == (392_692, 4_338, 18_532)
    assert round(report.revenue_kept, 2) == 8_887_208.89

    report = _online_retail(path, replace(STANDARD, duplicates=False))
    assert (report.lines_kept, round(report.revenue_kept, 2)) == (397_884, 8_911_407.90)


@pytest.mark.parametrize("step", [25, pytest.param(1, marks=pytest.mark.slow)])
def test_online_retail_is_the_same_content_as_kaggles_csv(
    shared_data: Path, tmp_path: Path, step: int
) -> None:
    frame = pd.read_parquet(shared_data / "online_retail.parquet")[::step]
    frame.to_parquet(tmp_path / "data.parquet")
    dates = frame["InvoiceDate"].dt
    month_first = dates.strftime("%m/%d/%Y").str.lstrip("0").str.replace("/0", "/")
    frame["InvoiceDate"] = month_first + dates.strftime(" %H:%M").str.replace(" 0", " ")
    frame["CustomerID"] = frame["CustomerID"].astype("float64")
    frame.sample(frac=1, random_state=0).to_csv(
        tmp_path / "data.csv", index=False, encoding="ISO-8859-1"
    )
    kaggle = _online_retail(tmp_path / "data.csv", STANDARD)
    parquet = _online_retail(tmp_path / "data.parquet", STANDARD)
    assert kaggle.lines_read == len(frame)
    assert kaggle.reading == {**parquet.reading, "date_format": "%m/%d/%Y %H:%M"}
    assert replace(kaggle, source="", reading={}) == replace(parquet, source="", reading={})
