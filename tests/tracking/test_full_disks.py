"""A disk that is full is told in one line, and leaves room to say how a run has ended."""

import errno
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException

from segmentation.errors import UserError
from segmentation.tracking.full_disks import (
    KEPT_BYTES,
    disk_refusal,
    disks_in_one_line,
    kept_room,
    local_folder,
    require_room,
)


@pytest.mark.parametrize(
    ("uri", "folder"),
    [
        ("sqlite:////shop/mlflow.db", Path("/shop")),
        ("sqlite:///file:x?mode=memory&uri=true", None),
        ("/shop/mlruns/1", Path("/shop/mlruns/1")),
        ("file:///shop/my%20runs", Path("/shop/my runs")),
        ("mlflow-artifacts:/1", None),
        ("s3://shop/runs", None),
        ("postgresql://host/mlflow", None),
    ],
)
def test_what_lies_on_this_host_has_a_folder(uri, folder):
    assert local_folder(uri) == folder


def test_a_place_that_is_there_or_can_be_made_is_enough(tmp_path):
    require_room(str(tmp_path / "not" / "there"), "x=y")
    require_room("s3://shop/runs", "x=y")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "mlruns").touch()
    with pytest.raises(UserError, match="may not be written; let it be written, or set x=y"):
        require_room(str(tmp_path / "mlruns" / "1"), "x=y")


def test_room_is_kept_until_an_error_is_to_be_recorded(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    sizes = []

    def fails():
        sizes.extend(path.stat().st_size for path in tmp_path.iterdir())
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UserError, match="No space left"), disks_in_one_line(uri):
        fails()
    assert sizes == [KEPT_BYTES]
    assert not list(tmp_path.iterdir())


def test_a_store_elsewhere_needs_no_room():
    kept_room("http://server:5000")()


@pytest.mark.parametrize(
    "said", ["disk is full", "attempt to write a readonly database", "disk I/O error"]
)
def test_what_sqlite_says_of_its_disk_is_one_line(said):
    error = MlflowException(f"(sqlite3.OperationalError) {said}\n[SQL: INSERT]")
    line = str(disk_refusal(error))
    assert said in line
    assert "tracking.uri=" in line
    assert "\n" not in line


@pytest.mark.parametrize("error", [MlflowException("no such run"), ValueError("disk is full")])
def test_other_errors_stay(error):
    assert disk_refusal(error) is None
    with pytest.raises(type(error)), disks_in_one_line("http://server:5000"):
        raise error
