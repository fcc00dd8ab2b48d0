"""Choose the champion from what has been run, register a run by hand, or go back.

python register.py [run_id=… | sweep=… | rollback=true] [force=true] [dry=true]
"""

import sys

import hydra
from omegaconf import DictConfig

from segmentation.console import console
from segmentation.errors import exits_on_user_error
from segmentation.next_steps import print_next_steps
from segmentation.recorded_runs import chosen_run
from segmentation.registry import roll_back
from segmentation.settings import read_register_settings, register_schema
from segmentation.succession import succeed
from segmentation.tracking import open_store

register_schema()


@hydra.main(version_base="1.3", config_path="conf", config_name="register")
@exits_on_user_error
def main(cfg: DictConfig) -> None:
    """Pick the run, pass the gate, move the aliases."""
    settings = read_register_settings(cfg)
    tracking = settings.tracking
    store = open_store(tracking.uri, tracking.experiment)
    if settings.rollback:
        console.print(roll_back(store, tracking.model_name).sentence)
        return
    run = chosen_run(store, settings.run_id, settings.sweep, settings.selection)
    registration = succeed(
        store,
        run,
        settings.selection,
        tracking.model_name,
        command=" ".join(sys.argv),
        force=settings.force,
        dry=settings.dry,
    )
    print_next_steps(store, registration)


if __name__ == "__main__":
    main()
