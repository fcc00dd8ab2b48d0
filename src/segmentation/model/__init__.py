"""The model: metrics in, ordered segments out."""
