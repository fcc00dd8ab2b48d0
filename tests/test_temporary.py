"""Temporary files are private, and go with the command that made them, or with the next."""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from segmentation.temporary import claim, remove_left_behind, temporary_files, unfinished

KILLED = """
import os, signal, sys, tempfile
from pathlib import Path
from segmentation.temporary import claim, temporary_files
with temporary_files() as folder:
    Path(tempfile.mkdtemp(), "customers.parquet").write_text("personal")
    left = Path(sys.argv[1])
    left.mkdir()
    (left / "measured.parquet").write_text("personal")
    claim(left)
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


def test_temporary_files_lie_in_a_folder_of_their_own_and_go_with_the_block(place):
    before = os.environ.get("TMPDIR")
    with temporary_files() as folder:
        assert folder.parent == place
        assert Path(tempfile.mkdtemp()).parent == folder
        assert os.environ["TMPDIR"] == str(folder), "for libraries and processes that it starts"
        if os.name == "posix":
            assert folder.stat().st_mode & 0o777 == 0o700
    assert list(place.iterdir()) == []
    assert os.environ.get("TMPDIR") == before
    assert tempfile.gettempdir() == str(place)


def test_they_go_when_the_block_fails_or_is_interrupted(place):
    with pytest.raises(SystemExit):
        leave_in_the_middle()
    assert list(place.iterdir()) == []


def leave_in_the_middle():
    with temporary_files() as folder:
        (folder / "customers.csv").write_text("personal")
        sys.exit(143)


UNTIL_EXIT = """
import sys, tempfile
from pathlib import Path
from segmentation.temporary import temporary_files_until_exit
for _ in range(2):
    temporary_files_until_exit()
Path(tempfile.mkdtemp(), "customers.parquet").write_text("personal")
print(tempfile.gettempdir())
sys.exit(3)
"""


def test_they_go_at_the_end_of_a_process_that_has_no_block(place):
    environment = os.environ | {"TMPDIR": str(place), "TEMP": str(place), "TMP": str(place)}
    command = [sys.executable, "-c", UNTIL_EXIT]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == 3, ended.stderr
    folder = Path(ended.stdout.strip())
    assert folder.parent == place
    assert folder.name.startswith("segmentation-command-")
    assert list(place.iterdir()) == []


def test_what_is_claimed_elsewhere_goes_too(place, tmp_path):
    with temporary_files():
        (tmp_path / "shared").mkdir()
        (tmp_path / "part").touch()
        for path in (tmp_path / "shared", tmp_path / "part", tmp_path / "never made"):
            claim(path)
    assert {path.name for path in tmp_path.iterdir()} == {"tmp"}


def test_folders_above_that_are_empty_go_too_and_no_others(place, tmp_path):
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    with temporary_files():
        claim(tmp_path / "a" / "b" / "c" / "shared", 2)
        claim(tmp_path / "mine" / "part")
    assert (tmp_path / "a").exists()
    assert not (tmp_path / "a" / "b").exists()
    assert (tmp_path / "mine").exists(), "it was there before"


@pytest.mark.posix
def test_a_name_of_several_lines_is_one_name(place, tmp_path):
    (tmp_path / "mine").touch()
    with temporary_files() as folder:
        claim(tmp_path / "mine\n0 part")
        (tmp_path / "mine\n0 part").touch()
        (folder / "claimed").open("a").write('[0, "half')
    assert (tmp_path / "mine").exists()
    assert not (tmp_path / "mine\n0 part").exists()
    assert not folder.exists()


@pytest.mark.parametrize(
    "foreign", ["3\t/etc", "3", "[1, 2, 3]", '["a", "b"]', '{"path": 0}', "\x00"]
)
def test_what_another_version_claimed_stops_no_command(place, tmp_path, foreign):
    (tmp_path / "part").touch()
    with temporary_files() as folder:
        (folder / "claimed").write_text(f"{foreign}\n")
        claim(tmp_path / "part")
    assert not folder.exists()
    assert not (tmp_path / "part").exists()


@pytest.mark.parametrize("foreign", [b"", b"owned by 7", b"\xff\xfe"])
def test_a_folder_of_an_owner_that_cannot_be_read_stays_and_stops_no_command(place, foreign):
    other = place / "segmentation-command-other"
    other.mkdir()
    (other / "owner").write_bytes(foreign)
    with temporary_files():
        assert other.exists()


@pytest.mark.posix
def test_what_a_killed_command_left_is_removed_by_the_next(place, tmp_path):
    left = tmp_path / "shared"
    command = [sys.executable, "-c", KILLED, str(left)]
    environment = os.environ | {"TMPDIR": str(place)}
    killed = subprocess.run(command, env=environment, capture_output=True, text=True)
    folder = Path(killed.stdout.strip())
    assert list(folder.rglob("customers.parquet"))
    assert left.exists()
    with temporary_files():
        assert not folder.exists()
        assert not left.exists()


STARTS_A_WORKER = """
import subprocess, sys
from segmentation.temporary import end_with_command, temporary_files
with temporary_files():
    end_with_command()
    worker = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE)
    print(worker.pid, flush=True)
    sys.stdin.read()
"""
WORKER = """
import sys
from segmentation.temporary import end_with_command
end_with_command()
print("begun", flush=True)
while True:
    pass
"""


def test_a_process_that_a_command_started_ends_when_the_command_is_killed(place):
    environment = os.environ | {"TMPDIR": str(place), "TEMP": str(place), "TMP": str(place)}
    command = subprocess.Popen(
        [sys.executable, "-c", STARTS_A_WORKER, WORKER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    worker = psutil.Process(int(command.stdout.readline()))
    assert command.stdout.readline() == "begun\n"
    command.kill()
    try:
        worker.wait(timeout=30)
    finally:
        with suppress(psutil.NoSuchProcess):
            worker.kill()
        command.communicate()


def test_folders_of_living_commands_and_of_others_stay(place):
    with temporary_files() as living:
        (place / "segmentation-command-other").mkdir()
        (place / "somebody").mkdir()
        remove_left_behind(place)
        assert living.exists()
        assert (place / "segmentation-command-other").exists(), "nobody knows whose it is"
        assert (place / "somebody").exists()


def test_without_a_place_for_them_the_command_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with temporary_files() as folder:
        assert folder == tmp_path / "none"


def test_an_unfinished_file_is_private_and_the_finished_one_as_usual(tmp_path):
    path = tmp_path / "customers.csv"
    (tmp_path / "usual").touch()
    with unfinished(path) as part:
        part.write_text("a")
        if os.name == "posix":
            assert part.stat().st_mode & 0o777 == 0o600
        assert not path.exists()
    assert path.read_text() == "a"
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_failure_leaves_what_was_there_and_no_part(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("before")
    with pytest.raises(OSError, match="full"):
        fail_half_way(path)
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["customers.csv"]


def fail_half_way(path):
    with unfinished(path) as part:
        part.write_text("half")
        raise OSError("full")


def test_where_nothing_is_written_nothing_is_replaced(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("before")
    with unfinished(path):
        pass
    assert path.read_text() == "before"
