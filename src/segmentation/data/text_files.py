"""Text files in any encoding, made readable for an engine that wants UTF-8."""

import codecs
import gzip
import shutil
from pathlib import Path
from typing import IO

from segmentation.errors import UserError

BLOCK_BYTES = 1 << 20


def utf8_copy(path: Path, scratch: Path, encoding: str | None = None) -> Path:
    """Return the file itself when it is UTF-8, else a copy of it that is.

    Parameters
    ----------
    path : Path
        Text, gzipped when its name ends in ``.gz``.
    scratch : Path
        Existing folder that takes the copy.
    encoding : str, optional
        Any name that Python knows. When None a byte order mark decides, then UTF-8, Windows-1252
        and Latin-1 are tried in this order; Latin-1 reads anything.

    Raises
    ------
    UserError
        The encoding is unknown or the file is not written in it.
    """
    encoding = encoding or _guess_encoding(path)
    try:
        if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}:
            _check_decodes(path, encoding)
            return path
        copy = scratch / f"{path.stem}.utf8.csv"
        with _open(path) as source, copy.open("w", encoding="utf-8", newline="") as target:
            shutil.copyfileobj(codecs.getreader(encoding)(source), target, BLOCK_BYTES)
    except LookupError as error:
        raise UserError(
            f"data.encoding={encoding!r} is unknown; set data.encoding=utf-8, utf-16, cp1252, …"
        ) from error
    except UnicodeError as error:
        raise UserError(f"{path} is not written in {encoding}; set data.encoding=…") from error
    return copy


def _guess_encoding(path: Path) -> str:
    with _open(path) as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    for encoding in ("utf-8", "cp1252"):
        try:
            _check_decodes(path, encoding)
        except UnicodeError:
            continue
        return encoding
    return "latin-1"


def _check_decodes(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with _open(path) as file:
        while block := file.read(BLOCK_BYTES):
            decoder.decode(block)
        decoder.decode(b"", final=True)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]
