"""The typed schema of conf/, and the way from a configuration to plain values."""
