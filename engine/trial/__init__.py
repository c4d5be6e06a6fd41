"""Tests of rules: their facts, what they cover, and whether they would notice a change."""
