"""A list for each segment, in a folder beside the list of all customers."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.output_file import output_file
from segmentation.data.scored_output import TABLE
from segmentation.errors import UserError
from segmentation.segments.customer_list import list_file_name
from segmentation.temporary import claim

Append = Callable[[pa.Table], None]
SEGMENTS_FOLDER = "segments"
HEADER = '"customer_id",'
"""How a list begins: what begins otherwise in a folder of lists is somebody else's."""


@contextmanager
def segment_lists(folder: Path | None, overwrite: bool) -> Iterator[Append]:
    """Open a folder with a list for each segment that has a customer, ``at-risk.csv`` and so on.

    Parameters
    ----------
    folder : Path or None
        ``None`` for no such lists.
    overwrite : bool
        Whether lists that are in it may be replaced; all of them are, also those of segments that
        are no more.

    Yields
    ------
    callable
        Appends customers, scored, to the lists of their segments; who is held out of a campaign
        is in none of them, since they are there to be written to.

    Raises
    ------
    UserError
        There are lists already, or they cannot be written.
    """
    if folder is None:
        yield lambda _: None
        return
    if not overwrite and any(lists_in(folder)):
        raise UserError(f"folder '{folder}' has lists; set overwrite=true or another output")
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    claim(unfinished)
    try:
        with _writing(folder):
            unfinished.mkdir(mode=0o700)
        with ExitStack() as files:
            yield partial(_append_by_segment, unfinished, files, {})
        with _writing(folder):
            _put_lists_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def list_of_segment(name: str) -> str:
    """File of the list of a segment, beside that of all customers."""
    return f"{SEGMENTS_FOLDER}/{list_file_name(name)}"


def old_segment_lists(output: str) -> Path | None:
    """Folder beside a list with lists of segments; ``None`` where there are none."""
    if output.startswith(TABLE):
        return None
    folder = Path(output).with_name(SEGMENTS_FOLDER)
    return folder if any(lists_in(folder)) else None


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"folder '{folder}' cannot be written ({error.strerror or error}); close its files, or "
            "set output= to another folder"
        ) from error


def _append_by_segment(
    folder: Path, files: ExitStack, opened: dict[str, Append], scored: pa.Table
) -> None:
    if "control" in scored.column_names:
        scored = scored.filter(pc.invert(scored["control"]))
    names = scored["segment_name"]
    for name in sorted(pc.unique(names).to_pylist()):
        if name not in opened:
            file = _free(folder / list_file_name(name), len(opened))
            opened[name] = files.enter_context(output_file(file, overwrite=True))
            file.touch()
        opened[name](scored.filter(pc.equal(names, name)))


def _free(file: Path, number: int) -> Path:
    """The same file, under another name where a segment of a like name has it."""
    return file.with_stem(f"{file.stem}-{number}") if file.exists() else file


def _put_lists_in_place(new: Path, folder: Path) -> None:
    """Put new lists in the place of old ones, then remove those of segments that are no more."""
    folder.mkdir(exist_ok=True)
    names = [file.name for file in new.iterdir()]
    for name in names:
        (new / name).replace(folder / name)
    for old in [file for file in lists_in(folder) if file.name not in names]:
        old.unlink()


def lists_in(folder: Path) -> Iterator[Path]:
    """CSV files of a folder that are lists of this project, known by how they begin."""
    for file in filter(Path.is_file, folder.glob("*.csv")):
        with file.open(encoding="utf-8", errors="replace") as lines:
            if lines.readline().startswith(HEADER):
                yield file
