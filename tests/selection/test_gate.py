"""The gate between challenger and champion, on customers that no clusterer can get wrong."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import MinMaxScaler

from segmentation.customers.customers_file import CustomersFile
from segmentation.evaluation.options import OutOfTimeOptions
from segmentation.evaluation.out_of_time import out_of_time, segments_like
from segmentation.model.fitting import fit_segmenter
from segmentation.segments.naming import name_segments
from segmentation.selection import gate
from segmentation.selection.gate import compare, same_recipe
from segmentation.selection.guards import SelectionRules
from tests.helpers.models import log_scaler
from tests.helpers.shop import FEATURES, measured_of, past_of

RULES, ANY = SelectionRules(), SelectionRules(max_reassigned=1.0)
MANY = RULES.max_reassigned


@pytest.fixture(scope="module")
def customers(table):
    days = np.random.default_rng(3).integers(1, 200, len(table)).astype(float)
    return table.assign(recency_days=days)


def measured(customers, next_revenue=None):
    """The customers, unchanged since a cut after which they spent so much."""
    if next_revenue is None:
        return measured_of(customers)
    return measured_of(customers, past_of(customers, next_revenue))


def fitted(customers, k, seed=0, features=FEATURES):
    clusterer = KMeans(n_clusters=k, n_init=10, random_state=seed)
    segmenter = fit_segmenter(customers, features, log_scaler(), clusterer)
    names = name_segments(customers, segmenter.labels_)
    segmenter.names_ |= {name.segment: name.name for name in names}
    return segmenter


def test_a_refit_that_finds_the_same_segments_may_replace_the_champion(customers):
    gate = compare(
        fitted(customers, 3, seed=1), fitted(customers, 3), measured(customers), RULES, 0
    )
    assert gate.reasons == ()
    assert gate.reassigned_share == 0
    assert gate.changes == ()


def test_the_same_segments_keep_the_names_that_the_champion_gave_them(customers):
    champion = fitted(customers, 3)
    # as if other segments had been told apart when they were named
    kept = [f"{champion.names_[number].partition(',')[0]} ({number + 2})" for number in range(3)]
    champion.names_ |= dict(enumerate(kept))
    gate = compare(fitted(customers, 3, seed=1), champion, measured(customers), RULES, 0)
    assert [name.name for name in gate.names] == kept
    assert all("kept from the champion" in name.rule for name in gate.names)
    assert gate.reassigned_share == 0


def test_where_a_sample_is_fitted_names_stand_on_all_customers(customers, tmp_path):
    sample = customers.assign(tenure_days=customers["recency_days"])
    everybody = pd.concat([sample, sample.rename(index="again {}".format)])
    everybody.reset_index().to_parquet(tmp_path / "all.parquet", index=False)
    alone = measured(sample)
    sampled = replace(alone, file=CustomersFile(tmp_path / "all.parquet"))
    few, many = (
        compare(fitted(customers, 3, seed=1), fitted(customers, 3), each, RULES, 0).names
        for each in (alone, sampled)
    )
    assert [name.name for name in many] == [name.name for name in few]
    stakes = [(name.stake, 2 * other.stake) for name, other in zip(many, few, strict=True)
              if other.stake is not None]  # fmt: skip
    assert stakes
    assert all(all_of_them == pytest.approx(twice) for all_of_them, twice in stakes)


def blind(customers, seed=0):
    return fitted(customers, 3, seed=seed, features=["recency_days"])


def spending(customers, power=1.0):
    """Next revenue that follows the present one."""
    return customers["revenue"].to_numpy() ** power


def test_too_many_customers_in_a_segment_of_another_name_are_a_reason_against(customers):
    gate = compare(blind(customers), fitted(customers, 3), measured(customers), RULES, 0)
    assert gate.reassigned_share > MANY
    moved = gate.reasons[-1]
    assert f"{gate.reassigned_share:.1%} of the customers would change" in moved
    assert "at most 30% may" in moved
    assert gate.changes
    lax = compare(blind(customers), fitted(customers, 3), measured(customers), ANY, 0)
    assert moved not in lax.reasons


def test_another_recipe_must_predict_more(customers):
    after = measured(customers, spending(customers))
    gate = compare(blind(customers), fitted(customers, 3), after, ANY, 0)
    assert not gate.same_recipe
    assert gate.challenger_score < 0.2 < 0.7 < gate.champion_score
    assert gate.lead < 0 < gate.lead_se
    assert len(gate.reasons) == 1
    assert "not higher by two standard errors" in gate.reasons[0]
    assert compare(fitted(customers, 3), blind(customers), after, ANY, 0).reasons == ()


def test_as_good_is_not_better_and_segments_cost(customers):
    after = measured(customers, spending(customers))
    gate = compare(fitted(customers, 4), fitted(customers, 3), after, ANY, 0)
    assert "not higher by two standard errors" in gate.reasons[0]
    free = SelectionRules(max_reassigned=1.0, cost_per_segment=0.0)
    without = compare(fitted(customers, 4), fitted(customers, 3), after, free, 0)
    assert without.lead == pytest.approx(gate.lead + ANY.cost_per_segment)
    assert without.lead == pytest.approx(gate.challenger_score - gate.champion_score)


def test_the_score_is_that_of_a_run_with_the_default_evaluation(customers):
    after, champion = measured(customers, spending(customers)), fitted(customers, 3)
    folds = OutOfTimeOptions().folds
    run = out_of_time(segments_like(champion), after.pasts, customers.index, folds)
    found = compare(fitted(customers, 3, seed=1), champion, after, RULES, 0)
    assert found.champion_score == pytest.approx(run.metrics["oot_score"])


def test_the_same_recipe_may_be_as_good(customers):
    after = measured(customers, spending(customers))
    gate = compare(fitted(customers, 3, seed=1), fitted(customers, 3), after, RULES, 0)
    assert gate.same_recipe
    assert gate.reasons == ()
    assert gate.lead == pytest.approx(0.0, abs=1e-9)


@pytest.fixture
def led_by(monkeypatch):
    """Lets the challenger lead by so much, with a standard error of 0.05."""

    def lead_by(lead):
        monkeypatch.setattr(gate, "paired_difference", lambda ours, theirs: (lead, 0.05))

    return lead_by


@pytest.mark.parametrize(("lead", "passes"), [(-0.1, True), (-0.105, False), (0.0, True)])
def test_the_same_recipe_may_be_worse_by_two_standard_errors(customers, led_by, lead, passes):
    led_by(lead)
    after = measured(customers, spending(customers))
    found = compare(fitted(customers, 3, seed=1), fitted(customers, 3), after, RULES, 0)
    assert (found.lead, found.lead_se) == (lead, 0.05)
    assert (found.reasons == ()) is passes
    if not passes:
        assert "oot_score is lower than the champion's by 0.105" in found.reasons[0]
        assert "(0.050 each)" in found.reasons[0]


@pytest.mark.parametrize(("lead", "passes"), [(0.105, True), (0.1, False), (-0.1, False)])
def test_another_recipe_must_lead_by_more_than_two_standard_errors(customers, led_by, lead, passes):
    led_by(lead)
    after = measured(customers, spending(customers))
    found = compare(blind(customers), fitted(customers, 3), after, ANY, 0)
    assert found.lead == pytest.approx(lead)
    assert (found.reasons == ()) is passes
    if not passes:
        assert f"the difference is {lead:+.3f} ± 0.050" in found.reasons[0]


@pytest.mark.parametrize(("lead", "passes"), [(0.125, True), (0.115, False)])
def test_another_segment_must_pay_for_itself(customers, led_by, lead, passes):
    """One segment more costs 0.01, one less gives it back."""
    led_by(lead)
    after = measured(customers, spending(customers))
    more = compare(fitted(customers, 4), fitted(customers, 3), after, ANY, 0)
    assert more.lead == pytest.approx(lead - 0.01)
    fewer = compare(fitted(customers, 3), fitted(customers, 5), after, ANY, 0)
    assert fewer.lead == pytest.approx(lead + 0.02)
    assert (more.reasons == ()) is (more.lead > 0.1)


def test_as_many_may_move_as_the_rules_say_and_no_more(customers):
    pair = blind(customers), fitted(customers, 3)
    moved = compare(*pair, measured(customers), ANY, 0).reassigned_share
    assert 0.05 < moved < 1
    for allowed, refused in [(moved, False), (moved - 0.01, True), (moved + 0.01, False)]:
        rules = SelectionRules(max_reassigned=allowed)
        reasons = compare(*pair, measured(customers), rules, 0).reasons
        assert any("of the customers would change" in reason for reason in reasons) is refused


def test_another_recipe_replaces_one_that_breaks_a_guard_of_size(customers):
    rare = customers.assign(recency_days=np.where(np.arange(len(customers)) < 45, 900.0, 5.0))
    champion = fitted(rare, 2, features=["recency_days"])
    after = measured(rare, np.random.default_rng(0).uniform(0, 50, len(rare)))
    rules = SelectionRules(max_reassigned=1.0, min_smallest_segment_share=0.2)
    gate = compare(fitted(rare, 3), champion, after, rules, 0)
    assert gate.reasons == ()
    assert "breaks a guard on these customers: smallest segment 15.00%" in gate.out_of_use
    kept = compare(fitted(rare, 3), champion, after, ANY, 0)
    assert (len(kept.reasons), kept.out_of_use) == (1, "")


def test_a_guard_that_the_champion_breaks_excuses_no_worse_fit_of_the_same_recipe(
    customers, led_by
):
    """It is the same recipe that would break it again."""
    led_by(-0.2)
    after = measured(customers, spending(customers))
    broken = SelectionRules(max_reassigned=1.0, min_smallest_segment_share=0.3)
    found = compare(fitted(customers, 3, seed=1), fitted(customers, 3), after, broken, 0)
    assert "more than two standard errors" in found.reasons[0]
    assert found.out_of_use == ""


def test_who_is_better_needs_no_guard_that_the_champion_breaks(customers, led_by):
    led_by(0.5)
    after = measured(customers, spending(customers))
    broken = SelectionRules(max_reassigned=1.0, min_smallest_segment_share=0.3)
    found = compare(fitted(customers, 2), fitted(customers, 3), after, broken, 0)
    assert (found.reasons, found.out_of_use) == ((), "")


def test_a_recipe_that_cannot_be_fitted_at_a_cut_has_no_score(customers):
    few = measured_of(customers, past_of(customers.iloc[:2], np.array([1.0, 2.0])))
    found = compare(fitted(customers, 4), fitted(customers, 3), few, ANY, 0)
    assert found.challenger_score is found.champion_score is None
    assert "cannot be shown to predict more" in found.reasons[0]


def test_one_score_alone_shows_no_lead(customers):
    just_been = customers.assign(recency_days=1.0)
    after = measured_of(customers, past_of(just_been, spending(customers)))
    found = compare(blind(customers), fitted(customers, 3), after, ANY, 0)
    assert found.challenger_score is None
    assert found.champion_score > 0.7
    assert found.lead is found.lead_se is None
    assert "cannot be shown to predict more" in found.reasons[0]


def test_without_a_past_another_recipe_cannot_be_shown_to_be_better(customers):
    gate = compare(fitted(customers, 4), fitted(customers, 3), measured(customers), RULES, 0)
    assert gate.challenger_score is gate.champion_score is gate.lead is gate.lead_se is None
    assert "cannot be shown to predict more" in gate.reasons[0]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"seed": 7}, True),
        ({"k": 4}, False),
        ({"features": FEATURES[:2]}, False),
    ],
)
def test_a_recipe_is_features_scaler_algorithm_and_k_not_the_seed(customers, change, same):
    ours = fitted(customers, **{"k": 3} | change)
    assert same_recipe(ours, fitted(customers, 3)) is same


def test_key_accounts_are_part_of_the_recipe(customers):
    clusterer = KMeans(n_clusters=3, n_init=10, random_state=0)
    with_accounts = fit_segmenter(customers, FEATURES, log_scaler(), clusterer, 0.05)
    assert not same_recipe(with_accounts, fitted(customers, 3))
    minmax = fit_segmenter(customers, FEATURES, MinMaxScaler(), clusterer)
    assert not same_recipe(minmax, fitted(customers, 3))


def test_a_split_segment_is_told(customers):
    gate = compare(fitted(customers, 3), fitted(customers, 2), measured(customers), ANY, 0)
    assert any("was split into new segments" in change for change in gate.changes)


def test_plain_values_for_json(customers):
    record = compare(
        fitted(customers, 3), fitted(customers, 2), measured(customers), ANY, 0
    ).to_dict()
    assert set(record) >= {"reasons", "reassigned_share", "changes", "names"}
    assert {type(name) for name in record["names"]} == {dict}
