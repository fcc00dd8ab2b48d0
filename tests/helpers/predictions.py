"""What a run may have measured of what its segments predict."""

MEASURED = {
    "oot_r2": 0.20,
    "oot_r2_se": 0.01,
    "oot_r2_revenue_quantiles": 0.15,
    "oot_r2_recency_quantiles": 0.10,
    "oot_auc": 0.7,
    "oot_capture_20": 0.55,
    "oot_capture_20_revenue_quantiles": 0.50,
    "oot_capture_20_recency_quantiles": 0.40,
}
