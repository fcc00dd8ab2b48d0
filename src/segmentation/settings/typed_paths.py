"""Options that are paths, names of columns or SQL, as they are typed: quoted for Hydra."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from segmentation.errors import UserError
from segmentation.settings.implied import with_implied_data
from segmentation.settings.quoting import quoted, with_references

AS_TYPED: ContextVar[tuple[str, ...]] = ContextVar("as_typed", default=())
"""Arguments before their paths were quoted, while Hydra is at work."""
PATHS = ("data.path", "output", "previous", "history", "list", "engine.temp_folder")
"""Options whose value is a path; a new one is a row here."""
NAME_LISTS = ("keep", "describe")
"""Options that are always several names, of which one may be typed without brackets."""
LISTS = ("data.path", "data.header", *NAME_LISTS)
"""Those that may be several paths, or names, in brackets."""
TEXTS = (
    *("where", "query", "table", "date_format", "delimiter", "cancellation_prefix"),
    r"columns\.\w+",
)
"""Options of data whose value is a text, of any signs."""
OWN_TEXTS = ("exclude", "forget", "holdout.campaign")
"""Such options outside of data, and names that a person gives."""
PLACES = ("engine.url", "engine.master", "engine.remote")
"""Texts that may refer to the environment."""
NAMES = (
    *map(re.escape, {*PATHS, *LISTS, *PLACES, *OWN_TEXTS}),
    *(rf"data\.{name}" for name in TEXTS),
)
TYPED = re.compile(rf"(\+{{0,2}}({'|'.join(NAMES)})=)(.*)", re.DOTALL)
READ_AS_IT_IS = re.compile(r"(?!\.\d)[A-Za-z_./][\w./-]*", re.ASCII)
"""What Hydra reads as the text that it is."""
WORDS = ("true", "false", "null", "inf", "nan")
"""What Hydra would not read as text; ``null`` is none of them where an option may be empty."""
ALREADY_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
LIST = re.compile(rf"\[((?:{ALREADY_QUOTED.pattern}|\[[^\[\]]*\]|[^\[\]])*+)\]", re.DOTALL)
"""Paths in brackets, which may have brackets in their names; ``[0-9][0-9]`` is a pattern."""
PART = re.compile(rf"\s*(?:{ALREADY_QUOTED.pattern}|{LIST.pattern})\s*(?=,|$)|[^,]*", re.DOTALL)
SWEEPS = re.compile(r"(choice|sort|shuffle|tag)\(.*\)", re.DOTALL)
"""What else Hydra reads as several values."""


@contextmanager
def paths_as_typed() -> Iterator[None]:
    """Quote the paths on the command line, for as long as Hydra is at work.

    Raises
    ------
    UserError
        If a path cannot be taken.
    """
    typed = sys.argv
    sys.argv = [*typed[:1], *with_quoted_paths(with_implied_data(typed[1:]))]
    token = AS_TYPED.set(tuple(typed[1:]))
    try:
        yield
    finally:
        AS_TYPED.reset(token)
        sys.argv = typed


def typed_arguments() -> list[str]:
    """Arguments of the command as they were typed, before any path was quoted."""
    return [*AS_TYPED.get()] or sys.argv[1:]


def with_quoted_paths(arguments: Sequence[str]) -> list[str]:
    """Quote the value of every argument that sets a path, where Hydra would read another.

    Parameters
    ----------
    arguments : sequence of str
        What was typed, without the name of the script.

    Raises
    ------
    UserError
        If a path cannot be taken.
    """
    several = any(map(begins_a_sweep, arguments))
    return [_quoted_argument(argument, several) for argument in arguments]


def begins_a_sweep(argument: str) -> bool:
    """Whether an argument asks for many runs in the place of one."""
    long = len(argument) > 2 and "--multirun".startswith(argument)
    return argument == "-m" or long or argument.startswith(("sweep=", "hydra.mode=MULTIRUN"))


def _quoted_argument(argument: str, several: bool) -> str:
    found = TYPED.fullmatch(argument)
    if found is None:
        return argument
    setting, name, value = found.groups()
    if value in ("", "null"):
        return argument
    if name in NAME_LISTS and not value.startswith("["):
        value = f"[{value}]"
    if name in PLACES:
        return argument if ALREADY_QUOTED.fullmatch(value) else setting + with_references(value)
    if name not in (*PATHS, *LISTS):
        return argument if ALREADY_QUOTED.fullmatch(value) else setting + quoted(value)
    if is_there(value):
        return setting + quoted_path(name, value)
    if several and SWEEPS.fullmatch(value):
        return argument
    return setting + (_quoted_parts(name, value) if several else quoted_paths(name, value))


def _quoted_parts(name: str, value: str) -> str:
    """Paths between commas; one with a comma in its name is typed in quotes."""
    parts, place = [], 0
    while place <= len(value):
        part = PART.match(value, place)
        assert part is not None
        parts.append(part.group().strip())
        place = part.end() + 1
    if "" in parts:
        raise UserError(
            f"{name}={value} has an empty path between its commas; type {name}=a.csv,b.csv, "
            f"and a comma within a name as {name}=\"'a,1.csv',b.csv\""
        )
    return ",".join(quoted_paths(name, part) for part in parts)


def quoted_paths(name: str, value: str) -> str:
    """Quote a path, or each of a list of paths in brackets.

    Parameters
    ----------
    name : str
        Of the option.
    value : str
        One in brackets is a list unless it is a file, or the option takes one path only.

    Raises
    ------
    UserError
        If a path cannot be taken.
    """
    listed = LIST.fullmatch(value) if name in LISTS and not is_there(value) else None
    return f"[{_quoted_parts(name, listed.group(1))}]" if listed else quoted_path(name, value)


def quoted_path(name: str, path: str) -> str:
    """Quote one path so that Hydra reads what was typed; ``~`` is the home folder.

    Parameters
    ----------
    name : str
        Of the option.
    path : str
        One that is in quotes already, as Hydra wants it, stays so unless it is a file.

    Raises
    ------
    UserError
        If it cannot be taken.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = path.encode("ascii", "backslashreplace").decode()
        raise UserError(
            f"{name}={shown} is no text that can be recorded; rename the file, "
            f"and type {name}=orders.csv"
        ) from None
    if "${" in path and is_there(path):
        raise UserError(
            f"{name}={path} would be read as a reference to another option; rename the file, "
            f"and type {name}=orders.csv"
        )
    if ALREADY_QUOTED.fullmatch(path) and not is_there(path):
        return path
    if path == "~" or path.startswith(("~/", "~\\")):
        path = _home(name, path) + path[1:]
    if READ_AS_IT_IS.fullmatch(path) and path.lower() not in WORDS:
        return path
    return with_references(path)


def _home(name: str, path: str) -> str:
    try:
        return str(Path.home())
    except RuntimeError:
        raise UserError(
            f"{name}={path} begins with a home folder that is not known; "
            f"type the whole path, as {name}=/home/me/orders.csv"
        ) from None


def is_there(path: str) -> bool:
    """Whether a text is the path of something that exists."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # too long for a name, or no text of this system
        return False
