"""Customer segments from transaction lines: compared, chosen, registered and used."""

__version__ = "0.1.0"
