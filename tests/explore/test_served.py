"""How the page is started: by Streamlit or without it, for this machine only."""

import subprocess
import sys
import tomllib

import pytest

from segmentation.explore.served import OPTIONS, PAGE
from tests.helpers.commands import REPO, environment, run_here

CONFIG = tomllib.loads((REPO / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.fixture
def started(monkeypatch):
    """The words that Streamlit is started with."""
    found: list[str] = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda words, **_: found.extend(words))
    return found


def test_a_checkout_and_a_wheel_serve_alike():
    flat = {
        f"--{section}.{name}={str(value).lower() if isinstance(value, bool) else value}"
        for section, values in CONFIG.items()
        for name, value in values.items()
    }
    assert flat == set(OPTIONS)


def test_only_this_machine_sees_the_page_and_nobody_is_told_of_it():
    assert CONFIG["server"]["address"] == "localhost"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["disableDataExport"] is True


def test_without_streamlit_it_is_let_run_with_what_was_typed(started, monkeypatch):
    typed = ["history=a.parquet", "--server.port=8600", "tracking.experiment=x"]
    assert run_here(monkeypatch, *typed, script="explore.py") == 0
    assert started[:2] == ["run", str(PAGE)]
    assert started[-4:] == ["--server.port=8600", "--", "history=a.parquet", typed[2]]
    assert PAGE.is_file()


def test_a_mistyped_option_is_one_line_before_anything_is_served(started, monkeypatch, capsys):
    assert run_here(monkeypatch, "histry=a.parquet", script="explore.py") == 2
    assert started == []
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "histry" in line


def test_the_console_script_has_it(started, monkeypatch):
    from segmentation.__main__ import main

    monkeypatch.setattr(sys, "argv", ["segmentation", "explore", "history=a.parquet"])
    main()
    assert started[-1] == "history=a.parquet"


def test_without_the_extra_it_says_how_to_get_it(tmp_path):
    code = (
        "import sys; sys.modules['streamlit'] = None; sys.argv = ['explore.py'];"
        "from segmentation.scripts import explore; explore()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "uv sync --extra explore" in done.stderr
    assert "Traceback" not in done.stderr
