"""Choose the champion from what has been run, register a run by hand, or go back.

python register.py [run_id=… | sweep=… | rollback=true] [force=true] [dry=true]
"""

import sys

import hydra
from omegaconf import DictConfig

from segmentation.errors import exit_quietly_on_signals, exits_on_user_error
from segmentation.tracking.aliases import roll_back
from segmentation.jobs.next_steps import print_next_steps
from segmentation.jobs.version_report import write_version_report
from segmentation.jobs.promote import promote
from segmentation.settings.command_line import run_script
from segmentation.settings.run_settings import read_register_settings
from segmentation.settings.schema import register_schema
from segmentation.tracking.recorded_runs import chosen_run
from segmentation.tracking.store import open_store

register_schema()


@hydra.main(version_base="1.3", config_path="conf", config_name="register")
@exits_on_user_error
def main(cfg: DictConfig) -> None:
    """Pick the run, pass the gate, move the aliases."""
    exit_quietly_on_signals()
    settings = read_register_settings(cfg)
    name, rules, dry = settings.tracking.model_name, settings.selection, settings.dry
    store = open_store(settings.tracking.uri, settings.tracking.experiment)
    command = " ".join(sys.argv)
    if settings.rollback:
        registration = roll_back(store, name, command=command, dry=dry)
    else:
        run = chosen_run(store, settings.run_id, settings.sweep, rules)
        force = settings.force
        registration = promote(store, run, rules, name, command=command, force=force, dry=dry)
    segments = write_version_report(store, registration, rules)
    print_next_steps(store, registration, segments)


if __name__ == "__main__":
    run_script(main)
