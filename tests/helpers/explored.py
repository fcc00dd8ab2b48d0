"""What is read of the page of explore.py."""

from collections.abc import Iterable
from typing import Any


def labelled(elements: Iterable[Any], label: str) -> Any:
    """The one element with this label."""
    (found,) = [element for element in elements if element.label == label]
    return found


def view(page: Any, name: str) -> Any:
    """Turn to a view; nothing may fail in it."""
    page.radio[0].set_value(name).run()
    assert not page.exception
    return page


def told(page: Any) -> str:
    """All that is said as plain text."""
    return "\n".join(text.value for text in page.text)
