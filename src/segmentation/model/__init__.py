"""The model: features in, ordered segments out."""
