"""Measurements of every run: sizes, validity, stability, the null, and prediction.

Pure functions of arrays and frames. A metric that cannot be computed for a run is absent from the
returned dictionary, never 0 and never NaN. Labels are integers; -1 is noise and no segment.
"""
