"""A run is reused only where nothing that decides its result has changed."""

import importlib
import re
import shutil
from dataclasses import replace
from importlib.metadata import PackageNotFoundError

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.described import Described
from segmentation.customers.rhythm import Rhythm
from segmentation.jobs import fingerprint
from segmentation.jobs.fingerprint import (
    code_fingerprint,
    digest,
    run_fingerprint,
    without_seed,
)
from segmentation.settings.run_settings import deciding_values
from segmentation.source_code import NAME, PACKAGE, closure
from tests.helpers.shop import clear_customers, measured_of, past_of

CLUSTERERS = "segmentation.model.clusterers.HDBSCANClusterer"
CONFIGURATION = {
    "data": {"_target_": "x", "path": "a.csv", "decimal": "point"},
    "cleaning": {"duplicates": True},
    "features": {"names": ["revenue"]},
    "key_accounts": {"share": None},
    "newcomers": {"gaps": None},
    "scaler": {"_target_": "y"},
    "algorithm": {"_target_": "z", "n_clusters": 3},
    "evaluation": {"stability": {"draws": 20}},
    "selection": {"min_stability": 0.75},
    "tracking": {"uri": "sqlite:///mlflow.db"},
    "k": 3,
    "seed": 42,
    "as_of": None,
    "reuse": True,
    "plots": "auto",
}


def results(entries):
    return closure(entries, without=fingerprint.WITHOUT_RESULTS)


@pytest.fixture(scope="module")
def customers():
    return measured_of(clear_customers())


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    target = tmp_path_factory.mktemp("source") / NAME
    return shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture
def copy(package):
    """A copy of the package, which is as before after each test."""
    yield package
    code_fingerprint.cache_clear()
    for file in package.rglob("*.py"):
        original = PACKAGE / file.relative_to(package)
        if file.read_bytes() != original.read_bytes():
            shutil.copy(original, file)


@pytest.fixture(scope="module")
def unchanged(package):
    """The fingerprint of the package as it is."""
    return code_fingerprint((), package)


def changed(key, value):
    first, _, rest = key.partition(".")
    part = {**CONFIGURATION[first], rest: value} if rest else value
    return deciding_values({**CONFIGURATION, first: part})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("data.decimal", "comma"),
        ("data._target_", "another"),
        ("cleaning.duplicates", False),
        ("features.names", ["revenue", "orders"]),
        ("key_accounts.share", 0.01),
        ("newcomers.gaps", 1.0),
        ("scaler._target_", "another"),
        ("algorithm.n_clusters", 4),
        ("evaluation.stability", None),
        ("seed", 43),
    ],
)
def test_every_part_that_decides_changes_it(key, value, customers):
    before = run_fingerprint(deciding_values(CONFIGURATION), customers)
    assert run_fingerprint(changed(key, value), customers) != before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("data.path", "/elsewhere/a.csv"),
        ("selection.min_stability", 0.9),
        ("tracking.uri", "http://elsewhere"),
        ("k", 9),
        ("as_of", "2024-07-19"),
        ("reuse", False),
        ("plots", "none"),
    ],
)
def test_what_decides_nothing_does_not(key, value, customers):
    before = run_fingerprint(deciding_values(CONFIGURATION), customers)
    assert run_fingerprint(changed(key, value), customers) == before


def test_a_new_group_is_part_of_it_without_being_listed(customers):
    before = run_fingerprint(deciding_values(CONFIGURATION), customers)
    more = deciding_values({**CONFIGURATION, "engine_of_tomorrow": {"precision": "single"}})
    assert run_fingerprint(more, customers) != before


def test_other_lines_and_another_day_change_it(customers):
    deciding = deciding_values(CONFIGURATION)
    before = run_fingerprint(deciding, customers)
    other_lines = replace(customers, report=replace(customers.report, fingerprint="f" * 16))
    assert run_fingerprint(deciding, other_lines) != before
    another_day = replace(customers, as_of=customers.as_of.replace(hour=1))
    assert run_fingerprint(deciding, another_day) != before


def test_other_customers_of_the_same_lines_change_it(customers):
    """Else a run would be reused whose customers were measured otherwise."""
    deciding = deciding_values(CONFIGURATION)
    before = run_fingerprint(deciding, customers)
    other_values = replace(customers, table=customers.table.assign(orders=1.0))
    fewer = replace(customers, table=customers.table.iloc[1:])
    other_gap = replace(customers, rhythm=Rhythm(gap_days=30.0))
    found = {run_fingerprint(deciding, each) for each in (other_values, fewer, other_gap)}
    assert len(found | {before}) == 4


def test_what_they_did_later_counts_where_it_is_evaluated(customers):
    ahead = {"out_of_time": {"horizon_share": 0.25}}
    evaluated = deciding_values({**CONFIGURATION, "evaluation": ahead})
    little, much, at_another_cut = (
        measured_of(customers.table, past_of(customers.table, np.full(300, spent), share))
        for spent, share in [(1.0, 0.25), (2.0, 0.25), (2.0, 0.5)]
    )
    assert run_fingerprint(evaluated, little) != run_fingerprint(evaluated, much)
    assert run_fingerprint(evaluated, customers) == run_fingerprint(evaluated, at_another_cut)
    alone = deciding_values(CONFIGURATION)
    assert len({run_fingerprint(alone, each) for each in (little, much, at_another_cut)}) == 1


def test_it_is_sixteen_hexadecimal_digits(customers):
    assert re.fullmatch("[0-9a-f]{16}", run_fingerprint(deciding_values(CONFIGURATION), customers))


@pytest.fixture
def versions_read_anew():
    """Forgets the versions that are installed, now and after the test."""
    yield fingerprint.installed_version.cache_clear
    fingerprint.installed_version.cache_clear()


@pytest.mark.parametrize("library", ["scikit-learn", "hdbscan", "duckdb", "numpy"])
def test_another_version_of_a_library_changes_it(
    library, customers, versions_read_anew, monkeypatch
):
    before = run_fingerprint(deciding_values(CONFIGURATION), customers)
    installed = fingerprint.version
    versions_read_anew()
    monkeypatch.setattr(
        fingerprint, "version", lambda name: "99" if name == library else installed(name)
    )
    assert run_fingerprint(deciding_values(CONFIGURATION), customers) != before


def test_a_library_that_has_no_wheel_here_may_be_missing(
    customers, versions_read_anew, monkeypatch
):
    def version(name):
        if name == "hdbscan":
            raise PackageNotFoundError(name)
        return "1"

    versions_read_anew()
    monkeypatch.setattr(fingerprint, "version", version)
    assert run_fingerprint(deciding_values(CONFIGURATION), customers)


def test_the_closure_holds_what_produces_results_and_nothing_that_shows_them():
    modules = set(results([*fingerprint.ENTRIES, CLUSTERERS.rpartition(".")[0]]))
    produces = {
        "customers.measured", "customers.features", "data.cleaning", "data.invoices",
        "model.pipeline", "model.clusterers", "evaluation.null", "evaluation.assessment",
        "segments.naming", "segments.rules", "segmented", "recipe",
    }  # fmt: skip
    assert {f"{NAME}.{module}" for module in produces} <= modules
    rooms = {module.split(".")[1] for module in modules}
    assert not rooms & {"plots", "report", "selection", "tracking", "jobs", "settings", "console"}


def test_the_code_that_an_option_names_counts_too(copy):
    before = code_fingerprint((CLUSTERERS,), copy)
    code_fingerprint.cache_clear()
    file = copy / "model" / "clusterers.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("prediction_data=True", "prediction_data=bool(1)"))
    assert code_fingerprint((CLUSTERERS,), copy) != before


def test_a_docstring_a_comment_or_a_picture_changes_nothing(copy):
    before = code_fingerprint((), copy)
    code_fingerprint.cache_clear()
    null = copy / "evaluation" / "null.py"
    text = null.read_text(encoding="utf-8")
    assert '"""Compare the silhouette' in text
    null.write_text(text.replace('"""Compare the silhouette', '"""Put the silhouette') + "\n# more")
    style = copy / "plots" / "style.py"
    style.write_text(style.read_text(encoding="utf-8") + "\nADDED = 1\n", encoding="utf-8")
    assert code_fingerprint((), copy) == before


def test_other_describing_columns_and_other_values_in_them_are_another_run(customers):
    """Else a run would be reused whose descriptions are of other columns, or of other values."""
    before = run_fingerprint(deciding_values({**CONFIGURATION, "describe": None}), customers)
    chosen = deciding_values({**CONFIGURATION, "describe": ["country"]})
    assert run_fingerprint(chosen, customers) != before
    values = pd.DataFrame({"column": ["country"], "value": ["France"], "customers": [20]})
    who = np.arange(20, dtype=np.int32)
    described = Described(("country",), values, who, np.zeros(20, dtype=np.int32))
    other = replace(described, customers=who + 1)
    found = [replace(customers, described=each) for each in (described, other)]
    assert len({run_fingerprint(chosen, each) for each in (customers, *found)}) == 3
    assert len({each.fingerprint() for each in (customers, *found)}) == 1


def test_the_first_statement_below_a_docstring_counts(copy, unchanged):
    file = copy / "segments" / "rules.py"
    text = file.read_text(encoding="utf-8")
    code_fingerprint.cache_clear()
    changed = text.replace("return _predict(self.tree, features)", "return 1")
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    assert code_fingerprint((), copy) != unchanged


def test_other_code_is_another_run(customers, monkeypatch):
    deciding = deciding_values(CONFIGURATION)
    before = run_fingerprint(deciding, customers)
    monkeypatch.setattr(fingerprint, "code_fingerprint", lambda targets: "other")
    assert run_fingerprint(deciding, customers) != before


def test_the_code_of_all_that_is_called_counts_at_every_depth(customers, monkeypatch):
    called = []
    monkeypatch.setattr(fingerprint, "code_fingerprint", called.append)
    steps = [{"_target_": "d.D"}, [{"inner": {"_target_": "c.C"}}]]
    scaler = {"_target_": "b.B", "_args_": steps, "name": "_target_", "x._target_x": "no"}
    run_fingerprint(deciding_values({**CONFIGURATION, "scaler": scaler}), customers)
    assert called == [("b.B", "c.C", "d.D", "x", "z")]


@pytest.fixture
def own_module(tmp_path, monkeypatch):
    """A class of a user's own: its name, and what writes its file."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(text):
        code_fingerprint.cache_clear()
        (tmp_path / "my_shop.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return code_fingerprint(("my_shop.Clusterer",))

    return write


def test_a_class_of_a_users_own_counts_by_its_file(own_module):
    first = own_module("class Clusterer: n = 1\n")
    assert own_module("class Clusterer: n = 2\n") != first
    assert own_module("class Clusterer: n = 1\n") == first


@pytest.mark.parametrize("name", ["builtins.dict", "KMeans", "no_such_module.Clusterer"])
def test_what_has_no_file_is_no_mistake(name):
    """What cannot be imported is told of elsewhere."""
    assert code_fingerprint((name,))


def test_without_the_seed_what_follows_it_is_left_out_and_nothing_else():
    deciding = {
        "seed": 42,
        "algorithm.random_state": 42,
        "scaler.random_state": 7,
        "algorithm.n_clusters": 42,
        "k": 3,
    }
    assert without_seed(deciding) == {
        "scaler.random_state": 7,
        "algorithm.n_clusters": 42,
        "k": 3,
    }


def test_a_digest_is_of_values_whatever_their_order():
    assert digest({"a": 1, "b": [2, None]}) == digest({"b": [2, None], "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"}) != digest({"a": None})
    assert re.fullmatch("[0-9a-f]{16}", digest({}))


def test_a_library_that_is_not_installed_has_no_version(versions_read_anew):
    assert fingerprint.installed_version("no-such-library") is None


@pytest.mark.parametrize("module", sorted(results(fingerprint.ENTRIES)))
def test_editing_any_module_that_produces_results_changes_it(module, copy, unchanged):
    code_fingerprint.cache_clear()
    file = copy.joinpath(*module.split(".")[1:]).with_suffix(".py")
    file.write_text(file.read_text(encoding="utf-8") + "\nADDED = 1\n", encoding="utf-8")
    assert code_fingerprint((), copy) != unchanged
