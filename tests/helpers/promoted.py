"""Runs of the made-up shop that are promoted, and what the registry holds then."""

import json
from pathlib import Path

from segmentation.jobs.promote import promote
from segmentation.jobs.register import customers_of
from segmentation.selection.guards import SelectionRules
from segmentation.selection.judgement import Judgement
from segmentation.tracking.aliases import CHALLENGER, CHAMPION, PREVIOUS, aliased
from segmentation.tracking.recorded_run import read_run, recorded
from tests.helpers.commands import run_here
from tests.helpers.registry import MODEL

STRICT, LAX = SelectionRules(max_reassigned=0.0), SelectionRules(max_reassigned=1.0)


def register(shop, run, rules=LAX, reasons=(), model=MODEL, **options):
    def customers():
        return customers_of(run, None)

    return promote(
        shop,
        run,
        Judgement(rules, tuple(reasons)),
        model,
        customers,
        command="register.py",
        **options,
    )


def versions(shop):
    return {alias: aliased(shop, MODEL, alias) for alias in (CHAMPION, PREVIOUS, CHALLENGER)}


def numbers(shop):
    return {
        alias: None if version is None else int(version.version)
        for alias, version in versions(shop).items()
    }


def decision(shop, promotion_id):
    path = shop.client.download_artifacts(promotion_id, "decision.json")
    return json.loads(Path(path).read_text(encoding="utf-8"))


def refitted(shop, shop_csv, monkeypatch):
    """The champion's own configuration, fitted anew with another seed."""
    champion = read_run(shop, aliased(shop, MODEL, CHAMPION).run_id)
    chosen = [f"{name}={champion.params[name]}" for name in ("algorithm", "features", "k")]
    data = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none", "seed=7"]
    assert run_here(monkeypatch, *data, *chosen) == 0
    newest = shop.client.search_runs([shop.experiment_id], max_results=1)[0]
    assert newest.info.run_id != champion.run_id
    return recorded(shop, newest)
