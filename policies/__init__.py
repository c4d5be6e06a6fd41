"""Policies to start from and sample products, as packaged data."""
