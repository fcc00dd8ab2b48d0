"""Text as a value in Hydra's grammar of overrides."""

import re

from hydra.core.override_parser.types import Quote, QuotedString


def quoted(text: str) -> str:
    """Quote a text so that Hydra takes it as it is, whatever stands in it.

    A reference such as ``${k}`` is text too.
    """
    return with_references(re.sub(r"(\\*)\$\{", r"\1\1\\${", text))


def with_references(text: str) -> str:
    """Quote a text so that Hydra takes it as it is but for its references."""
    return str(QuotedString(text, Quote.single).with_quotes())
