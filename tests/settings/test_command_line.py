"""What goes wrong before Hydra is asked; all else is tested by the scripts."""

from pathlib import Path

import pytest
from hydra.core.global_hydra import GlobalHydra

from segmentation.settings.command_line import run_script, there


@pytest.mark.posix
def test_a_folder_that_is_gone_is_one_line(tmp_path, monkeypatch, capsys):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(SystemExit) as left:
        run_script("config", lambda cfg: None)
    assert left.value.code == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "the current folder is not there any more; change to another one" in line


def test_a_job_works_where_the_command_was_typed_or_stays_where_its_host_has_no_such_folder(
    tmp_path, monkeypatch
):
    (tmp_path / "typed_in").mkdir()
    monkeypatch.chdir(tmp_path)
    with there(tmp_path / "typed_in"):
        assert Path.cwd() == tmp_path / "typed_in"
    with there(tmp_path / "nowhere"):
        assert Path.cwd() == tmp_path


@pytest.mark.parametrize(
    ("config", "typed", "said"),
    [
        ("score", ["-m", "output=a.csv,b.csv"], "-m is of train.py: score.py runs once"),
        ("config", ["--colour=red"], "unrecognized arguments: --colour=red; write options with"),
        ("config", ["scaler=null"], "scaler=null names no option of a group; --help lists"),
        ("config", ["hydra.run.dir=/dev/null/x"], "'/dev/null/x' cannot be used (Not a directory)"),
    ],
)
@pytest.mark.posix
def test_what_hydra_would_tell_in_many_lines_is_one(
    config, typed, said, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["train.py", *typed])
    GlobalHydra.instance().clear()
    with pytest.raises(SystemExit) as left:
        run_script(config, lambda cfg: None)
    assert left.value.code == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith(f"error: {said}")
    assert not list(tmp_path.iterdir())
