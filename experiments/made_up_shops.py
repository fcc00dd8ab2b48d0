"""Customers of shops that do not exist: without groups, like a subscription, and in three groups.

Each function draws one shop: a table with ``recency_days``, ``orders``, ``revenue`` and
``average_order_value``, a row per customer, where revenue is orders × order value.
"""

from functools import cache

import numpy as np
import pandas as pd

import segmentation as sg
from segmentation.evaluation.copula import gaussian_copula

DAYS = 365
CENTRES = np.array([[1.0, 2.0, 4.5], [3.0, 4.0, 2.5], [1.0, 6.0, 3.5]])
"""Of three groups, in logarithms of orders, order value and days since the last order."""
WITHIN = 0.5
"""Standard deviation within a group, in logarithms."""


def gradual_shop(customers: int, rng: np.random.Generator) -> pd.DataFrame:
    """Customers who differ gradually in how often and how much they buy, and stop by chance."""
    tenure = rng.integers(30, DAYS, customers).astype(float)
    orders = 1.0 + rng.poisson(tenure / 60 * rng.gamma(1.0, 1.0, customers))
    recency = np.floor(tenure * rng.uniform(0, 1, customers) ** np.sqrt(orders))
    return _shop(recency, orders, rng.lognormal(3.5, 0.7, customers))


def lognormal_shop(customers: int, rng: np.random.Generator) -> pd.DataFrame:
    """Orders, order value and recency are lognormal: who buys often buys little, and lately."""
    correlation = np.array([[1.0, -0.3, -0.5], [-0.3, 1.0, 0.0], [-0.5, 0.0, 1.0]])
    drawn = rng.multivariate_normal(np.zeros(3), correlation, customers)
    orders, order_value, recency = np.exp(drawn * [1.0, 0.8, 1.0] + [1.2, 3.5, 3.5]).T
    return _shop(np.floor(recency), np.maximum(np.round(orders), 1.0), order_value)


def copula_shop(customers: int, rng: np.random.Generator) -> pd.DataFrame:
    """The values and rank correlations of the groceries' customers, and nothing else of them."""
    names = ["recency_days", "orders", "average_order_value"]
    values = rng.choice(_groceries()[names].to_numpy(), customers)
    copula = gaussian_copula(values, seed=int(rng.integers(2**32)))
    return _shop(*copula.draw(rng).T)


def subscription_shop(customers: int, rng: np.random.Generator) -> pd.DataFrame:
    """Everybody joined within a year and orders monthly until leaving, after a year on average."""
    tenure = rng.uniform(30, DAYS, customers)
    stayed = np.minimum(tenure, rng.exponential(DAYS, customers))
    orders = 1.0 + np.floor(stayed / 30)
    return _shop(np.floor(tenure - 30 * (orders - 1)), orders, rng.lognormal(3.0, 0.4, customers))


def planted_shop(customers: int, rng: np.random.Generator) -> pd.DataFrame:
    """Three groups in orders, order value and recency, with the spread `WITHIN` in logarithms."""
    group = rng.integers(len(CENTRES), size=customers)
    drawn = np.exp(CENTRES[group] + rng.normal(0, WITHIN, (customers, 3)))
    orders, order_value, recency = drawn.T
    return _shop(np.floor(recency), np.maximum(np.round(orders), 1.0), order_value)


def planted_shop_of_any_recency(customers: int, rng: np.random.Generator) -> pd.DataFrame:
    """The same three groups, of which recency tells nothing."""
    shop = planted_shop(customers, rng)
    return shop.assign(recency_days=rng.permutation(shop["recency_days"]))


def _shop(recency: np.ndarray, orders: np.ndarray, order_value: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "recency_days": recency,
            "orders": orders,
            "revenue": orders * order_value,
            "average_order_value": order_value,
        }
    )


@cache
def _groceries() -> pd.DataFrame:
    return sg.measure("complete_journey", horizon_share=None).table
