"""Output that survives any encoding: a sweep must not end because a minus sign cannot be shown."""

import codecs
import io
import sys

HANDLER = "segmentation.plain"
PLAIN = {
    "−": "-",
    "–": "-",
    "·": "-",
    "…": "...",
    "✓": "+",
    "✗": "x",
    "←": "<-",
    "→": "->",
    "±": "+/-",
    "≤": "<=",
    "≥": ">=",
    "²": "2",
    "─": "-",
    "━": "-",
}
"""What stands for a character that the encoding of a terminal, file or pipe does not have."""


def survive_any_encoding() -> None:
    """Let standard output and error write what their encoding lacks in plain characters."""
    codecs.register_error(HANDLER, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=HANDLER)


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(PLAIN.get(character, "?") for character in lacking), error.end
