"""What the scripts do, one verb per file: the only place that prints and orchestrates."""

# Before MLflow: skops looks up where every function of scipy is from, in all modules there are.
import skops.io  # noqa: F401
