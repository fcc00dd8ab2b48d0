"""Customer segments that can be trusted.

``import segmentation as sg``: `sg.measure` the customers of a shop, `sg.segment` them in one way,
`sg.compare` several. See docs/tour.ipynb.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segmentation.api import compare, measure, segment
    from segmentation.compared import Comparison
    from segmentation.customers.measured import MeasuredCustomers
    from segmentation.data.cleaning import CleaningRules
    from segmentation.errors import UserError
    from segmentation.recipe import Recipe
    from segmentation.segmented import Segmentation
    from segmentation.selection.guards import SelectionRules

__version__ = "0.3.0"
PUBLIC = {
    "measure": "api",
    "segment": "api",
    "compare": "api",
    "Comparison": "compared",
    "MeasuredCustomers": "customers.measured",
    "CleaningRules": "data.cleaning",
    "UserError": "errors",
    "Recipe": "recipe",
    "Segmentation": "segmented",
    "SelectionRules": "selection.guards",
}
"""Public name to the module that has it: a loaded model must not import what it does not need."""
__all__ = [
    "CleaningRules",
    "Comparison",
    "MeasuredCustomers",
    "Recipe",
    "Segmentation",
    "SelectionRules",
    "UserError",
    "compare",
    "measure",
    "segment",
]


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module 'segmentation' has no attribute {name!r}")
    return getattr(importlib.import_module(f"segmentation.{PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *PUBLIC]
