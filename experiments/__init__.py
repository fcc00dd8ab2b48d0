"""Saved studies. ``python train.py sweep=NAME`` runs ``experiments/sweep/NAME.yaml``.

A package, so that Hydra finds the studies from any working directory (``pkg://experiments``).
"""
