"""Evaluation of compiled rules over facts: verdicts, evidence, explanation."""
