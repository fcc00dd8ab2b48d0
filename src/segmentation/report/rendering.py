"""Text from templates: HTML is escaped by itself, Markdown by the filter ``markdown``."""

import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PackageLoader, StrictUndefined

from segmentation.errors import UserError
from segmentation.plots.segment_style import money_text, number_text
from segmentation.report.trust import ranking_in_words, stability_in_words, structure_in_words


def render(template: str, folder: Path | None = None, **values: Any) -> str:
    """Fill a template of ``report/templates``, or of a folder; a value not given is an error."""
    return _environment(folder).get_template(template).render(**values)


@cache
def _environment(folder: Path | None) -> Environment:
    environment = Environment(
        loader=PackageLoader("segmentation.report") if folder is None else FileSystemLoader(folder),
        autoescape=lambda name: name is None or ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "share": lambda share: "–" if share != share else f"{share:.1%}",
        "decimals": lambda value, digits: "–" if value != value else f"{value:.{digits}f}",
        "number": number_text,
        "money": money_text,
        "base64": lambda data: b64encode(data).decode("ascii"),
        "stability": stability_in_words,
        "structure": structure_in_words,
        "ranking": ranking_in_words,
        "markdown": escaped_markdown,
    }
    environment.filters |= filters
    return environment


def escaped_markdown(text: str) -> str:
    """Text in which Markdown and HTML see nothing to interpret, on one line."""
    return " ".join(re.sub(r"([\\`*_\[\]<>|#!~&])", r"\\\1", text).split())


def write_page(html: str, path: str | Path) -> Path:
    """Write a page into a file; return its path.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    file = Path(path)
    try:
        file.write_text(html, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"'{path}' cannot be written ({error.strerror}); give another path"
        ) from error
    return file
