"""The report for people who do not read metrics."""
