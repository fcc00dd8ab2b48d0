"""Every format that a shop exports gives the same lines."""

import gzip
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pandas as pd
import pytest

from segmentation.data.files import read_table, read_tables
from segmentation.data.formats import Notation
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from tests.helpers.exports import ORDERS, rows, typed_orders, write_text, write_xlsx


def _csv(**options: object) -> str:
    return str(ORDERS.to_csv(index=False, **options))  # type: ignore[call-overload]


def _mixed_ends(text: str) -> str:
    ends = cycle(["\n", "\r\n", "\r"])
    return "".join(line + next(ends) for line in text.splitlines())


def _gzip(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content))


def _excel_copy(path: Path) -> None:
    write_xlsx(path, [typed_orders()])


WRITERS: dict[str, Callable[[Path], object]] = {
    "utf8.csv": lambda path: path.write_bytes(_csv().encode()),
    "bom.csv": lambda path: path.write_bytes(_csv().encode("utf-8-sig")),
    "utf16.csv": lambda path: path.write_bytes(_csv(sep="\t").encode("utf-16")),
    "latin1.csv": lambda path: path.write_bytes(_csv().encode("latin-1")),
    "windows.csv": lambda path: path.write_bytes(_csv(lineterminator="\r\n").encode("cp1252")),
    "semicolon.csv": lambda path: path.write_bytes(_csv(sep=";").encode()),
    "bar.txt": lambda path: path.write_bytes(_csv(sep="|").encode()),
    "tab.tsv": lambda path: path.write_bytes(_csv(sep="\t").encode()),
    "mac.csv": lambda path: path.write_bytes(_csv(lineterminator="\r").encode()),
    "mixed.csv": lambda path: path.write_bytes(_mixed_ends(_csv()).encode()),
    "mixed.csv.gz": lambda path: _gzip(path, _mixed_ends(_csv()).encode()),
    "utf8.csv.gz": lambda path: _gzip(path, _csv().encode()),
    "latin1.CSV.GZ": lambda path: _gzip(path, _csv().encode("latin-1")),
    "typed.parquet": lambda path: typed_orders().to_parquet(path),
    "text.parquet": lambda path: ORDERS.to_parquet(path),
    "typed.xlsx": _excel_copy,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_lines(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    lines = rows(transactions(tmp_path / name, cancellation_prefix="C"))
    assert lines["customer_id"].tolist()[:3] == ["12346", "12346", "12347"]
    assert pd.isna(lines["customer_id"][3])
    assert lines["invoice_id"].tolist() == ["1", "1", "2", "3", "C4"]
    assert lines["invoiced_at"].tolist() == pd.to_datetime(ORDERS["Invoice Date"]).tolist()[:5]
    assert sorted(lines["amount"].astype(float)) == [-2.5, 0.375, 1.25, 4.0, 5.0]
    assert lines["country"][2] == "Österreich"
    assert lines["cancelled"].tolist() == [False] * 4 + [True]
    assert lines["unreadable"].isna().all()


def test_text_that_only_windows_1252_has_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes("customer,order,date,amount\n€“1”,1,2011-01-01,1\n".encode("cp1252"))
    assert rows(transactions(path))["customer_id"].tolist() == ["€“1”"]


def test_a_given_encoding_is_used(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes("customer,order,date,amount\nЖ,1,2011-01-01,1\n".encode("cp1251"))
    assert rows(transactions(path, encoding="cp1251"))["customer_id"].tolist() == ["Ж"]


@pytest.mark.parametrize("name", ["typed.parquet", "utf8.csv", "typed.xlsx"])
@pytest.mark.slow
def test_a_folder_and_a_glob_are_read_as_one(tmp_path: Path, name: str) -> None:
    suffix = Path(name).suffix
    (tmp_path / "2011").mkdir()
    WRITERS[name](tmp_path / f"a{suffix}")
    WRITERS[name](tmp_path / "2011" / f"b{suffix}")
    (tmp_path / "_SUCCESS").touch()
    assert len(rows(transactions(tmp_path))) == 2 * len(ORDERS)
    assert len(rows(transactions(tmp_path / f"*{suffix}"))) == len(ORDERS)


def test_files_of_a_glob_may_differ_in_format_and_column_order(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(_csv(sep=";").encode("utf-16"))
    ORDERS[ORDERS.columns[::-1]].to_csv(tmp_path / "b.csv", index=False)
    assert len(rows(transactions(tmp_path / "*.csv"))) == 2 * len(ORDERS)


def test_all_sheets_of_a_workbook_that_look_alike_are_read(tmp_path: Path) -> None:
    notes = pd.DataFrame({"note": ["made by hand"]})
    path = write_xlsx(tmp_path / "orders.xlsx", [typed_orders(), notes, typed_orders()])
    assert len(rows(transactions(path))) == 2 * len(ORDERS)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", r"empty\.csv is empty; set data\.path="),
        ("one.csv", b"nothing\nhere\n", "no readable columns.*set data.delimiter=semicolon \\("),
        ("ragged.csv", b"a,b\n" + b"1,2\n" * 30_000 + b"1,2,3\n", "cannot be read: .*Line: 30002"),
        (
            "title.csv",
            b"Orders 2024\n\na,b,c\n" + b"1,2,3\n" * 20,
            r"title\.csv cannot be read: line 1 has 1 fields, most lines have 3; correct it, or",
        ),
        (
            "footer.csv",
            b"a,b,c\n" + b"1,2,3\n" * 20 + b"Exported by ERP\n",
            "line 22 has 1 fields, most lines have 3",
        ),
        ("orders.json", b"{}", r"unknown format; it must end in one of: \.csv"),
        ("orders.parquet", b"PAR1 not really PAR1", "cannot be read"),
        ("orders.xlsx", b"PK\x03\x04 not really", "not a readable workbook"),
        ("orders.rda", b"RDX3 not really", "not a readable R file"),
        ("orders.csv.gz", b"\x1f\x8b\x08 not really", "cannot be read"),
        ("headers.csv", b"customer,order,date,amount\n", None),
    ],
)
def test_an_unreadable_file_is_one_line(
    tmp_path: Path, name: str, content: bytes, message: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    if message is None:
        assert rows(transactions(path)).empty
        return
    with pytest.raises(UserError, match=message) as raised:
        read_table(path)
    assert "\n" not in str(raised.value)


def test_a_missing_file_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"matches no file; set data\.path="):
        read_table(tmp_path / "absent.csv")


@pytest.mark.parametrize(("encoding", "message"), [("utf-9", "is unknown"), ("ascii", "not writt")])
def test_a_wrong_encoding_is_named(tmp_path: Path, encoding: str, message: str) -> None:
    path = write_text(tmp_path / "orders.csv", _csv())
    with pytest.raises(UserError, match=rf"{message}.*set data\.encoding="):
        read_tables(path, Notation(encoding=encoding))


def test_files_with_different_columns_are_no_table(
    tmp_path: Path,
) -> None:
    ORDERS.to_csv(tmp_path / "a.csv", index=False)
    ORDERS.drop(columns="Country").to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(UserError, match=r"different columns \(.*\); give data\.path= one kind"):
        read_table(tmp_path)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_lines_that_stand_in_two_files_are_counted(tmp_path: Path, kind: str) -> None:
    """A line twice in one file stands in no other one; the two that overlap do."""
    months = [pd.concat([ORDERS[:3], ORDERS[:1]]), ORDERS[2:], ORDERS[1:2]]
    for number, month in enumerate(months):
        path = tmp_path / f"{number}.{kind}"
        month.to_csv(path, index=False) if kind == "csv" else month.to_parquet(path)
    (read,) = read_tables(tmp_path)
    assert read.notes[0].startswith("2 lines stand in an earlier one of the 3 files, too; ")
    (apart,) = read_tables([tmp_path / f"1.{kind}", tmp_path / f"2.{kind}"])
    assert apart.notes == ()


@pytest.mark.posix
@pytest.mark.parametrize("target", ["loop.csv", "gone.csv"])
def test_a_link_to_nothing_or_to_itself_is_refused(tmp_path, target):
    (tmp_path / "loop.csv").symlink_to(target)
    with pytest.raises(UserError, match="is a link to nothing, or to itself"):
        read_table(tmp_path / "loop.csv")


def test_a_folder_that_cannot_be_read_is_not_passed_over(tmp_path, monkeypatch):
    def walk(folder, onerror):
        onerror(PermissionError(13, "Permission denied", f"{folder}/secret"))

    monkeypatch.setattr("segmentation.data.files.os.walk", walk)
    with pytest.raises(UserError, match=r"secret' cannot be read \(Permission denied\); let it"):
        read_table(tmp_path)
