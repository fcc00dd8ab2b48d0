"""Instants in a format of strptime, written anew in ISO 8601 for engines that lack strptime."""

import re
from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir

from segmentation.engine.errors import UnknownFormatError

Replaced = Callable[[ir.StringColumn, str, str], ir.StringColumn]
Found = Callable[[ir.StringColumn, str], ir.StringColumn]
DAY = (
    r"\d{4}-(0?[13578]|1[02])-(0?[1-9]|[12]\d|3[01])|\d{4}-(0?[469]|11)-(0?[1-9]|[12]\d|30)"
    r"|\d{4}-0?2-(0?[1-9]|1\d|2[0-8])"
    r"|(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-0?2-29"
)
TIME = r"([01]?\d|2[0-3]):[0-5]?\d(:[0-5]?\d(\.\d{1,6})?)?"
OFFSET = r"Z|UTC|[+-](0\d|1[0-4]):[0-5]\d"
ISO_8601 = rf"^({DAY})([ T]{TIME}( ?({OFFSET}))?)?$"
"""An instant that exists, in a notation that every engine reads alike."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
REST_OF_MONTHS = (
    *("uary", "ruary", "ch", "il", "", "e", "y", "ust", "tember", "ober", "ember", "ember"),
)
DIRECTIVES = {
    "Y": r"\d{4}",
    "G": r"\d{4}",
    "y": r"\d{2}",
    "m": r"\d{1,2}",
    "d": r"\d{1,2}",
    "H": r"\d{1,2}",
    "I": r"0?[1-9]|1[0-2]",
    "M": r"\d{1,2}",
    "S": r"\d{1,2}",
    "f": r"\d{1,6}",
    "p": "am|pm",
    "b": "|".join(MONTHS),
    "B": "|".join(map("".join, zip(MONTHS, REST_OF_MONTHS, strict=True))),
    "V": r"\d{1,2}",
    "u": "[1-7]",
}
"""What a directive of strptime reads."""


def sure_iso_8601(text: ir.StringColumn, replaced: Replaced, found: Found) -> ir.StringColumn:
    """Instants in ISO 8601 that exist, in one notation; null for any other text.

    Parameters
    ----------
    text : ibis string column
    replaced, found : callable
        See `dialect.Dialect`.
    """
    text = replaced(text.strip(), r"^(\d{4})[-/ ](\d{1,2})[-/ ](\d{1,2})", r"\1-\2-\3")
    text = replaced(text, r"^([\d-]+)[ T]+(\d)", r"\1 \2")
    # an engine wants seconds before an offset
    text = replaced(text, r"^([\d-]+ \d+:\d+)($|[^:\d])", r"\1:00\2")
    # an engine would round what is finer than a microsecond
    text = replaced(text, r"(\.\d{6})\d+", r"\1")
    text = replaced(text, r"\.($|[Z+-])", r"\1")
    text = replaced(text, r"(:\d+(\.\d+)?) ?([+-]\d\d)$", r"\1\3:00")
    text = replaced(text, r"(:\d+(\.\d+)?) ?([+-]\d\d)(\d\d)$", r"\1\3:\4")
    return found(text, ISO_8601)


def in_iso_8601(
    text: ir.StringColumn, date_format: str, replaced: Replaced, found: Found
) -> ir.StringColumn:
    """Instants in a format of strptime, in ISO 8601 where the text has that format.

    Parameters
    ----------
    text : ibis string column
    date_format : str
        Of `DIRECTIVES`; names of months in English, in any case.
    replaced, found : callable
        See `dialect.Dialect`.

    Raises
    ------
    UnknownFormatError
        The format has another directive, one of them twice, or more than nine.
    """
    pattern, places = _pattern(date_format)
    fits = found(text.strip(), pattern)
    parts = {
        directive: replaced(fits, pattern, rf"\{place}") for directive, place in places.items()
    }
    return ibis.literal(" ").join([_day(parts), _time(parts)])


def _pattern(date_format: str) -> tuple[str, dict[str, int]]:
    """Regular expression of a format, and the number of the group of every directive."""
    pattern, places = "", dict[str, int]()
    for directive, character in re.findall(r"%(.)|(.)", date_format, re.DOTALL):
        if not directive or directive == "%":
            pattern += r"\s+" if character.isspace() else re.escape(directive or character)
            continue
        if directive not in DIRECTIVES or directive in places or len(places) == 9:
            known = " ".join(f"%{each}" for each in DIRECTIVES)
            raise UnknownFormatError(
                f"%{directive} is not read by this engine, which reads {known}"
            )
        places[directive] = len(places) + 1
        pattern += f"({DIRECTIVES[directive]})"
    return f"(?i)^{pattern}$", places


def _day(parts: Mapping[str, ir.StringColumn]) -> ir.StringColumn:
    if "G" in parts:
        return _day_of_week(parts)
    year = parts.get("Y", ibis.literal("1900"))
    if "y" in parts:
        year = ibis.ifelse(parts["y"] >= "69", "19", "20") + parts["y"]
    named = parts.get("b", parts.get("B"))
    month = parts.get("m", ibis.literal("1"))
    if named is not None:
        numbers = ((named.lower()[:3] == name, f"{n:02}") for n, name in enumerate(MONTHS, 1))
        month = ibis.cases(*numbers, else_=ibis.null("string"))
    return ibis.literal("-").join([year, month, parts.get("d", ibis.literal("1"))])


def _day_of_week(parts: Mapping[str, ir.StringColumn]) -> ir.StringColumn:
    """Day of an ISO week: the fourth of January is in the first one."""
    fourth = (parts["G"] + "-01-04").cast("date")
    week, day = (parts[name].cast("int32") for name in ("V", "u"))
    days = (week - 1) * 7 + day - 1 - fourth.day_of_week.index().cast("int32")
    return (fourth + days.as_interval("D")).cast("string").substr(0, 10)


def _time(parts: Mapping[str, ir.StringColumn]) -> ir.StringColumn:
    hour = parts.get("H", ibis.literal("0"))
    if "I" in parts:
        of_twelve = parts["I"].cast("int32") % 12
        after_noon = parts["p"].lower() == "pm" if "p" in parts else ibis.literal(False)
        hour = ibis.ifelse(after_noon, of_twelve + 12, of_twelve).cast("string")
    minute, second = (parts.get(name, ibis.literal("0")) for name in ("M", "S"))
    if "f" in parts:
        second = ibis.literal(".").join([second, parts["f"]])
    return ibis.literal(":").join([hour, minute, second])
