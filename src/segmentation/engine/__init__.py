"""Engines that read and compute on transaction lines: what each of them does in its own way."""
