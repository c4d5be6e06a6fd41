"""Devices: facts from firmware trees, scans, other tools' reports and declarations, graded by evidence.

Guarantees: nothing of a tree is ever run, and no link leads out of it; every fact names the file and line (or the element of
a report) that it rests on.  What it does not do: judge; a fact says what is there, a requirement whether that is good.
"""
