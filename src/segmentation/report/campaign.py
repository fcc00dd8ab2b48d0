"""A control group and what a campaign changed, as tables in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from segmentation.segments.campaign import (
    NOT_CLEAR,
    NOT_KNOWN,
    ORDERS,
    RETURN,
    REVENUE,
    Effect,
)
from segmentation.segments.holdout import ControlGroup

Rows = list[list[str]]
WITHOUT_DECIMALS = 1_000


@dataclass(frozen=True)
class Figure:
    """How a measure is written.

    Attributes
    ----------
    title : str
    value : str
        Format of a group's value.
    difference : str
        What the format of a difference ends with.
    factor : float
        By which a difference is multiplied.
    """

    title: str
    value: str
    difference: str
    factor: float = 1.0


FIGURES = {
    RETURN: Figure(
        "Return: share with an order (difference in percentage points)",
        "{:.1%}",
        ".1f",
        100.0,
    ),
    ORDERS: Figure("Orders per customer", "{:,.2f}", ",.2f"),
    REVENUE: Figure("Revenue per customer", "{:,.2f}", ",.2f"),
}
CHANCE = (
    "Each interval holds the true difference in about 95 of 100 campaigns, of revenue in fewer "
    "where few customers spend most. Of twenty figures of a campaign that changes nothing, one is "
    "clear by chance."
)


def control_rows(groups: Sequence[ControlGroup]) -> Rows:
    """Segment, treated and control customers, the base and the smallest rise that can be shown."""
    return [
        [
            group.segment,
            f"{group.customers - group.control:,}",
            f"{group.control:,}",
            "" if group.base is None else f"{group.base:.1%}",
            "" if group.rise is None else f"{100 * group.rise:+.1f} points",
        ]
        for group in groups
    ]


def size_rows(found: Sequence[Effect]) -> Rows:
    """Segment, treated and control customers."""
    return [
        [effect.segment, f"{effect.treated_customers:,}", f"{effect.control_customers:,}"]
        for effect in found
        if effect.measure == RETURN
    ]


def campaign_tables(found: Sequence[Effect]) -> Iterator[tuple[str, Rows, list[str]]]:
    """Title, rows and sentences of the table of every measure."""
    for measure, figure in FIGURES.items():
        yield figure.title, effect_rows(found, measure), readings(found, measure)


def effect_rows(found: Sequence[Effect], measure: str) -> Rows:
    """Segment, value of treated and control, and their difference with its interval."""
    figure = FIGURES[measure]
    return [
        [
            effect.segment,
            *(_number(figure.value, value) for value in (effect.treated, effect.control)),
            _difference(figure, effect),
        ]
        for effect in found
        if effect.measure == measure
    ]


def readings(found: Sequence[Effect], measure: str) -> list[str]:
    """Say in a sentence each where treated and control cannot be told apart, or are too few."""
    read = [(effect.reading, effect.segment) for effect in found if effect.measure == measure]
    named = {
        reading: "; ".join(segment for each, segment in read if each == reading)
        for reading in (NOT_CLEAR, NOT_KNOWN)
    }
    return [f"{reading.capitalize()}: {names}." for reading, names in named.items() if names]


def _difference(figure: Figure, effect: Effect) -> str:
    found = effect.difference
    value, low, high = (
        _number(f"{{:+{figure.difference}}}", figure.factor * each)
        for each in (found.value, found.low, found.high)
    )
    return f"{value} ({low} to {high})" if low else value


def _number(form: str, value: float) -> str:
    """A number without decimals where they say nothing; empty where there is none."""
    if isnan(value):
        return ""
    return (form.replace(".2f", ".0f") if abs(value) >= WITHOUT_DECIMALS else form).format(value)
