"""Kinds of runs: values of the tag ``kind``."""

SEGMENTATION, SWEEP, PROMOTION = "segmentation", "sweep", "promotion"
"""One configuration, the parent of several, and what makes a version of one."""
SCORING = "scoring"
"""Customers of new lines, put into the segments of a version."""
