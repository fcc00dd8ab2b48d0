"""What the files of conf/ say of themselves, read from a small one."""

import yaml

from segmentation.options import conf_folder
from segmentation.settings.commented import (
    comment,
    flat,
    header,
    read_groups,
    read_keys,
    read_option,
    read_studies,
)

FILE = """\
# @package _global_
# Segments by the distance
# to a centre.

_target_: package.Algorithm
defaults: [base]
k: 3  # how many
nested:  # of the fit
  n_init: 10  # draws
  weights: [a, b]
plain: "x # y"
hydra:
  hidden: 1
  shown: 2  # asked for
"""


def test_a_key_has_its_full_name_its_value_as_written_and_its_comment():
    found = {key.name: key for key in read_keys(yaml.compose(FILE), "of.", FILE)}
    assert list(found) == [
        *("of.k", "of.nested", "of.nested.n_init", "of.nested.weights", "of.plain"),
        *("of.hydra.hidden", "of.hydra.shown"),
    ]
    assert (found["of.k"].value, found["of.k"].meaning) == ("3", "how many")
    assert (found["of.nested"].value, found["of.nested"].meaning) == ("", "of the fit")
    assert found["of.nested.weights"].value == "[a, b]"
    assert found["of.plain"].value == '"x # y"'


def test_of_hydra_s_own_keys_only_those_that_are_explained_are_told():
    names = [key.name for key in read_keys(yaml.compose(FILE), "", FILE)]
    assert "hydra.shown" in names
    assert "hydra.hidden" not in names


def test_a_file_says_what_it_is_what_it_calls_and_what_it_inherits(tmp_path):
    (tmp_path / "base.yaml").write_text("# Base.\nk: 2  # of the base\nseed: 1  # of draws\n")
    (tmp_path / "own.yaml").write_text(FILE)
    option = read_option(tmp_path / "own.yaml", "algorithm.")
    assert option.name == "own"
    assert option.description == "Segments by the distance to a centre."
    assert option.calls == "package.Algorithm"
    assert option.keys["algorithm.seed"].meaning == "of draws"
    assert option.keys["algorithm.k"].value == "3", "its own value wins"
    assert "algorithm.seed" not in read_option(tmp_path / "own.yaml").keys


def test_a_file_or_line_without_a_comment_says_nothing():
    assert header("k: 3\n") == ""
    assert comment("k: 3") == ""
    assert comment("k: '#3'  # a number") == "a number"


def test_nested_values_have_full_names():
    assert flat({"a": {"b": 1, "c": {"d": 2}}, "e": 3}) == {"a.b": 1, "a.c.d": 2, "e": 3}


def test_every_group_and_study_of_conf_is_read_with_what_it_says():
    groups = {group.name: group for group in read_groups("config")}
    assert groups["algorithm"].value == "kmeans"
    assert all(group.meaning for group in groups.values())
    studies = read_studies()
    assert [study.name for study in studies] == sorted(
        file.stem for file in (conf_folder() / "sweep").glob("*.yaml")
    )
    assert all(study.question and study.varies for study in studies)
