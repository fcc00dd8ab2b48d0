"""Train one segmentation, or a sweep of them with -m; every run is recorded in MLflow.

python train.py -m k=2,3,4
"""

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from segmentation.console import print_lone_run, print_run
from segmentation.errors import exits_on_user_error
from segmentation.settings.command_line import run_script
from segmentation.settings.run_settings import read_run_settings
from segmentation.settings.schema import register_schema
from segmentation.sweep import job
from segmentation.tracking.run_logging import log_run, run_tags
from segmentation.tracking.store import open_store
from segmentation.api import train_segmentation

register_schema()


@hydra.main(version_base="1.3", config_path="conf", config_name="config")
@exits_on_user_error
def main(cfg: DictConfig) -> None:
    """Measure the customers, train on them, record the run."""
    plan = read_run_settings(cfg, HydraConfig.get().runtime.choices)
    store, sweep = open_store(plan.tracking.uri, plan.tracking.experiment), job.current_sweep()
    with job.tracked_job(store, sweep, plan.name) as open_run:
        study = job.shared_study(sweep, plan)
        fingerprint = job.run_fingerprint(plan, study)
        with job.one_at_a_time(sweep, fingerprint):
            if job.reused(store, sweep, plan, fingerprint):
                return
            run_id = open_run(run_tags(plan, study, fingerprint))
            segmentation = train_segmentation(study, plan)
            pictures = job.draws_pictures(sweep, plan)
            log_run(store, run_id, plan, study, segmentation, pictures=pictures)
        print_run(plan.name, segmentation.assessment.metrics, segmentation.reasons)
        if sweep.parent_id is None:
            print_lone_run(segmentation.profile, run_id)


if __name__ == "__main__":
    run_script(main)
