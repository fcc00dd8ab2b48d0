"""Why a segment has another name than in the earlier fit."""

from segmentation.segments.segment_name import SegmentName
from segmentation.segments.vocabulary import TERMS, VALUE_VOCABULARY, VOCABULARY, term_name


def renaming(name: SegmentName) -> str:
    """Say that a segment has another name than in the earlier fit, with both and the reason."""
    return f'segment {name.segment} "{name.name}" was "{name.former}" before: {_reason(name)}'


def _reason(name: SegmentName) -> str:
    former, today = (TERMS.get(term_name(each)) for each in (name.former, name.name))
    if former is not None and former == today:
        return "what told it apart from others of that name has changed"
    if former in VOCABULARY and today in VALUE_VOCABULARY:
        return "absence does not tell any more who comes back, so no name speaks of it"
    if former in VALUE_VOCABULARY and today in VOCABULARY:
        return "absence tells by now who comes back, so names speak of it"
    rule = "" if former is None else f" ({former.rule})"
    return f"the rule of that name{rule} does not hold for it any more"
