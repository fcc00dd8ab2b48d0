"""Paths on the command line: Hydra reads what was typed."""

import sys
from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st

from segmentation.errors import UserError
from segmentation.settings.typed_paths import (
    LISTS,
    OWN_TEXTS,
    PATHS,
    TEXTS,
    paths_as_typed,
    quoted_path,
    typed_arguments,
    with_quoted_paths,
)

TYPED = [
    "Orders (1).csv",
    "Aufträge.csv",
    "sales [2024].csv",
    "[2024] sales.csv",
    "C:\\Users\\me\\orders.csv",
    "C:\\Users\\me\\",
    "\\\\server\\share\\x.csv",
    "O'Brien's \"list\".csv",
    "a,b.csv",
    "a=b.csv",
    "{year}.csv",
    " space.csv ",
    "007",
    "1e5",
    ".5",
    "true",
    "s3://bucket/orders?x=1&y=2",
    "$HOME/x.csv",
    f"{'x' * 300}.csv",
]
# Neither a reference, nor what a person has quoted, nor a home folder.
paths = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
).filter(
    lambda path: (
        "${" not in path
        and path[0] not in "~\"'"
        and path != "null"
        and not (path.strip()[:1] == "[" and path.strip()[-1:] == "]")
    )
)


def read(*arguments):
    """What Hydra makes of them."""
    return [
        override.value()
        for override in OverridesParser.create().parse_overrides(with_quoted_paths(arguments))
    ]


def read_swept(argument):
    *_, override = OverridesParser.create().parse_overrides(with_quoted_paths(["-m", argument])[1:])
    again = [f"data.path={value}" for value in override.sweep_string_iterator()]
    return [override.value() for override in OverridesParser.create().parse_overrides(again)]


@pytest.mark.parametrize("option", ["data.path", "+data.path", "++data.path", "output", "previous"])
@pytest.mark.parametrize("path", TYPED)
def test_a_path_is_read_as_it_was_typed(option, path):
    assert read(f"{option}={path}") == [path]


@given(path=paths)
def test_every_path_is_read_as_it_was_typed(path):
    assert read(f"data.path={path}") == [path]


@given(several=st.lists(paths.filter(lambda path: "," not in path), min_size=2, max_size=4))
def test_every_path_of_a_sweep_is_read_as_it_was_typed(several):
    typed = [path.strip() or "x" for path in several]
    typed = [path if path[0] not in "~\"'" and path != "null" else "x" for path in typed]
    assert read_swept(f"data.path={','.join(typed)}") == typed


def test_brackets_are_part_of_a_name_or_a_pattern():
    assert read("data.path=[0-9][0-9]", "output=[a,b].csv") == ["[0-9][0-9]", "[a,b].csv"]


@pytest.mark.parametrize(
    ("typed", "paths"),
    [
        ("[a.csv,b.csv]", ["a.csv", "b.csv"]),
        ("[Orders (1).csv, C:\\Users\\me\\b.csv]", ["Orders (1).csv", "C:\\Users\\me\\b.csv"]),
        ("[sales [2024].csv,O'Brien's \"x\".csv]", ["sales [2024].csv", "O'Brien's \"x\".csv"]),
        ("['a,1.csv', \"b.csv\" ,007]", ["a,1.csv", "b.csv", "007"]),
        ("[one.csv]", ["one.csv"]),
        ("[C:\\me\\,s3://b/x?y=1&z=2]", ["C:\\me\\", "s3://b/x?y=1&z=2"]),
    ],
)
def test_paths_in_brackets_are_a_list(typed, paths):
    assert read(f"data.path={typed}") == [paths]
    *_, override = OverridesParser.create().parse_overrides(
        with_quoted_paths(["-m", f"data.path={typed},x.csv"])[1:]
    )
    first, second = override.sweep_string_iterator()
    assert read(f"data.path={first}", f"data.path={second}") == [paths, "x.csv"]


@given(several=st.lists(paths.filter(lambda path: not set(path) & set(",[]")), min_size=1))
def test_every_path_of_a_list_is_read_as_it_was_typed(several):
    typed = [path.strip() or "x" for path in several]
    typed = [path if path[0] not in "~\"'" and path != "null" else "x" for path in typed]
    assert read(f"data.path=[{','.join(typed)}]") == [typed]


def test_an_option_of_one_path_takes_brackets_as_a_name():
    assert read("output=[a]", "previous=[a,b]") == ["[a]", "[a,b]"]


def test_a_file_in_brackets_that_is_there_is_one_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("[2024].csv").touch()
    Path("[a,b]").mkdir()
    assert read("data.path=[2024].csv", "data.path=[a,b]") == ["[2024].csv", "[a,b]"]
    assert read("data.path=[[2024].csv,b.csv]") == [["[2024].csv", "b.csv"]]
    assert read_swept("data.path=[a,b],x.csv") == ["[a,b]", "x.csv"]


@given(text=paths.filter(lambda text: text != ""))
def test_sql_and_names_of_columns_are_read_as_they_were_typed(text):
    options = ["where", "query", "columns.customer_id", "date_format", "delimiter"]
    assert read(*(f"data.{option}={text}" for option in options)) == [text] * len(options)


@pytest.mark.parametrize(
    "names", [["Käufer (Nr.)", "Price [/kg]", "O'Brien's", '7" disc'], ["a"], ["null", "1", "a b"]]
)
def test_names_of_columns_are_a_list(names):
    assert read(f"data.header=[{','.join(names)}]") == [names]
    assert read(f"data.header=[{', '.join(names)}]") == [names]


@pytest.mark.parametrize(
    "text",
    [
        "Country <> 'United Kingdom' and Currency = 'GBP'",
        "\"Line price\" in (1, 2) or a like '%\\\\%'",
        "select * from 'a.csv' join [1, 2]",
    ],
)
def test_sql_is_one_value_of_a_sweep(text):
    assert read(*with_quoted_paths(["-m", f"data.where={text}"])[1:]) == [text]


def test_a_comma_separates_the_values_of_a_sweep_unless_such_a_file_exists(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_swept("data.path=a 1.csv,b.csv") == ["a 1.csv", "b.csv"]
    assert read_swept("data.path='a,1.csv',b.csv") == ["a,1.csv", "b.csv"]
    assert read("data.path=a,b.csv") == ["a,b.csv"]
    Path("a,b.csv").touch()
    assert with_quoted_paths(["-m", "data.path=a,b.csv"]) == ["-m", "data.path='a,b.csv'"]


def test_what_is_in_quotes_already_stays_so():
    assert read("data.path='Orders (1).csv'", 'output="a b.csv"') == ["Orders (1).csv", "a b.csv"]


def test_the_home_folder_is_found(monkeypatch):
    monkeypatch.setenv("HOME", "/home/Ann Lee")
    monkeypatch.setenv("USERPROFILE", "/home/Ann Lee")
    assert read("data.path=~/x.csv") == ["/home/Ann Lee/x.csv"]


def test_another_persons_home_is_left_to_the_shell():
    assert read("data.path=~ann/x.csv", "output=~x.csv") == ["~ann/x.csv", "~x.csv"]


def test_a_home_that_nobody_knows_is_refused(monkeypatch):
    def home():
        raise RuntimeError

    monkeypatch.setattr(Path, "home", home)
    with pytest.raises(UserError, match="home folder that is not known; type the whole path"):
        with_quoted_paths(["data.path=~/x.csv"])


def test_nothing_else_is_changed():
    same = ["-m", "k=2,3", "scaler=log", "data.path=orders.csv", "previous=null", "output=", "+x=1"]
    assert with_quoted_paths(same) == same
    assert with_quoted_paths(["data.path=${oc.env:SHOP}/x.csv"]) == [
        "data.path='${oc.env:SHOP}/x.csv'"
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-m", "data.path=a.csv,,b.csv"], "between its commas; type data.path=a.csv,b.csv"),
        (["-m", "data.path=a.csv,"], "empty path between its commas"),
        (["data.path=[a.csv,,b.csv]"], "empty path between its commas"),
        (["data.path=[]"], "empty path between its commas"),
        (["data.path=x\udcff.csv"], r"x\\udcff.csv is no text that can be recorded; rename"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_to_type(arguments, said):
    with pytest.raises(UserError, match=said):
        with_quoted_paths(arguments)


def test_a_file_named_like_a_reference_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("${k}.csv").touch()
    with pytest.raises(UserError, match="read as a reference to another option; rename"):
        quoted_path("data.path", "${k}.csv")


def test_the_command_line_is_as_it_was_afterwards(monkeypatch):
    typed = ["score.py", "output=a b.csv"]
    monkeypatch.setattr(sys, "argv", typed)
    assert typed_arguments() == ["output=a b.csv"]
    with paths_as_typed():
        assert sys.argv == ["score.py", "output='a b.csv'"]
        assert typed_arguments() == ["output=a b.csv"]
    assert sys.argv is typed


def test_every_path_is_an_option_of_a_script():
    conf = Path(__file__).parents[2] / "conf"
    written = "".join(file.read_text("utf-8") for file in conf.rglob("*.yaml"))
    options = [*PATHS, *LISTS, *OWN_TEXTS, *(text.removesuffix(r"\.\w+") for text in TEXTS)]
    assert [path for path in options if f"{path.rpartition('.')[2]}:" not in written] == []


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("engine.url=postgresql://me@host:5432/db?a=b", "'postgresql://me@host:5432/db?a=b'"),
        ("engine.url=postgresql://me:${oc.env:PW}@h/d", "'postgresql://me:${oc.env:PW}@h/d'"),
        ("engine.master=local[2]", "'local[2]'"),
        ("engine.remote=sc://host:15002", "'sc://host:15002'"),
        ("data.table=sales.Orders of 2011", "'sales.Orders of 2011'"),
        ("holdout.campaign=Spring, 20% off (new)", "'Spring, 20% off (new)'"),
    ],
)
def test_addresses_of_engines_and_names_are_typed_as_they_are(typed, quoted):
    assert with_quoted_paths([typed]) == [f"{typed.partition('=')[0]}={quoted}"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("keep=Email", "keep=[Email]"),
        ("describe=Country,Email", "describe=[Country,Email]"),
        ("keep=[Email,First Name]", "keep=[Email,'First Name']"),
        ("keep=Accepts Marketing", "keep=['Accepts Marketing']"),
        ("keep=null", "keep=null"),
    ],
)
def test_names_of_columns_need_no_brackets(typed, read):
    assert with_quoted_paths([typed]) == [read]
