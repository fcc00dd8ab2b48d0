"""Drills are many: a sample of them is drawn where a seed is given."""

import os
import random

import pytest

SEED = "SEGMENTATION_DRILLS_SEED"
SHARE = 0.2


def pytest_report_header() -> str | None:
    """Say which sample it is, so that it can be drawn again."""
    seed = os.environ.get(SEED)
    return None if seed is None else f"drills: {SHARE:.0%} of them, {SEED}={seed}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not in the sample, by names: every worker draws the same."""
    seed = os.environ.get(SEED)
    if seed is None:
        return
    left_out = [
        item
        for item in items
        if item.get_closest_marker("drill")
        and random.Random(f"{seed} {item.nodeid}").random() >= SHARE
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
