"""A sweep: its parent run, its jobs, and their comparison."""
