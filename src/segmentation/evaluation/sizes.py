"""Number and sizes of the segments, and what is left out as noise."""

import numpy as np


def segment_sizes(labels: np.ndarray, revenue: np.ndarray) -> dict[str, float]:
    """Count the segments and measure how evenly they divide the customers.

    Parameters
    ----------
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer, -1 = noise; at least one customer.
    revenue : ndarray of float, shape (n_customers,)
        Revenue of each customer, in currency; negative where returns exceed purchases.

    Returns
    -------
    dict of str to float
        ``n_customers``, ``n_segments``, ``noise_share``; ``smallest_segment_customers``,
        ``smallest_segment_share`` and ``largest_segment_share``, of all customers, noise included;
        and
        ``effective_segments`` = exp(-sum p ln p) over the shares p of the customers in segments
        (Hill number of order 1; Hill 1973), between 1 and ``n_segments``. These are absent
        when every customer is noise. ``noise_revenue_share`` is absent when total revenue is not
        positive; refunds can take it outside [0, 1].
    """
    noise = labels < 0
    counts = np.unique(labels[~noise], return_counts=True)[1]
    sizes = {
        "n_customers": float(len(labels)),
        "n_segments": float(len(counts)),
        "noise_share": float(noise.mean()),
    }
    total_revenue = float(revenue.sum())
    if total_revenue > 0:
        sizes["noise_revenue_share"] = float(revenue[noise].sum()) / total_revenue
    if len(counts):
        p = counts / counts.sum()
        sizes["smallest_segment_customers"] = float(counts.min())
        sizes["smallest_segment_share"] = float(counts.min()) / len(labels)
        sizes["largest_segment_share"] = float(counts.max()) / len(labels)
        sizes["effective_segments"] = float(np.exp(-np.sum(p * np.log(p))))
    return sizes
