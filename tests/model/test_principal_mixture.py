"""A mixture that leaves bonds between features out, and is one of scikit-learn's otherwise."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.utils.estimator_checks import parametrize_with_checks

from segmentation.model.principal_mixture import PrincipalMixture


@parametrize_with_checks([PrincipalMixture()])
def test_follows_the_conventions_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def independent():
    """Three groups in two features that do not follow from one another, mean 0 and deviation 1."""
    rng = np.random.default_rng(0)
    centres = np.repeat([[0, 0], [6, 2], [1, 7]], 200, axis=0)
    space = centres + rng.normal(size=(600, 2)) * [1.0, 0.5]
    return (space - space.mean(axis=0)) / space.std(axis=0)


@pytest.fixture(scope="module")
def bound(independent):
    """The same with a third feature that follows from both, but for a trace."""
    trace = 0.01 * np.random.default_rng(1).normal(size=len(independent))
    return np.column_stack([independent, independent @ [0.7, 0.7] + trace])


def test_without_bonds_it_is_scikit_learns_mixture_criteria_included(independent):
    ours = PrincipalMixture(3).fit(independent)
    theirs = GaussianMixture(3, n_init=5, random_state=42).fit(independent)
    assert adjusted_rand_score(theirs.predict(independent), ours.labels_) == 1.0
    assert ours.bic(independent) == pytest.approx(theirs.bic(independent), abs=0.1)
    assert ours.aic(independent) == pytest.approx(theirs.aic(independent), abs=0.1)


@pytest.mark.slow
def test_a_bond_is_left_out_and_the_groups_stay_what_they_are(independent, bound):
    ours = PrincipalMixture(3).fit(bound)
    assert ours.projection_.shape == (3, 2)
    assert ours.variance_shares_.sum() == pytest.approx(1)
    assert ours.variance_shares_[2] < 0.001 < ours.variance_shares_[1]
    assert adjusted_rand_score(PrincipalMixture(3).fit(independent).labels_, ours.labels_) == 1.0
    everything = PrincipalMixture(3, min_variance_share=0.0).fit(bound)
    assert everything.projection_.shape == (3, 3)


@pytest.mark.slow
def test_criteria_of_different_numbers_of_gaussians_are_taken_in_one_space(bound):
    fits = [PrincipalMixture(k).fit(bound) for k in (2, 3, 4)]
    for fit in fits[1:]:
        np.testing.assert_array_equal(fit.projection_, fits[0].projection_)
    # The planted number has the lowest criterion.
    assert np.argmin([fit.bic(bound) for fit in fits]) == 1


@pytest.mark.slow
def test_no_unit_decides_which_components_are_kept(bound):
    ours = PrincipalMixture(3).fit(bound)
    in_other_units = PrincipalMixture(3).fit(bound * [1e6, 1.0, 1e-3] + [5.0, 0.0, -7.0])
    np.testing.assert_array_equal(in_other_units.labels_, ours.labels_)
    np.testing.assert_allclose(in_other_units.variance_shares_, ours.variance_shares_, atol=1e-9)


@pytest.mark.slow
def test_training_customers_keep_their_label_and_posteriors_sum_to_1(bound):
    ours = PrincipalMixture(3).fit(bound)
    np.testing.assert_array_equal(ours.predict(bound), ours.labels_)
    # Alone or with those of one group, they are where they were among all.
    first_group = bound[ours.labels_ == 0]
    assert (ours.predict(first_group) == 0).all()
    assert ours.predict(first_group[:1]).tolist() == [0]
    posterior = ours.predict_proba(bound)
    np.testing.assert_array_equal(posterior.argmax(axis=1), ours.labels_)
    np.testing.assert_allclose(posterior.sum(axis=1), 1)


@pytest.mark.slow
def test_a_feature_without_spread_is_left_out_and_harms_nothing(independent):
    constant = np.column_stack([independent, np.full(len(independent), 7.0)])
    ours = PrincipalMixture(3).fit(constant)
    expected = PrincipalMixture(3).fit(independent)
    np.testing.assert_array_equal(ours.labels_, expected.labels_)
    assert np.isfinite(PrincipalMixture(1).fit(np.ones((20, 2))).bic(np.ones((20, 2))))


@pytest.mark.parametrize("share", [-0.1, 1.0, 2.0])
def test_a_share_that_leaves_nothing_is_refused_with_its_value(independent, share):
    with pytest.raises(ValueError, match=f"min_variance_share={share} must be a share"):
        PrincipalMixture(min_variance_share=share).fit(independent)
