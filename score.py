"""Segment the customers of new transaction lines with a registered model."""

from pathlib import Path

import hydra
from omegaconf import DictConfig

from segmentation.console import print_data_report, print_migration, print_scoring
from segmentation.customers.measuring import cleaned_lines, customer_batches
from segmentation.errors import exit_quietly_on_signals, exits_on_user_error
from segmentation.jobs.score import earlier_file, moves_between, score_batch, scored_file
from segmentation.settings.command_line import run_script
from segmentation.settings.run_settings import read_score_settings
from segmentation.settings.schema import register_schema
from segmentation.tracking.model_loading import load_scoring_model
from segmentation.tracking.store import open_store

register_schema()


@hydra.main(version_base="1.3", config_path="conf", config_name="score")
@exits_on_user_error
def main(cfg: DictConfig) -> None:
    """Measure the customers as in training, segment them batch by batch, say what changed."""
    exit_quietly_on_signals()
    settings, read_transactions = read_score_settings(cfg)
    output, previous = Path(settings.output), earlier_file(settings.previous, settings.output)
    store = open_store(settings.tracking.uri, settings.tracking.experiment)
    with scored_file(output, settings.overwrite) as append:
        model = load_scoring_model(store, settings.model)
        lines, report = cleaned_lines(read_transactions(), model.cleaning, settings.as_of)
        print_data_report(report)
        as_of, counts = report.as_of.isoformat(), model.reference.no_customers()
        for customers in customer_batches(lines, model.metrics, report.as_of):
            scored = score_batch(customers, model.predict, model.metrics, as_of, model.version)
            append(scored)
            counts += model.reference.count(scored, scored["name"])
    print_scoring(counts, model.reference, as_of, model.metadata["as_of"])
    if previous is not None:
        print_migration(moves_between(previous, output))


if __name__ == "__main__":
    run_script(main)
