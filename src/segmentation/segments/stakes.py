"""Money at stake in a segment: what is there today, never what an action might bring."""

from dataclasses import dataclass

from segmentation.segments.actions import (
    ORDER_VALUE_GAP,
    RETURNING,
    RETURNING_REPEATERS,
    Action,
)
from segmentation.segments.evidence import number
from segmentation.segments.position import SegmentPosition


@dataclass(frozen=True)
class Stake:
    """Money at stake.

    Attributes
    ----------
    money : float or None
        In the currency of the data; ``None`` where it was not measured.
    formula : str
        How it was counted, with its figures.
    """

    money: float | None
    formula: str


def stake(position: SegmentPosition, action: Action) -> Stake:
    """Money at stake in a segment, by the kind that its action names.

    *revenue*: customers × orders per customer × revenue per order. *returning*: customers × share
    of like customers who came back within the horizon × their median order value; of *returning
    repeaters*, only customers with two orders or more. *order value gap*: customers × orders per
    customer × (median order value of all customers − theirs), and revenue where theirs is not
    below.

    Parameters
    ----------
    position : SegmentPosition
    action : Action
        Whose ``stake`` is the kind.
    """
    if action.stake == RETURNING_REPEATERS:
        return _returning(
            position,
            f"{position.repeaters:,} customers with two orders or more",
            position.repeaters,
            position.repeaters_returned_share,
            position.repeaters_order_value,
        )
    own = position.medians["average_order_value"]
    if action.stake == RETURNING:
        told = f"{position.customers:,} customers"
        return _returning(position, told, position.customers, position.returned_share, own)
    gap = position.order_value_of_all - own
    if action.stake == ORDER_VALUE_GAP and gap > 0:
        orders = position.customers * position.orders_per_customer
        return Stake(
            orders * gap,
            f"{_orders(position)} × ({number(position.order_value_of_all)} − {number(own)}): how "
            "far their median order value is below that of all customers",
        )
    return Stake(
        position.revenue,
        f"{_orders(position)} × {number(position.average_order_value)} per order: their revenue so "
        "far",
    )


def _returning(
    position: SegmentPosition,
    who: str,
    customers: int,
    share: float | None,
    order_value: float | None,
) -> Stake:
    if share is None or order_value is None or position.horizon_days is None:
        return Stake(None, "not measured: the data is too short to see who comes back")
    return Stake(
        customers * share * order_value,
        f"{who} × {share:.1%} of like customers who came back within "
        f"{position.horizon_days:.0f} days × {number(order_value)}, their median order value: what "
        "comes back without an action",
    )


def _orders(position: SegmentPosition) -> str:
    return f"{position.customers:,} customers × {number(position.orders_per_customer)} orders"
