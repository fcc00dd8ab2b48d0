"""What the scripts do, one verb per file: the only place that prints and orchestrates."""


def import_skops_first() -> None:
    """Import skops before MLflow; to be called before any job is imported.

    It looks up where every function of scipy is from, in all modules that there are.
    """
    import skops.io  # noqa: F401
