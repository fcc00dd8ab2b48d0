"""Every number of conf/ has a range, and is refused outside of it when the settings are read."""

import dataclasses
import types
from typing import get_args, get_type_hints

import pytest
import yaml
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf

from segmentation.errors import UserError
from segmentation.evaluation.metrics import METRICS
from segmentation.ranges import RANGE, WHOLE, ranged_options
from segmentation.recipe import Recipe
from segmentation.settings.run_settings import read_register_settings, read_run_settings
from segmentation.settings.schema import (
    CampaignSettings,
    RegisterSettings,
    ScoreSettings,
    Settings,
)
from segmentation.settings.score_settings import read_score_settings
from tests.helpers.commands import REPO

CONF = REPO / "conf"
RANGES = {
    "engine.threads": "at least 1",
    "training.max_customers": "at least 200",
    "k": "at least 1",
    "seed": "from 0 to 4294967295",
    "key_accounts.share": "above 0 and below 1",
    "newcomers.gaps": "from 0.1 to 10",
    "evaluation.exact_max": "at least 0",
    "evaluation.stability.draws": "at least 2",
    "evaluation.stability.bound": "from 0 to 1",
    "evaluation.null_test.draws": "at least 2",
    "evaluation.out_of_time.horizon_share": "above 0 and below 1",
    "evaluation.out_of_time.folds": "from 2 to 20",
    "cleaning.max_unreadable_share": "from 0 to 1",
    "selection.cost_per_segment": "from 0 to 1",
    "selection.min_segments": "at least 1",
    "selection.min_smallest_segment_customers": "at least 1",
    "selection.min_smallest_segment_share": "from 0 to 1",
    "selection.max_largest_segment_share": "from 0 to 1",
    "selection.max_noise_share": "from 0 to 1",
    "selection.max_noise_revenue_share": "from 0 to 1",
    "selection.min_stability": "from 0 to 1",
    "selection.max_reassigned": "from 0 to 1",
    "drift.max_psi": "at least 0",
    "drift.max_moved": "from 0 to 1",
    "holdout.share": "above 0 and below 1",
    "holdout.seed": "from 0 to 4294967295",
}
# Where both have an option, that of train.py is asked.
DECLARED = {
    name: declared
    for settings in (ScoreSettings(), Settings())
    for name, _, declared in ranged_options(settings)
}
READERS = {
    "config": read_run_settings,
    "register": read_register_settings,
    "score": read_score_settings,
}
# Their values go to classes of scikit-learn and hdbscan, which the trial fit asks.
OF_LIBRARIES = {"algorithm", "scaler"}
NOT_OURS = {"hydra", "defaults"}
FILES = [file for file in CONF.rglob("*.yaml") if file.parent.name not in OF_LIBRARIES]


def near_the_ends(name):
    """Numbers inside a declared range, and outside, as near to its ends as can be."""
    allowed, step = DECLARED[name].metadata[RANGE], 1 if DECLARED[name].type in WHOLE else 1e-9
    ends = (allowed.lowest, -step), (allowed.highest, step)
    finite = [(end, outwards) for end, outwards in ends if abs(end) != float("inf")]
    if allowed.with_ends:
        return [end for end, _ in finite], [end + outwards for end, outwards in finite]
    return [end - outwards for end, outwards in finite], [end for end, _ in finite]


INSIDE = [(name, number) for name in DECLARED for number in near_the_ends(name)[0]]
OUTSIDE = [(name, number) for name in DECLARED for number in near_the_ends(name)[1]]
NO_NUMBER = [(name, float("nan")) for name in DECLARED if DECLARED[name].type not in WHOLE]


@pytest.fixture(scope="module")
def composed():
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        given = ["data.path=orders.csv", "output=now.csv", "previous=then.csv"]
        return {name: compose(name, given if name == "score" else []) for name in READERS}


@pytest.fixture
def read(composed):
    def read_with(name, value, script=None):
        of_score = name.startswith(("holdout.", "drift."))
        script = script or ("score" if of_score else "config")
        cfg = composed[script].copy()
        OmegaConf.update(cfg, name, value)
        return READERS[script](cfg)

    return read_with


def test_the_ranges_are_those_that_were_meant():
    assert {name: str(each.metadata[RANGE]) for name, each in DECLARED.items()} == RANGES


@pytest.mark.parametrize(("name", "number"), INSIDE)
def test_a_number_at_the_end_of_its_range_is_taken(read, name, number):
    assert read(name, number)


@pytest.mark.parametrize(("name", "number"), [*OUTSIDE, *NO_NUMBER])
def test_a_number_just_outside_its_range_is_refused(read, name, number):
    with pytest.raises(UserError, match=rf"^{name}=\S+ must be {RANGES[name]}; set {name}="):
        read(name, number)


@pytest.mark.parametrize(
    ("name", "number"), [case for case in OUTSIDE if case[0].startswith("selection.")]
)
def test_register_refuses_it_too(read, name, number):
    with pytest.raises(UserError, match=rf"^{name}=\S+ must be {RANGES[name]}; set {name}="):
        read(name, number, "register")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("evaluation.out_of_time.horizon_share", 2, "=2 must be above 0 and below 1"),
        ("evaluation.out_of_time.horizon_share", 0, "=0 must be above 0 and below 1"),
        ("evaluation.out_of_time.folds", 1, "=1 must be from 2 to 20"),
        ("evaluation.null_test.draws", 1, "=1 must be at least 2"),
        ("evaluation.stability.draws", 0, "=0 must be at least 2"),
        ("evaluation.exact_max", -5, "=-5 must be at least 0"),
        ("key_accounts.share", 0, "set key_accounts.share=null for none"),
        ("seed", -1, "=-1 must be from 0 to 4294967295; set seed=42"),
        ("seed", 2**32, "=4294967296 must be from 0"),
        ("selection.min_segments", 0, "=0 must be at least 1; set selection.min_segments=2"),
        ("selection.min_smallest_segment_share", 1.5, "=1.5 must be from 0 to 1"),
        ("selection.max_noise_share", -1, "=-1 must be from 0 to 1"),
        ("selection.metric", "nope", "=nope is no metric of which higher is better; set one of"),
        ("selection.metric", "inertia", "set one of: silhouette, silhouette_macro, "),
        ("optimized_metric", "nope", f"=nope is no metric; set one of: {', '.join(METRICS)}"),
    ],
)
def test_a_refusal_names_the_option_the_value_and_what_can_be_set(read, name, value, said):
    with pytest.raises(UserError) as refused:
        read(name, value)
    assert str(refused.value).startswith(f"{name}=")
    assert said in str(refused.value)


def test_a_guard_is_asked_for_its_range_where_it_judges_nothing(composed):
    cfg = composed["config"].copy()
    cfg.evaluation.stability = None
    cfg.selection.min_stability = 2
    with pytest.raises(UserError, match=r"selection\.min_stability=2 must be from 0 to 1"):
        read_run_settings(cfg)


def numbers(content, prefix):
    """Full names of the numbers below a node of a file."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from numbers(value, f"{prefix}{key}.")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, int | float) and not isinstance(each, bool):
                yield f"{prefix}{key}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CONF)))
def test_every_number_in_a_file_of_conf_has_a_range(file):
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    own = {key: value for key, value in content.items() if key not in NOT_OURS | OF_LIBRARIES}
    prefix = "" if file.parent.name in {"conf", "sweep"} else f"{file.parent.name}."
    assert set(numbers(own, prefix)) <= set(DECLARED)


def numeric_fields(options, prefix=""):
    """Full names of the numbers that a schema has, whatever their default is."""
    for name, kind in get_type_hints(options).items():
        kinds = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
        for each in kinds:
            if dataclasses.is_dataclass(each):
                yield from numeric_fields(each, f"{prefix}{name}.")
        if {int, float} & set(kinds):
            yield f"{prefix}{name}"


@pytest.mark.parametrize("settings", [Settings, RegisterSettings, ScoreSettings, CampaignSettings])
def test_every_number_of_the_schema_has_a_range(settings):
    assert set(numeric_fields(settings)) <= set(DECLARED)


def test_a_recipe_has_the_ranges_of_the_options_that_make_it():
    recipe = {name: each for name, _, each in ranged_options(Recipe((), None, None))}
    renamed = {
        "key_account_share": "key_accounts.share",
        "newcomer_gaps": "newcomers.gaps",
    }
    declared = {renamed.get(name, name): each.metadata[RANGE] for name, each in recipe.items()}
    assert declared == {name: DECLARED[name].metadata[RANGE] for name in declared}
    own = {
        "seed",
        "key_accounts.share",
        "newcomers.gaps",
        *(name for name in RANGES if "evaluation" in name),
    }
    assert set(declared) == own
