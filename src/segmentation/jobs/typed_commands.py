"""Commands that are printed and recorded, in the words that fit how this one was started."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath

from segmentation.masking import masked_argument
from segmentation.settings.typed_paths import is_there, typed_arguments

PROGRAM = "segmentation"
"""Name of the package and of its console script."""
OUTPUT = "output=segments.csv"
EXPORT, DUCKDB = "transactions", "duckdb"
ALSO = ("keep", "lists")
"""What is typed for the lists of a training, and wanted in those of a scoring, too."""
OWN_DATA = ("data.path", "data.query", "data.table")
OF_ENGINES = ("engine.master", "engine.remote", "engine.url")
"""Where the lines of next month are, too."""
NEED_NO_QUOTES = frozenset("-_=./:@%+,~" + os.sep)
CHANGED_IN_DOUBLE_QUOTES = frozenset('"$`!\\') if os.name == "posix" else frozenset()


def script_command(verb: str, *options: str) -> str:
    """Command of a script, as the user would type it after the current one.

    Parameters
    ----------
    verb : str
        ``train``, ``register`` or ``score``.
    *options : str
        What follows it; quoted where a shell would split or change it.
    """
    return _joined([*_script(verb), *options])


def score_command(parameters: Mapping[str, str], model: str) -> str:
    """Command that scores the lines of a run once more: those of the next month are typed so, too.

    Parameters
    ----------
    parameters : mapping of str to str
        Of the run, see `settings.parameters.parameters`; empty where nobody knows it.
    model : str
        URI of the model.
    """
    data = parameters.get("data", EXPORT)
    given = {name: parameters[name] for name in OWN_DATA if name in parameters}
    if "data.path" in given:
        given["data.path"] = _listed(given["data.path"])
    lines = [f"{name}={value}" for name, value in given.items()]
    if data != EXPORT:
        lines.insert(0, f"data={data}")
    if (engine := parameters.get("engine", DUCKDB)) != DUCKDB:
        places = [f"{name}={parameters[name]}" for name in OF_ENGINES if name in parameters]
        lines = [f"engine={engine}", *places, *lines]
    lines = lines or ["data.path=orders.csv"]
    also = [typed for typed in typed_arguments() if typed.partition("=")[0] in ALSO]
    return script_command("score", *lines, *also, OUTPUT, f"model={model}")


def _listed(value: str) -> str:
    """A path, or several as they are typed: a run records them with commas between."""
    several = ", " in value and not is_there(value)
    return f"[{value.replace(', ', ',')}]" if several else value


def this_command() -> str:
    """Command that was typed, to be typed again: without its secrets."""
    started = PurePath(sys.argv[0])
    verb = started.name.partition(" ")[2] or started.stem
    return _joined([*_script(verb), *map(masked_argument, typed_arguments())])


def mlflow_command(*arguments: str) -> str:
    """Command of MLflow in the environment of the current one."""
    started = [*_of_uv(), "mlflow"] if _of_uv() or _installed() else [_python(), "-m", "mlflow"]
    return _joined([*started, *arguments])


def quoted(word: str) -> str:
    """Quote a word where a shell needs it, with the double quotes that every shell knows."""
    if word and all(sign.isalnum() or sign in NEED_NO_QUOTES for sign in word):
        return word
    return shlex.quote(word) if CHANGED_IN_DOUBLE_QUOTES & set(word) else f'"{word}"'


def _joined(words: list[str]) -> str:
    return " ".join(map(quoted, words))


def _script(verb: str) -> list[str]:
    if _installed():
        return [*_of_uv(), PROGRAM, verb]
    if _as_a_module():
        return [*_of_uv(), _python(), "-m", PROGRAM, verb]
    return [*(_of_uv() or [_python()]), str(Path(sys.argv[0]).parent / f"{verb}.py")]


def _installed() -> bool:
    """Whether the console script of the package was started; on Windows it is an .exe."""
    return PurePath(sys.argv[0]).name.startswith((f"{PROGRAM} ", f"{PROGRAM}.exe "))


def _as_a_module() -> bool:
    return PurePath(sys.argv[0]).name.startswith("__main__.py ")


def _of_uv() -> list[str]:
    """What comes first where ``uv run`` started this, in the environment that it made."""
    made = os.environ.get("VIRTUAL_ENV", "")
    inside = "UV" in os.environ and Path(made).resolve() == Path(sys.prefix).resolve()
    return ["uv", "run"] if inside else []


def _python() -> str:
    """Interpreter, as it was typed."""
    return sys.orig_argv[0]
