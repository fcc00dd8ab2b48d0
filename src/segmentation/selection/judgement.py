"""How one run was judged: under which rules, for which reasons, among which others."""

from dataclasses import asdict, dataclass
from typing import Any, Self

import pandas as pd

from segmentation.selection.guards import SelectionRules
from segmentation.selection.verdict import choose, predicts_nothing


@dataclass(frozen=True)
class Judgement:
    """What a sweep or a registration said of a run; kept with the promotion, never with the run.

    Attributes
    ----------
    rules : SelectionRules
        Under which it was judged.
    reasons : tuple of str
        Why it is not eligible; empty when it is.
    predicts_nothing : str
        That its segments describe and predict nothing; empty where they do, or it is unknown.
    verdict : str
        How it was chosen among the runs of a sweep; empty for one registered by hand.
    warning : str
        Why the run with the highest silhouette is not the one to take; empty where it is.
    tried : tuple of dict
        ``name``, ``chosen``, ``eligible``, ``reason``, ``score`` and ``ranked_by`` of the runs of
        its sweep, best first; empty without a sweep.
    """

    rules: SelectionRules
    reasons: tuple[str, ...] = ()
    predicts_nothing: str = ""
    verdict: str = ""
    warning: str = ""
    tried: tuple[dict[str, Any], ...] = ()

    @property
    def objections(self) -> tuple[str, ...]:
        """Everything for which only a person may register it, by force; empty without."""
        return tuple(filter(None, [*self.reasons, self.predicts_nothing]))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Judgement from the dictionary that `to_dict` gave, also by way of JSON."""
        return cls(
            rules=SelectionRules(**stored["rules"]),
            reasons=tuple(stored["reasons"]),
            # Earlier editions did not ask.
            predicts_nothing=stored.get("predicts_nothing", ""),
            verdict=stored["verdict"],
            warning=stored["warning"],
            tried=tuple(stored["tried"]),
        )


def judge(ranked: pd.DataFrame, rules: SelectionRules, run_id: str) -> Judgement:
    """Say how a run of a sweep is judged.

    Parameters
    ----------
    ranked : DataFrame
        From `ranking.rank_runs` under the same rules; has the run.
    rules : SelectionRules
    run_id : str
    """
    verdict, rows = choose(ranked, rules), ranked.to_dict("records")
    own = ranked[ranked["run_id"] == run_id].iloc[0]
    return Judgement(
        rules=rules,
        reasons=tuple(filter(None, [own["ineligible_reason"]])),
        predicts_nothing=predicts_nothing(own),
        verdict=verdict.sentence if verdict.run_id == run_id else "",
        warning=verdict.warning or "",
        tried=tuple(
            {
                "name": row["name"],
                "chosen": row["run_id"] == run_id,
                "eligible": bool(row["eligible"]),
                "reason": row["ineligible_reason"],
                "score": "" if pd.isna(row["score"]) else f"{row['score']:.3f}",
                "ranked_by": row["ranked_by"],
            }
            for row in rows
        ),
    )
