"""Disks that are full or may not be written: refused before a run is opened, told in one line."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from mlflow.exceptions import MlflowException

from segmentation.errors import OF_PLACES, UserError, refusal_of_a_place
from segmentation.temporary import claim

SQLITE = "sqlite:///"
NEEDED_BYTES = 4_000_000
"""What a store and the artifacts of a run take at least."""
KEPT_BYTES = 400_000
"""With so much a SQLite store can be told how a run has ended."""
SAID_BY_SQLITE = ("disk is full", "readonly database", "disk I/O error", "unable to open database")


def local_folder(uri: str) -> Path | None:
    """Folder of a store or of artifacts on this host; ``None`` where they are elsewhere."""
    if uri.startswith(SQLITE):
        return None if "?" in uri else Path(uri.removeprefix(SQLITE)).parent
    parts = urlsplit(uri)
    # One letter is a drive of Windows.
    if len(parts.scheme) < 2:
        return Path(uri)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def require_room(uri: str, option: str) -> None:
    """Refuse to begin where nothing can be written to the end.

    Parameters
    ----------
    uri : str
        Of a store or of artifacts, absolute.
    option : str
        By which another place is chosen, with its value.

    Raises
    ------
    UserError
        The folder may not be written, or its disk has too little space.
    """
    folder = local_folder(uri)
    if folder is None:
        return
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"'{folder}' may not be written; let it be written, or set {option}")
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise UserError(
            f"the disk of '{folder}' has {free / 1e6:.1f} MB free, and a run takes "
            f"{NEEDED_BYTES / 1e6:.0f} MB; free some space, or set {option}"
        )


def kept_room(uri: str) -> Callable[[], None]:
    """Keep some space beside a SQLite store, with which a run is closed on a disk that is full.

    Parameters
    ----------
    uri : str
        Of the store, absolute.

    Returns
    -------
    callable
        Gives the space back.
    """
    folder = local_folder(uri) if uri.startswith(SQLITE) else None
    if folder is None:
        return lambda: None
    kept = folder / f".{Path(uri).name}.{uuid4().hex}.room"
    claim(kept)
    with suppress(OSError), kept.open("wb") as file:
        file.write(os.urandom(KEPT_BYTES))
        file.flush()
        os.fsync(file.fileno())

    def give_back() -> None:
        with suppress(OSError):
            kept.unlink(missing_ok=True)

    return give_back


@contextmanager
def disks_in_one_line(uri: str) -> Iterator[None]:
    """Tell of a disk that gets full during the block in one line, and leave room to record it.

    Parameters
    ----------
    uri : str
        Of the store, absolute.

    Raises
    ------
    UserError
        A disk is full, or a folder may not be written.
    """
    give_back = kept_room(uri)
    try:
        yield
    except Exception as error:
        refusal = disk_refusal(error)
        if refusal is None:
            raise
        raise refusal from error
    finally:
        give_back()


def disk_refusal(error: Exception) -> UserError | None:
    """What is to be told where a disk or a folder refused; ``None`` where it is another error."""
    if isinstance(error, OSError) and error.errno in OF_PLACES:
        return refusal_of_a_place(error)
    said = next((line for line in str(error).splitlines() if line.strip()), "")
    if isinstance(error, MlflowException) and any(each in said for each in SAID_BY_SQLITE):
        return UserError(
            f"the tracking store cannot be written ({said}); free some space, let it be written, "
            "or set tracking.uri=sqlite:///mlflow.db in another folder"
        )
    return None
