"""What is secret, in one place: nothing that is printed, written or recorded holds it."""

import re
from collections.abc import Mapping
from typing import Any

NAMED = r"passw(?:or)?d|secret|token|credential|access_?key|api_?key"
SECRET = re.compile(NAMED, re.IGNORECASE)
"""Keys whose values are secret, by a part of their names."""
GIVEN = re.compile(
    rf"\b(\w*(?:{NAMED})\w*\s*=\s*)(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)", re.IGNORECASE
)
"""The value of such a key in a text, as in ``password=…``."""
USER = re.compile(r"(?<=://)[^/\s'\"]*@")
QUERY = re.compile(r"(#/[^\s'\"]*)|(?<=\S)\?[\w.~%+-]+=[^\s'\"]*")
"""In an address: user and password; and what follows a question mark, unless it is a pattern of
names or, behind a #, a place on a page, which is not sent."""


def masked(text: str) -> str:
    """Text without what is secret in it.

    Of addresses the user, the password and the query are left out, whose signature may be one; the
    value of a key that is named like a secret becomes ``…``. A pattern of file names, as
    ``orders-?.csv``, stays.
    """
    if "://" in text:
        text = QUERY.sub(lambda found: found.group(1) or "", USER.sub("", text))
    return GIVEN.sub(r"\1…", text)


def masked_value(value: Any) -> str:
    """A value as text, without what is secret in its addresses.

    Without an address it may be SQL, in which a column may be called token.
    """
    text = str(value)
    return masked(text) if "://" in text else text


def masked_argument(argument: str) -> str:
    """An argument of a command, ``key=value``, without what is secret in it."""
    key, equals, _ = argument.partition("=")
    if equals and SECRET.search(key):
        return f"{key}=…"
    return masked_value(argument)


def without_secrets(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Plain values that may be recorded.

    Left out, at every depth: keys that name a secret, and what `masked` leaves out of texts with an
    address.
    """
    kept: dict[Any, Any] = {}
    for key, value in values.items():
        if SECRET.search(str(key)):
            continue
        if isinstance(value, Mapping):
            kept[key] = without_secrets(value)
        elif isinstance(value, list | tuple):
            kept[key] = [*without_secrets(dict(enumerate(value))).values()]
        else:
            kept[key] = masked_value(value) if isinstance(value, str) else value
    return kept
