"""Kinds of runs: values of the tag ``kind``."""

SEGMENTATION, SWEEP, PROMOTION = "segmentation", "sweep", "promotion"
"""One configuration, the parent of several, and what makes a version of one."""
