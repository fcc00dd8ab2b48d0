"""By which model customers were scored, as every row of a scored file says."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class ScoredBy:
    """A model, named in every way in which it is known; what is unknown is empty.

    Attributes
    ----------
    model_name : str
        Of the registered model.
    model_version : str
        Of the registered model, a number.
    model_id : str
        Of the logged model, as ``m-…``: two versions of the same fit have the same.
    """

    model_name: str = ""
    model_version: str = ""
    model_id: str = ""

    def columns(self) -> dict[str, str]:
        """Return the columns of a scored file."""
        return asdict(self)

    def __str__(self) -> str:
        """Name it in a sentence."""
        name = self.model_name or "model"
        version = f"version {self.model_version}" if self.model_version else ""
        known = f"({self.model_id})" if self.model_id and version else self.model_id
        return " ".join(filter(None, [name, version, known]))

    def differs_from(self, other: "ScoredBy") -> bool:
        """Whether one of them is known by another name, version or id than the other."""
        mine, theirs = self.columns(), other.columns()
        return any(mine[key] and theirs[key] and mine[key] != theirs[key] for key in mine)


COLUMNS = tuple(ScoredBy().columns())
"""Their names in a scored file."""


def difference(before: ScoredBy, after: ScoredBy) -> str:
    """Say in one sentence where the models of two scorings differ; empty where they do not."""
    if not before.differs_from(after):
        return ""
    told = f"The earlier output was scored with {before}, this one with {after}: "
    if before.model_id and before.model_id == after.model_id:
        return f"{told}the same model, so that no move is a change of it."
    return f"{told}some moves are changes of the model, not of the customers."
