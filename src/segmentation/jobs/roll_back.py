"""Back to the champion before."""

from segmentation.console.terminal import say
from segmentation.errors import UserError
from segmentation.jobs.promote import mark_champion
from segmentation.tracking.aliases import (
    CHAMPION,
    DRY,
    PREVIOUS,
    Registration,
    aliased,
    make_champion,
)
from segmentation.tracking.model_loading import load_version
from segmentation.tracking.promotions import ROLLED_BACK_TAG, promotion, record_decision
from segmentation.tracking.refusals import attempted
from segmentation.tracking.store import Store


def roll_back(store: Store, model_name: str, *, command: str, dry: bool = False) -> Registration:
    """Swap the champion and the previous champion.

    Raises
    ------
    UserError
        If there is no previous champion, its model is gone, or somebody else replaces the champion
        meanwhile.
    """
    champion, previous = (aliased(store, model_name, alias) for alias in (CHAMPION, PREVIOUS))
    if champion is None or previous is None:
        raise UserError(
            f"model '{model_name}' has no previous champion to go back to; "
            "register another run with run_id=…"
        )
    load_version(store, previous)
    sentence = f"rolled back from version {champion.version} to version {previous.version}"
    if dry:
        return Registration(model_name, DRY, CHAMPION, f"would be: {sentence}")
    with promotion(store, model_name, previous.run_id, sentence, command) as promotion_id:
        record_decision(store, promotion_id, sentence, command)
        if not make_champion(store, model_name, previous, champion):
            raise UserError(
                f"the champion of '{model_name}' was replaced by others meanwhile; try again"
            )
        attempted(
            f"version {previous.version} does not name its promotion {promotion_id}",
            lambda: store.client.set_model_version_tag(
                model_name, previous.version, ROLLED_BACK_TAG, promotion_id
            ),
            say,
        )
        mark_champion(store, model_name, previous.run_id, champion.run_id)
    return Registration(model_name, str(previous.version), CHAMPION, sentence, promotion_id)
