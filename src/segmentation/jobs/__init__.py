"""What the scripts do, one verb per file: the only place that prints and orchestrates."""
