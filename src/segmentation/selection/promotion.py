"""What becomes of a chosen run: a pure decision on gathered facts."""

from collections.abc import Sequence
from dataclasses import dataclass

from segmentation.data.sources import PUBLIC_DATA
from segmentation.errors import UserError
from segmentation.selection.gate import GateResult


@dataclass(frozen=True)
class Candidate:
    """The chosen run.

    Attributes
    ----------
    name : str
    data : str
        Option of the group ``data`` it was run on.
    objections : tuple of str
        Why only force may register it, under the rules of who judges; empty without any.
    """

    name: str
    data: str
    objections: tuple[str, ...] = ()


SAME_SHOP = 0.5
"""Share of the smaller customer base that both have where they are of one shop."""


@dataclass(frozen=True)
class Incumbent:
    """The champion that the candidate meets.

    Attributes
    ----------
    version : str
    data : str
        Option of the group ``data`` it was trained on.
    common_share : float or None
        Share of the smaller base's customers who are among those of the candidate, too; ``None``
        where the customers of one of them are not kept.
    """

    version: str
    data: str
    common_share: float | None


@dataclass(frozen=True)
class Decision:
    """What is to become of a candidate.

    Attributes
    ----------
    becomes_champion : bool
        Otherwise it becomes the challenger.
    short : str
        The decision in at most three words and a version.
    sentence : str
        The decision and its reasons.
    """

    becomes_champion: bool
    short: str
    sentence: str


def require_registrable(candidate: Candidate, run_id: str, *, force: bool) -> None:
    """Refuse a candidate to which there are objections, unless forced.

    Raises
    ------
    UserError
        Names every reason.
    """
    if candidate.objections and not force:
        raise UserError(
            f"run '{candidate.name}' ({run_id}) may not be registered: "
            f"{'; '.join(candidate.objections)}; choose another run, or set force=true"
        )


def of_one_shop(incumbent: Incumbent) -> bool:
    """Whether champion and candidate are about the customers of one shop, so far as is known."""
    return incumbent.common_share is not None and incumbent.common_share >= SAME_SHOP


def decide(
    candidate: Candidate,
    incumbent: Incumbent | None,
    gate: GateResult | None,
    *,
    force: bool = False,
    gaps: Sequence[str] = (),
) -> Decision:
    """Say whether a candidate becomes the champion or the challenger.

    Parameters
    ----------
    candidate : Candidate
    incumbent : Incumbent or None
        ``None`` where there is no champion yet.
    gate : GateResult or None
        How the two compare; ``None`` where they cannot be compared.
    force : bool
        Whether the person overrules objections and gate.
    gaps : sequence of str
        What the comparison lacks, such as a feature that the customers do not have.

    Returns
    -------
    Decision
    """
    against = "; ".join(candidate.objections)
    if incumbent is None:
        forced = f" by force: {against}" if against else ""
        short = "first, by force" if forced else "first champion"
        return Decision(True, short, f"{candidate.name} is the first champion{forced}")
    if not of_one_shop(incumbent):
        return _between_shops(candidate, incumbent, against, force)
    before = f"champion version {incumbent.version}"
    reasons = [*candidate.objections, *gaps, *(() if gate is None else gate.reasons)]
    if gate is not None and not reasons:
        return Decision(
            True,
            f"replaces {incumbent.version}",
            f"{candidate.name} replaces {before}: {gate.reassigned_share:.1%} of the customers "
            "change to a differently named segment",
        )
    against = "; ".join(reasons) or "nothing says how the two compare"
    if force:
        sentence = f"{candidate.name} replaces {before} by force: {against}"
        return Decision(True, f"forced over {incumbent.version}", sentence)
    return Decision(
        False,
        f"challenger of {incumbent.version}",
        f"{candidate.name} becomes the challenger of {before}, not its successor: {against}; "
        "force=true overrules",
    )


def overtaken(decision: Decision, candidate: Candidate, times: int) -> Decision:
    """The decision where others have replaced the champion so often that a run is not to wait.

    Parameters
    ----------
    decision : Decision
        Against the champion of now.
    candidate : Candidate
    times : int
        How often it was replaced.
    """
    if not decision.becomes_champion:
        return decision
    return Decision(
        False,
        "challenger, overtaken",
        f"{candidate.name} becomes the challenger: others replaced the champion {times} times "
        "while it was compared; register.py compares it again",
    )


def _between_shops(
    candidate: Candidate, incumbent: Incumbent, against: str, force: bool
) -> Decision:
    """Without a comparison: other customers are not better or worse, they are others."""
    if incumbent.common_share is None:
        whom = "whose customers or the run's are not kept, so that nobody knows whether they are"
        others = f"champion version {incumbent.version}, {whom} of one shop"
    else:
        others = (
            f"champion version {incumbent.version}, which segments other customers "
            f"({incumbent.data}, {incumbent.common_share:.0%} in common)"
        )
    public = incumbent.data in PUBLIC_DATA and incumbent.data != candidate.data
    if force or public:
        forced = f" by force: {against}" if against else ""
        overruled = against or not public
        short = f"{'forced over' if overruled else 'replaces'} {incumbent.version}"
        return Decision(True, short, f"{candidate.name} replaces {others}{forced}")
    return Decision(
        False,
        f"challenger of {incumbent.version}",
        f"{candidate.name} becomes the challenger of {others}, not its successor; "
        "force=true overrules",
    )
