"""The made-up shops are what they say, and the script tells groups from none."""

import sys

import numpy as np
import pytest

from experiments import made_up_shops as shops
from experiments import null_size as study


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[pytest.mark.slow] * (kind == "copula")) for kind in study.KINDS],
)
def test_a_shop_obeys_what_ties_its_features_together(kind):
    shop = study.KINDS[kind](500, np.random.default_rng(0))
    assert len(shop) == 500
    assert (shop["orders"] >= 1).all()
    assert (shop["orders"] % 1 == 0).all()
    assert (shop["recency_days"] >= 0).all()
    np.testing.assert_allclose(shop["orders"] * shop["average_order_value"], shop["revenue"])
    again = study.KINDS[kind](500, np.random.default_rng(0))
    assert shop.equals(again)


def test_subscribers_who_stay_have_ordered_within_a_month():
    shop = shops.subscription_shop(2_000, np.random.default_rng(0))
    stayed = shop["recency_days"] < 30
    assert 0.4 < stayed.mean() < 0.8
    assert shop["recency_days"][~stayed].max() > 300


def test_three_groups_are_planted_and_recency_tells_nothing_where_it_should_not():
    shop = shops.planted_shop(3_000, np.random.default_rng(0))
    centres = np.log(shop["average_order_value"])
    nearest = np.abs(centres.to_numpy()[:, None] - shops.CENTRES[:, 1]).argmin(axis=1)
    spread = centres.groupby(nearest).std()
    assert spread.to_numpy() == pytest.approx(shops.WITHIN, abs=0.05)
    of_any = shops.planted_shop_of_any_recency(3_000, np.random.default_rng(0))
    recency = np.log1p(shop["recency_days"]).groupby(nearest).mean()
    assert np.ptp(recency) > 1.5
    assert np.ptp(np.log1p(of_any["recency_days"]).groupby(nearest).mean()) < 0.2


def test_planted_groups_are_natural_and_a_gradual_shop_is_not():
    assert study.judged_shop("three groups", "value", 300, 0).natural
    judged = study.judged_shop("gradual", "value", 300, 0)
    assert not judged.natural
    assert judged.separated_by in {"revenue", "orders", "average_order_value"}


def test_what_is_natural_is_stable_besides(monkeypatch):
    class Unstable:
        def metrics(self):
            return {"stability_min": 0.84}

    monkeypatch.setattr(study, "bootstrap_stability", lambda *args, **options: Unstable())
    assert not study.judged_shop("three groups", "value", 300, 0).natural


@pytest.mark.slow
def test_the_table_counts_every_shop_and_adds_up_those_without_groups(monkeypatch, capsys):
    monkeypatch.setattr(study, "SHOPS", {100: 2})
    cases = [("gradual", "value"), ("lognormal", "value"), ("three groups", "value")]
    monkeypatch.setattr(study, "CASES", cases)
    monkeypatch.setattr(sys, "argv", ["null_size"])
    study.main()
    rows = capsys.readouterr().out.splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == [
        "| gradual",
        "| lognormal",
        "| three groups",
        "| gradual, lognormal, copula",
    ]
    assert "| 2 of 2 | 16% to 100% |" in rows[2]
    assert "| 0 of 4 | 0% to 60% |" in rows[3]
