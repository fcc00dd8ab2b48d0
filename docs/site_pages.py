"""Pages of the site that no file holds: the README as its first, and one for each room.

mkdocs calls these functions, see mkdocs.yml.
"""

import re
from pathlib import Path
from typing import Any

from draw_rooms import REPO, imported_rooms, in_order, meaning
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROLE = re.compile(r":\w+:<code>~?([\w.]+)</code>")
"""A reference to another name in a docstring, as in :func:`~module.function`."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of the rooms behind the public names."""
    (api,) = [part["API"] for part in config.nav or [] if "API" in part]
    api += [{room: f"api/{room}.md"} for room in rooms()]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Make the pages."""
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "index.md", content=readme.replace("](docs/", "](")))
    for room in rooms():
        files.append(File.generated(config, f"api/{room}.md", content=room_page(room)))
    return files


def on_page_markdown(markdown: str, *, page: Page, files: Files, **_: Any) -> str:
    """Leave the words of a link to a file that is no page of the site, without the link."""
    folder = Path(page.file.src_uri).parent

    def kept(link: re.Match[str]) -> str:
        words, target = link.groups()
        outside = "://" not in target and not target.startswith("#")
        name = target.partition("#")[0]
        return words if outside and not files.get_file_from_path(str(folder / name)) else link[0]

    return re.sub(r"(?<!!)\[([^\]\n]+)\]\(([^)\s]+)\)", kept, markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Turn full names in docstrings into links, which must lead somewhere; short ones into code."""

    def link(role: re.Match[str]) -> str:
        name = role[1]
        if "." not in name:
            return f"<code>{name}</code>"
        return f'<autoref identifier="{name}"><code>{name.rpartition(".")[2]}</code></autoref>'

    return ROLE.sub(link, html)


def rooms() -> list[str]:
    """Rooms that can be imported, in the order of the architecture."""
    return [room for room in in_order(imported_rooms()) if not room.startswith("_")]


def room_page(room: str) -> str:
    """All that is public in a room."""
    return (
        f"# {room}\n\n{meaning(room)}\n\n"
        f"::: segmentation.{room}\n    options:\n      show_root_heading: false\n"
        "      show_root_toc_entry: false\n      show_submodules: true\n"
        "      show_docstring_description: true\n"
    )
