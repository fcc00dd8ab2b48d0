"""Text as a value in Hydra's grammar of overrides."""

import re


def quoted(text: str) -> str:
    """Quote a text so that Hydra takes it as it is, whatever stands in it.

    In its grammar a backslash is one, unless quotes follow, and ``${`` begins a reference.
    """
    escaped = re.sub(r"(\\*)'", r"\1\1\\'", text)
    escaped = re.sub(r"(\\+)$", r"\1\1", escaped)
    return "'" + re.sub(r"(\\*)\$\{", r"\1\1\\${", escaped) + "'"
