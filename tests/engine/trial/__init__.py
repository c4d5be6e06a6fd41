"""Tests of tests of rules: coverage, mutants, proofs, proposals."""
