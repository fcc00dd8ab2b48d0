"""Register the model of a run that a person chose, as the champion.

python register.py run_id=0123456789abcdef
"""

import hydra
from omegaconf import DictConfig

from segmentation.errors import exits_on_user_error
from segmentation.next_steps import print_next_steps
from segmentation.registry import register_champion
from segmentation.settings import register_schema
from segmentation.tracking import open_store

register_schema()


@hydra.main(version_base="1.3", config_path="conf", config_name="register")
@exits_on_user_error
def main(cfg: DictConfig) -> None:
    """Register the run and let the champion alias point to it."""
    store = open_store(cfg.tracking.uri, cfg.tracking.experiment)
    champion = register_champion(
        store, cfg.run_id, cfg.tracking.model_name, "chosen by a person: register.py run_id"
    )
    print_next_steps(store, champion)


if __name__ == "__main__":
    main()
