"""What goes wrong before Hydra is asked; all else is tested by the scripts."""

import pytest

from segmentation.settings.command_line import run_script


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
