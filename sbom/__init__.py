"""Readers of software bills of materials: bytes in, facts and a receipt out."""
