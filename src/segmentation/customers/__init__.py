"""Customers and what is measured about them."""
