"""Packages of rules: manifest, archive, signature, lock."""
