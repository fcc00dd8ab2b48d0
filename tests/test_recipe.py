"""A recipe by names of options is the one that the scripts would compute."""

import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import QuantileTransformer

from segmentation.errors import UserError
from segmentation.evaluation.options import DrawOptions, EvaluationOptions
from segmentation.model.principal_mixture import PrincipalMixture
from segmentation.recipe import Recipe, recipe_of


def test_names_become_what_conf_says():
    recipe = recipe_of("rfm", k=3, algorithm="gmm", scaler="quantile", seed=7)
    assert recipe.features == ("recency_days", "orders", "revenue")
    assert isinstance(recipe.algorithm, PrincipalMixture)
    assert recipe.algorithm.get_params()["n_components"] == recipe.k == 3
    assert isinstance(recipe.scaler, QuantileTransformer)
    assert recipe.algorithm.random_state == recipe.scaler.random_state == recipe.seed == 7
    assert recipe.evaluation == EvaluationOptions()
    assert recipe.key_account_share is None
    assert recipe.newcomer_gaps is None


def test_key_accounts_and_evaluation_by_name():
    recipe = recipe_of(key_accounts="top_1_percent", newcomers="one_gap", evaluation="full")
    assert recipe.newcomer_gaps == 1.0
    assert recipe.key_account_share == 0.01
    assert recipe.evaluation.null_test == DrawOptions(100)
    fast = recipe_of(evaluation="fast").evaluation
    assert (fast.stability, fast.null_test, fast.out_of_time) == (None, None, None)


def test_estimators_and_lists_are_taken_as_they_are():
    clusterer = KMeans(n_clusters=9)
    options = EvaluationOptions(exact_max=5)
    recipe = recipe_of(["orders"], k=2, algorithm=clusterer, evaluation=options)
    assert recipe.algorithm is clusterer
    assert recipe.k == 9
    assert recipe.features == ("orders",)
    assert recipe.evaluation is options


def test_an_algorithm_that_finds_its_number_has_no_k():
    assert recipe_of(algorithm="hdbscan", k=3).k is None


def test_an_option_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(UserError, match="scaler=logg is not an option; choose one of: log, minmax"):
        recipe_of(scaler="logg")


def test_the_defaults_are_those_of_the_scripts():
    recipe = recipe_of()
    assert isinstance(recipe, Recipe)
    assert recipe.features == ("revenue", "orders", "average_order_value")
    assert (recipe.k, recipe.seed) == (4, 42)
