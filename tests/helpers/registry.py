"""What the registry of the current folder holds."""

from mlflow.entities.model_registry import ModelVersion

from tests.helpers.commands import client

MODEL = "customer-segments"


def version(alias: str) -> ModelVersion:
    """The version that an alias points to."""
    return client().get_model_version_by_alias(MODEL, alias)


def aliases() -> dict[str, int]:
    """Aliases to the versions that they point to."""
    found = client().get_registered_model(MODEL).aliases
    return {name: int(number) for name, number in found.items()}
