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
    reasons : tuple of str
        Why it is not eligible under the rules of who judges; empty when it is.
    """

    name: str
    data: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Incumbent:
    """The champion that the candidate meets.

    Attributes
    ----------
    version : str
    data : str
        Option of the group ``data`` it was trained on.
    """

    version: str
    data: str


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
    """Refuse a candidate that is not eligible, unless forced.

    Raises
    ------
    UserError
        Names every reason.
    """
    if candidate.reasons and not force:
        raise UserError(
            f"run '{candidate.name}' ({run_id}) is not eligible: {'; '.join(candidate.reasons)}; "
            "choose another run, or set force=true"
        )


def comparable(candidate: Candidate, incumbent: Incumbent) -> bool:
    """Whether the two segment the same customers, so that one can be the better."""
    return (incumbent.data or candidate.data) == candidate.data


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
        Whether the person overrules eligibility and gate.
    gaps : sequence of str
        What the comparison lacks, such as a feature that the customers do not have.

    Returns
    -------
    Decision
    """
    not_eligible = (
        [f"it is not eligible ({'; '.join(candidate.reasons)})"] if candidate.reasons else []
    )
    if incumbent is None:
        forced = f" by force: {not_eligible[0]}" if not_eligible else ""
        short = "first, by force" if forced else "first champion"
        return Decision(True, short, f"{candidate.name} is the first champion{forced}")
    if not comparable(candidate, incumbent):
        return _between_data(candidate, incumbent, not_eligible, force)
    before = f"champion version {incumbent.version}"
    reasons = [*not_eligible, *gaps, *(() if gate is None else gate.reasons)]
    if not reasons:
        share = 0.0 if gate is None else gate.reassigned_share
        return Decision(
            True,
            f"replaces {incumbent.version}",
            f"{candidate.name} replaces {before}: {share:.1%} of the customers "
            "change to a differently named segment",
        )
    against = "; ".join(reasons)
    if force:
        sentence = f"{candidate.name} replaces {before} by force: {against}"
        return Decision(True, f"forced over {incumbent.version}", sentence)
    return Decision(
        False,
        f"challenger of {incumbent.version}",
        f"{candidate.name} becomes the challenger of {before}, not its successor: {against}; "
        "force=true overrules",
    )


def _between_data(
    candidate: Candidate, incumbent: Incumbent, not_eligible: list[str], force: bool
) -> Decision:
    """Without a comparison: other customers are not better or worse, they are others."""
    others = (
        f"champion version {incumbent.version}, which segments other customers ({incumbent.data})"
    )
    if force or incumbent.data in PUBLIC_DATA:
        forced = f" by force: {not_eligible[0]}" if not_eligible else ""
        overruled = not_eligible or incumbent.data not in PUBLIC_DATA
        short = f"{'forced over' if overruled else 'replaces'} {incumbent.version}"
        return Decision(True, short, f"{candidate.name} replaces {others}{forced}")
    return Decision(
        False,
        f"challenger of {incumbent.version}",
        f"{candidate.name} becomes the challenger of {others}, not its successor; "
        "force=true overrules, tracking.model_name= keeps a champion for each",
    )
