"""What a run may have measured of what its segments predict."""

MEASURED = {
    "oot_score": 0.20,
    "oot_score_se": 0.01,
    "oot_net": 0.16,
    "oot_values": 8.0,
    "oot_lead": 0.05,
    "oot_lead_se": 0.01,
    "oot_best_sorting": 0.15,
    "oot_score_revenue_quantiles": 0.15,
    "oot_score_recency_quantiles": 0.10,
    "oot_score_rfm_grid": 0.12,
    "oot_r2": 0.21,
    "oot_r2_se": 0.01,
    "oot_r2_revenue_quantiles": 0.17,
    "oot_auc": 0.7,
    "oot_capture_20": 0.55,
    "oot_capture_20_revenue_quantiles": 0.50,
    "oot_capture_20_recency_quantiles": 0.40,
}


def beside(sorting: str, score: float) -> dict[str, float]:
    """The same, where such a sorting reaches such a score."""
    known = MEASURED | {f"oot_score_{sorting}": score}
    best = max(value for name, value in known.items() if name.startswith("oot_score_r"))
    return known | {"oot_best_sorting": best, "oot_lead": known["oot_score"] - best}
