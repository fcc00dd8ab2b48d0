"""Text files in any encoding, made readable for an engine that wants UTF-8."""

import codecs
import csv
import gzip
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from segmentation.errors import UserError

BLOCK_BYTES = 1 << 20
READ_AS_IT_IS = ("utf-8", "utf-8-sig", "ascii")
WESTERN = "cp1252"
IN_USE = (WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1257")
IN_USE_OF_EAST_ASIA = ("cp932", "gb18030", "big5", "cp949")
TELLING_VALUES = 2000
"""So many values with signs beyond ASCII are enough to tell an encoding."""
LOOKED_AT_LINES = 10_000
WORD = re.compile(rb"[A-Za-z\x80-\xff][\x80-\xff]|[\x80-\xff][A-Za-z]")
"""A sign beyond ASCII inside a word: a lone £ or ½ tells nothing."""
FIELD = re.compile(r'"[^"]*"|\S+')


def readable_copy(
    path: Path, scratch: Path, encoding: str = "utf-8", by_space: bool = False
) -> Path:
    """Return the file itself when the engine can read it, else a copy that it can.

    It can where the text is UTF-8 and all lines end alike.

    Parameters
    ----------
    path : Path
        Text, gzipped when its name ends in ``.gz``.
    scratch : Path
        Existing folder that takes the copy.
    encoding : str
        Any name that Python knows.
    by_space : bool
        Whether columns are separated by any number of blanks; the copy has tabs instead.

    Raises
    ------
    UserError
        The encoding is unknown or the file is not written in it.
    """
    try:
        in_utf8 = codecs.lookup(encoding).name in READ_AS_IT_IS
        if in_utf8 and not _has_mixed_ends(path, encoding) and not by_space:
            return path
        copy = scratch / f"{path.stem}.utf8.csv"
        with (
            io.TextIOWrapper(_open(path), encoding, newline=None) as source,
            copy.open("w", encoding="utf-8", newline="\n") as target,
        ):
            if by_space:
                target.writelines("\t".join(FIELD.findall(line)) + "\n" for line in source)
            else:
                shutil.copyfileobj(source, target, BLOCK_BYTES)
    except LookupError as error:
        raise UserError(
            f"data.encoding={encoding!r} is unknown; set data.encoding=utf-8, utf-16, cp1252, …"
        ) from error
    except UnicodeError as error:
        raise UserError(f"{path} is not written in {encoding}; set data.encoding=…") from error
    return copy


def irregular_line(path: Path) -> str:
    """Say which line has another number of fields than most; empty where none of the first has."""
    with _open(path) as file:
        lines = [line.decode("utf-8", "replace") for line in islice(file, LOOKED_AT_LINES)]
    text = "".join(lines)
    reader = csv.reader(lines, delimiter=max(",;\t|", key=text.count))
    try:
        rows = list(reader)
    except csv.Error as error:
        return f"line {reader.line_num:,} is no line of fields ({error})"
    if not any(rows):
        return "it has no lines"
    usual = Counter(len(row) for row in rows if row).most_common(1)[0][0]
    odd = next(((n, len(row)) for n, row in enumerate(rows, 1) if row and len(row) != usual), None)
    return f"line {odd[0]:,} has {odd[1]} fields, most lines have {usual}" if odd else ""


def find_encoding(path: Path) -> str:
    """Find the encoding of a text file.

    A byte order mark decides, then whether all of it is UTF-8. Else charset-normalizer says which
    of the encodings in use gives the likeliest text; Windows-1252 where another is no likelier,
    and Latin-1, which reads anything, where it has signs that Windows-1252 has not.

    Returns
    -------
    str
        As Python names it.
    """
    with _open(path) as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    if _decodes(path, "utf-8"):
        return "utf-8"
    likeliest = _likeliest(path)
    return likeliest if _decodes(path, likeliest) else "latin-1"


def _decodes(path: Path, encoding: str) -> bool:
    try:
        _has_mixed_ends(path, encoding)
    except UnicodeError:
        return False
    return True


def _likeliest(path: Path) -> str:
    from charset_normalizer import from_bytes

    telling = b"\n".join(sorted(set(islice(_telling_values(path), TELLING_VALUES))))
    # Each kind by itself: bytes of one alphabet make some sense in the other.
    for encodings in (IN_USE, IN_USE_OF_EAST_ASIA):
        found = from_bytes(telling, cp_isolation=[*encodings])
        ranks = {
            match.encoding: (_strange_words(str(match)), match.chaos, -match.coherence)
            for match in found
        }
        likeliest = [name for name, rank in ranks.items() if rank == min(ranks.values())]
        if likeliest:
            return WESTERN if WESTERN in likeliest else likeliest[0]
    return WESTERN


def _strange_words(text: str) -> int:
    """Words with a sign among their letters that is none, such as ``Wroc³aw``."""
    return sum(not word.isalpha() for word in re.split(r"[\s!-/:-@\[-`{-~]+", text) if word)


def _telling_values(path: Path) -> Iterator[bytes]:
    with _open(path) as file:
        for line in file:
            if not line.isascii():
                values = re.split(rb'[,;\t"\r\n\d]+', line)
                yield from (value.strip() for value in values if WORD.search(value))


def _has_mixed_ends(path: Path, encoding: str) -> bool:
    """Whether lines end in more than one way; raises UnicodeError where it does not decode."""
    decoder = codecs.getincrementaldecoder(encoding)()
    both, returns, feeds = 0, 0, 0
    with _open(path) as file:
        while block := file.read(BLOCK_BYTES):
            if block.endswith(b"\r"):
                block += file.read(1)
            decoder.decode(block)
            both += block.count(b"\r\n")
            returns += block.count(b"\r")
            feeds += block.count(b"\n")
        decoder.decode(b"", final=True)
    return sum(count > 0 for count in (both, returns - both, feeds - both)) > 1


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]
