"""Names of segments, descriptions of their customers, and their changes."""
