"""Tests of the whole way through, on real documents and real packs."""
