"""How far one customer is from every segment, in the space in which the model sees them."""

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from segmentation.model.pipeline import CustomerSegmenter


def segment_distances(segmenter: CustomerSegmenter, customer: pd.DataFrame) -> dict[int, float]:
    """Distance of a customer to the centre of every segment that was clustered.

    Parameters
    ----------
    segmenter : CustomerSegmenter
        Fitted.
    customer : DataFrame of shape (1, n_features)
        Features in their own units.

    Returns
    -------
    dict of int to float
        Segment id to Euclidean distance in model space, the nearest first. Segments that are set
        apart by a rule have no centre, and are not in it.
    """
    if not len(segmenter.centers_):
        return {}
    clustered = segmenter.labels_[~_set_apart(segmenter)]
    segments = [int(each) for each in segmenter.segment_of_cluster_ if each in clustered]
    distances = cdist(segmenter.transform(customer), segmenter.centers_)[0]
    return {segments[place]: float(distances[place]) for place in np.argsort(distances)}


def _set_apart(segmenter: CustomerSegmenter) -> np.ndarray:
    apart = [segmenter.key_account_segment, segmenter.newcomer_segment]
    return np.isin(segmenter.labels_, [segment for segment in apart if segment is not None])
