import hdbscan
import numpy as np
import pytest

from segmentation.evaluation.resampling import draw_generators, estimator_seed
from segmentation.evaluation.stability import bootstrap_stability
from tests.helpers.retail import RFM, SEED, kmeans_refit, log_standardised, standardised


def hdbscan_refit(metrics, seed):
    return metrics, hdbscan.HDBSCAN(min_cluster_size=10).fit_predict(metrics)


def three_groups_and_scatter(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    groups = [rng.normal(centre, 0.5, size=(60, 2)) for centre in (0, 3, 6)]
    return np.vstack([*groups, rng.uniform(-4, 10, size=(60, 2))])


def reference_jaccards(refit, metrics, labels, draws, seed):
    """Sets of customers, straight from the definition."""
    similarities = []
    for rng in draw_generators(seed, draws):
        drawn = sorted(set(rng.integers(len(labels), size=len(labels)).tolist()))
        refitted = dict(zip(drawn, refit(metrics[drawn], estimator_seed(rng))[1], strict=True))
        new = [{i for i in drawn if refitted[i] == b} for b in set(refitted.values()) - {-1}]
        old = [{i for i in drawn if labels[i] == a} for a in sorted(set(labels) - {-1})]
        best = [max(len(a & b) / len(a | b) for b in new) if a else np.nan for a in old]
        similarities.append(best)
    return np.array(similarities)


@pytest.mark.parametrize("refit", [hdbscan_refit, kmeans_refit(standardised, 4, n_init=1)])
def test_equals_the_definition_written_with_sets(refit):
    metrics = three_groups_and_scatter(0)
    labels = refit(metrics, 0)[1]
    stability = bootstrap_stability(refit, metrics, labels, draws=6, seed=5)
    expected = reference_jaccards(refit, metrics, labels, 6, 5)
    np.testing.assert_allclose(stability.jaccard, np.nanmean(expected, axis=0))
    drawn = ~np.isnan(expected)
    dissolved = np.sum(expected <= 0.5, axis=0) / drawn.sum(axis=0)
    np.testing.assert_allclose(stability.dissolved, dissolved)
    worst = stability.jaccard == stability.jaccard.min()
    assert stability.metrics() == {
        "stability_draws": 6.0,
        "stability_min": stability.jaccard.min(),
        "stability_mean": stability.jaccard.mean(),
        "stability_min_se": stability.standard_error.min(where=worst, initial=np.inf),
    }
    errors = np.nanstd(expected, axis=0, ddof=1) / np.sqrt(drawn.sum(axis=0))
    np.testing.assert_allclose(stability.standard_error, errors)


def test_noise_is_no_segment():
    metrics = three_groups_and_scatter(1)
    labels = hdbscan_refit(metrics, 0)[1]
    assert (labels == -1).any()
    stability = bootstrap_stability(hdbscan_refit, metrics, labels, draws=5, seed=0)
    assert -1 not in stability.segments

    def everything_is_noise(metrics, seed):
        return metrics, np.full(len(metrics), -1)

    lost = bootstrap_stability(everything_is_noise, metrics, labels, draws=3, seed=0)
    figures = ("stability_min", "stability_mean", "stability_min_se")
    assert lost.metrics() == {"stability_draws": 3} | dict.fromkeys(figures, 0.0)
    assert (lost.dissolved == 1).all()


def test_labels_and_numbering_of_the_refit_do_not_matter():
    metrics = three_groups_and_scatter(2)
    refit = kmeans_refit(standardised, 3)
    labels = refit(metrics, 0)[1]

    def renumbered(metrics, seed):
        space, refitted = refit(metrics, seed)
        return space, (refitted + seed % 3) % 3

    plain = bootstrap_stability(refit, metrics, labels, draws=4, seed=3)
    other = bootstrap_stability(renumbered, metrics, 2 - labels, draws=4, seed=3)
    np.testing.assert_array_equal(plain.jaccard, other.jaccard[::-1])


def test_a_segment_that_is_never_drawn_leaves_the_figures_absent():
    metrics = np.random.default_rng(0).normal(size=(3000, 1))
    labels = np.repeat([0, 1], [2999, 1])

    def one_segment(metrics, seed):
        return metrics, np.zeros(len(metrics), dtype=int)

    stability = bootstrap_stability(one_segment, metrics, labels, draws=2, seed=0, n_max=50)
    assert stability.jaccard[0] == pytest.approx(1.0)
    assert np.isnan(stability.jaccard[1])
    assert np.isnan(stability.dissolved[1])
    assert stability.metrics() == {"stability_draws": 2}


def test_draws_are_bootstraps_and_of_very_many_customers_subsamples():
    sizes = []

    def recording(metrics, seed):
        assert len(np.unique(metrics)) == len(metrics)
        sizes.append(len(metrics))
        return metrics, np.zeros(len(metrics), dtype=int)

    metrics = np.arange(1000.0)[:, None]
    labels = np.zeros(1000, dtype=int)
    for n_max in (1000, 999, 100):
        bootstrap_stability(recording, metrics, labels, draws=3, seed=0, n_max=n_max)
    assert len(set(sizes[:3])) > 1
    assert np.mean(sizes[:3]) == pytest.approx(632, abs=25)
    assert sizes[3:] == [632] * 3 + [100] * 3


@pytest.mark.parametrize(
    ("similarity", "draws"), [(0.64, 20), (0.66, 100), (0.75, 100), (0.84, 100), (0.86, 20)]
)
def test_near_the_bound_it_is_measured_with_a_hundred_draws(similarity, draws):
    metrics, labels = np.arange(2000.0)[:, None], np.zeros(2000, dtype=int)

    def keeps_that_share_together(metrics, seed):
        return metrics, (np.arange(len(metrics)) >= similarity * len(metrics)).astype(int)

    drawn = bootstrap_stability(keeps_that_share_together, metrics, labels, bound=0.75, seed=0)
    assert drawn.draws == draws
    assert drawn.metrics()["stability_min"] == pytest.approx(similarity, abs=1e-3)
    elsewhere = bootstrap_stability(keeps_that_share_together, metrics, labels, bound=0.3, seed=0)
    assert elsewhere.draws == 20


@pytest.mark.parametrize(("together", "dissolved"), [(50, 1.0), (51, 0.0)])
def test_a_segment_of_which_only_half_stays_together_has_dissolved(together, dissolved):
    metrics, labels = np.arange(1000.0)[:, None], np.zeros(1000, dtype=int)

    def parts(metrics, seed):
        return metrics, (np.arange(len(metrics)) >= together).astype(int)

    found = bootstrap_stability(parts, metrics, labels, draws=3, seed=0, n_max=100)
    assert found.jaccard == pytest.approx([together / 100])
    assert found.dissolved.tolist() == [dissolved]


def all_noise(metrics, seed):
    return metrics, np.full(len(metrics), -1)


@pytest.mark.parametrize(("bound", "draws"), [(0.1, 100), (0.11, 20)])
def test_a_tenth_from_the_bound_is_near_it(bound, draws):
    metrics, labels = np.arange(50.0)[:, None], np.zeros(50, dtype=int)
    assert bootstrap_stability(all_noise, metrics, labels, bound=bound, seed=0).draws == draws


def test_above_twenty_thousand_customers_draws_are_subsamples():
    sizes = []

    def recording(metrics, seed):
        sizes.append(len(metrics))
        return metrics, np.zeros(len(metrics), dtype=int)

    for n in (20_000, 20_001):
        metrics, labels = np.arange(float(n))[:, None], np.zeros(n, dtype=int)
        bootstrap_stability(recording, metrics, labels, draws=4, bound=0, seed=0)
    assert len(set(sizes[:4])) > 1
    assert sizes[4:] == [12_641] * 4


def test_of_a_segment_in_one_draw_no_error_is_known_and_nothing_is_warned_of():
    metrics, labels = np.arange(40.0)[:, None], np.repeat([0, 1], [39, 1])
    drawn_once = 0
    with np.errstate(all="raise"):
        for seed in range(20):
            found = bootstrap_stability(
                lambda metrics, _: (metrics, np.zeros(len(metrics), dtype=int)),
                metrics,
                labels,
                draws=2,
                seed=seed,
                n_max=20,
            )
            drawn_once += np.isnan(found.standard_error[1]) and not np.isnan(found.jaccard[1])
            assert not np.isnan(found.standard_error[0])
            single = bootstrap_stability(all_noise, metrics, labels, draws=1, seed=seed)
            assert np.isnan(single.standard_error).all()
            assert "stability_min_se" not in single.metrics()
    assert drawn_once > 0


def test_who_asks_for_more_than_a_hundred_draws_or_less_than_twenty_gets_them():
    metrics, labels = np.arange(100.0)[:, None], np.zeros(100, dtype=int)

    def three_quarters(metrics, seed):
        return metrics, (np.arange(len(metrics)) >= 0.75 * len(metrics)).astype(int)

    for draws in (120, 19):
        found = bootstrap_stability(three_quarters, metrics, labels, draws=draws, seed=0)
        assert found.draws == draws


@pytest.mark.slow
def test_online_retail_is_as_stable_as_published(customers):
    """Means of 60 draws, two standard errors of both aside."""
    published = [(SEED, 4, 0.926, 0.005), (SEED, 5, 0.910, 0.008), (RFM, 5, 0.831, 0.020)]
    for features, k, expected, error in published:
        refit = kmeans_refit(log_standardised, k)
        values = customers[features].to_numpy(float)
        labels = refit(values, 42)[1]
        found = bootstrap_stability(refit, values, labels, draws=60, bound=0, seed=42).metrics()
        tolerance = 2 * np.hypot(error, found["stability_min_se"])
        assert found["stability_min"] == pytest.approx(expected, abs=tolerance)
        assert found["stability_min_se"] < 0.03


def test_the_trap_dissolves_and_log_rfm_does_not(customers):
    trap = kmeans_refit(standardised, 2)
    metrics = customers[SEED].to_numpy(float)
    labels = trap(metrics, 42)[1]
    stability = bootstrap_stability(trap, metrics, labels, seed=42)
    small = np.argmin(np.bincount(labels))
    # 200 draws give 0.62 and 43 %; one draw has a standard deviation of about 0.3.
    assert stability.jaccard[small] == pytest.approx(0.6, abs=0.2)
    assert 0.2 <= stability.dissolved[small] <= 0.7
    assert stability.metrics()["stability_min"] < 0.75 < stability.metrics()["stability_mean"]

    log_rfm = kmeans_refit(log_standardised, 4)
    metrics = customers[RFM].to_numpy(float)
    labels = log_rfm(metrics, 42)[1]
    stability = bootstrap_stability(log_rfm, metrics, labels, seed=42)
    by_recency = np.argsort([metrics[labels == segment, 0].mean() for segment in range(4)])
    expected = [0.955, 0.886, 0.925, 0.949]
    assert stability.jaccard[by_recency] == pytest.approx(expected, abs=0.025)
    assert stability.dissolved.max() == 0
