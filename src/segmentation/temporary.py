"""Temporary files of a command: private, in one folder, and gone with it however it ends."""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

from segmentation.processes import Process, end_with

PREFIX = "segmentation-command-"
OWNER, CLAIMED = "owner", "claimed"
"""Files in the folder: the process that made it; paths elsewhere that go with it, as JSON."""
FOLDER_VARIABLE = "SEGMENTATION_TEMPORARY_FOLDER"
TOLD_TO_LIBRARIES = ("TMPDIR", "TEMP", "TMP")


@contextmanager
def temporary_files() -> Iterator[Path]:
    """Let all temporary files of the block, and of the processes that it starts, be private.

    They lie in one folder that only the user may read, which is removed at the end. A process that
    is killed cannot do so: the next command of the same user removes what it left.

    Yields
    ------
    Path
        The folder.
    """
    # A folder of temporary files that is full or closed is told of where it is needed.
    try:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        (folder / OWNER).write_text(str(Process.this()), encoding="utf-8")
    except OSError:
        yield Path(tempfile.gettempdir())
        return
    remove_left_behind(folder.parent)
    before = {name: os.environ.get(name) for name in (*TOLD_TO_LIBRARIES, FOLDER_VARIABLE)}
    own = tempfile.tempdir
    os.environ |= dict.fromkeys(before, str(folder))
    tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = own
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        _remove(folder)


@cache
def temporary_files_until_exit() -> None:
    """Let all temporary files from now on be private, where no block can be around what runs."""
    files = ExitStack()
    files.enter_context(temporary_files())
    atexit.register(files.close)


@cache
def end_with_command() -> None:
    """Let a process that a command started on this host end with it, also when that is killed.

    Workers of launchers would wait for more work, for minutes and with their memory.
    """
    # A host of a cluster does not see the folder.
    with suppress(KeyError, OSError, UnicodeError):
        owner = _owner(Path(os.environ[FOLDER_VARIABLE]))
        if owner is not None and not owner.is_this:
            end_with(owner)


def claim(path: Path, levels: int = 0) -> None:
    """Let a file or a folder elsewhere go with the command, if it is still there at its end.

    Parameters
    ----------
    path : Path
    levels : int
        So many folders above it go, too, where they are empty.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is not None:
        # A host of a cluster does not see the folder.
        with suppress(OSError), (Path(folder) / CLAIMED).open("a", encoding="utf-8") as claimed:
            claimed.write(f"{json.dumps([levels, str(path.absolute())])}\n")


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Write a file beside where it is to be: nobody else reads it before it is complete.

    Parameters
    ----------
    path : Path
        Replaced after the block, where a file was written; a failure leaves what was there before.

    Yields
    ------
    Path
        What is to be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    claim(part)
    try:
        part.touch(mode=0o600)
        yield part
        if part.stat().st_size:
            part.chmod(_usual_mode())
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _usual_mode() -> int:
    """Mode of the files that the user makes."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def remove_left_behind(place: Path) -> None:
    """Remove what commands of this user that were killed have left.

    Parameters
    ----------
    place : Path
        Where folders of commands lie.
    """
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError, UnicodeError):
            mine = not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
            if not mine or folder.is_symlink():
                continue
            owner = _owner(folder)
            if owner is not None and owner.is_gone:
                _remove(folder)


def _owner(folder: Path) -> Process | None:
    return Process.read((folder / OWNER).read_text(encoding="utf-8"))


def _remove(folder: Path) -> None:
    with suppress(OSError, UnicodeError):
        for line in (folder / CLAIMED).read_text(encoding="utf-8").splitlines():
            # A line that was not written to its end, or by another version, names nothing.
            with suppress(OSError, ValueError, TypeError):
                levels, path = json.loads(line)
                remove(Path(path), levels)
    shutil.rmtree(folder, ignore_errors=True)


def remove(path: Path, levels: int = 0) -> None:
    """Remove a file or a folder, and so many folders above it that are empty then."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    with suppress(OSError):
        for above in list(path.parents)[:levels]:
            above.rmdir()
