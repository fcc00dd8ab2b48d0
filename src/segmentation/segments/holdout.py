"""A control group for a campaign: customers drawn by a hash, who get nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from segmentation.errors import UserError
from segmentation.segments.drift import SegmentCounts
from segmentation.segments.sample_size import detectable_rise

LARGEST_RISE = 0.2
"""A group that could not show a rise of so much in the share who buy again teaches nothing."""
ALL = "all"


@dataclass(frozen=True)
class Holdout:
    """Which customers are held out of a campaign.

    Attributes
    ----------
    share : float or None
        Of the customers, in (0, 1); ``None`` for nobody.
    campaign : str
        Its name, without line breaks: every campaign holds out customers of its own.
    seed : int
        Another one holds out others.
    """

    share: float | None = None
    campaign: str = ""
    seed: int = 42

    def control(self, ids: Sequence[str] | pa.Array) -> pa.Array:
        """Tell who is held out, the same customers in every month, program and order.

        The first 16 hexadecimal digits of the SHA-256 digest of the seed, the campaign and the id,
        as UTF-8 with a line feed (chr 10) between them, are a number below 2⁶⁴. A customer is held
        out where it is below share × 2⁶⁴: with a larger share all of a smaller one stay held out.
        Databases compute the same digest.

        Parameters
        ----------
        ids : sequence or array of str, length n_customers

        Returns
        -------
        Array of bool, length n_customers
        """
        if self.share is None:
            return pa.array(np.zeros(len(ids), dtype=bool))
        drawn = hashlib.sha256(f"{self.seed}\n{self.campaign}\n".encode())
        below = int(self.share * 2**64)
        known = ids.to_pylist() if isinstance(ids, pa.Array) else ids
        return pa.array([_number(drawn, each) < below for each in known], pa.bool_())


def require_named(holdout: Holdout) -> None:
    """Refuse a control group without the name of its campaign, or with one of several lines.

    Raises
    ------
    UserError
        All campaigns would hold out the same customers.
    """
    name = holdout.campaign
    if holdout.share is not None and not name.strip():
        raise UserError(
            f"holdout.share={holdout.share:g} needs the name of the campaign, so that each holds "
            "out customers of its own; set holdout.campaign=spring"
        )
    if len(name.splitlines()) > 1:
        raise UserError(f"holdout.campaign={name!r} must be one line; set holdout.campaign=spring")


@dataclass(frozen=True)
class ControlGroup:
    """The customers of a segment who are held out, and what can be learnt from so many.

    Attributes
    ----------
    segment : str
        Its name; `ALL` for all customers.
    customers, control : int
        In it, and held out of them.
    base : float or None
        Share who buy again, as the model's training has watched it; ``None`` where it has not.
    rise : float or None
        Smallest rise of that share that can be shown, see `sample_size.detectable_rise`; ``None``
        where there is none, or no base.
    days : float or None
        Within which ``base`` counts who buys again; ``None`` without it.
    """

    segment: str
    customers: int
    control: int
    base: float | None
    rise: float | None
    days: float | None = None

    @property
    def is_too_small(self) -> bool:
        """Whether it would not show a rise of 20 percentage points; False without a base."""
        return self.base is not None and (self.rise is None or self.rise > LARGEST_RISE)


def control_groups(
    counts: SegmentCounts, segments: Sequence[Mapping[str, Any]]
) -> list[ControlGroup]:
    """Size up the control group of every segment, and that of all customers last.

    Parameters
    ----------
    counts : SegmentCounts
        Of the scored customers.
    segments : sequence of mappings
        Of the model's metadata, with ``name``, ``returned_share`` and ``horizon_days``, see
        `naming.SegmentName`; an older edition has not all of them.
    """
    bases = {each["name"]: each.get("returned_share") for each in segments}
    days = next((each["horizon_days"] for each in segments if each.get("horizon_days")), None)
    found = [
        _group(name, customers, counts.control.get(name, 0), bases.get(name), days)
        for name, customers in counts.segments.items()
    ]
    known = [(group.customers, group.base) for group in found if group.base is not None]
    customers = sum(group.customers for group in found)
    # Without the share of a segment, that of all is unknown.
    whole = len(known) == len(found) and customers > 0
    base = sum(many * share for many, share in known) / customers if whole else None
    return [*found, _group(ALL, customers, sum(counts.control.values()), base, days)]


def too_small(groups: Sequence[ControlGroup]) -> str:
    """Say which control groups teach nothing, in one line; empty where all are large enough."""
    names = [group.segment for group in groups if group.is_too_small]
    if not names:
        return ""
    return (
        f"too few customers to learn anything about {'; '.join(names)}: even a rise of "
        f"{100 * LARGEST_RISE:.0f} percentage points would go unseen; raise holdout.share, or "
        "look at larger segments or at all customers together"
    )


def _group(
    name: str, customers: int, control: int, base: float | None, days: float | None
) -> ControlGroup:
    rise = None
    if base is not None and 0 < control < customers:
        rise = detectable_rise(base, customers - control, control)
    return ControlGroup(name, customers, control, base, rise, None if base is None else days)


def _number(drawn: Any, customer_id: str) -> int:
    """First eight bytes of the digest, the first of them the highest."""
    digest = drawn.copy()
    digest.update(customer_id.encode())
    return int.from_bytes(digest.digest()[:8], "big")
