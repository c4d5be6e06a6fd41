"""Proposed tests as rule text: blocks to add to a file, or a file with the tests put in.

Guarantees: the text compiles where the file did; in a file, a test is put before the one that it is like, everything else stays
as it is.  What it does not do: write files, or judge whether a verdict is what the standard means.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rulewright.cli.testing import model
from rulewright.cli.text import clean


def blocks(name: str, proposals: Sequence[model.Proposed]) -> str:
    """The tests as blocks of their own, each with a comment that says what it is for."""
    if not proposals:
        return ""
    lines = [f"# {clean(name)}: proposed tests. Each expects what the rules say now: read it against the clause."]
    for (_, head), group in groupby(proposals, key=lambda one: (one.requirement, one.block)):
        lines += ["", head]
        for one in group:
            lines += [*(f"  # {clean(said)}" for said in _why(one)), f"  {one.text}"]
        lines.append("}")
    return "\n".join(lines) + "\n"


def _why(one: model.Proposed) -> list[str]:
    """What a test is for, a few lines at most."""
    said = [f"notices: {text}" for text in one.notices] + [f"sees: {text}" for text in one.sees]
    return said if len(said) <= 3 else [*said[:2], f"and {len(said) - 2} more"]


def inserted(text: str, name: str, proposals: Sequence[model.Proposed]) -> str:
    """The text of a rule file with the tests in it: each before the test that it is like, else in blocks at the end."""
    lines = text.split("\n")
    near = [one for one in proposals if one.near is not None and one.near.file == name and _begins(lines, one.near)]
    taken = {id(one) for one in near}
    for one in sorted(near, key=lambda one: -(one.near.line if one.near else 0)):
        assert one.near is not None
        at = one.near.line - 1
        lead = lines[at][: one.near.column - 1]
        lines.insert(at, f"{lead}{one.text}")
    rest = blocks(name, [one for one in proposals if id(one) not in taken])
    whole = "\n".join(lines)
    return whole if not rest else f"{whole.rstrip(chr(10))}\n\n{rest}"


def _begins(lines: Sequence[str], place: model.Place) -> bool:
    """Whether a test begins its line."""
    if not 1 <= place.line <= len(lines):
        return False
    line = lines[place.line - 1]
    return line[place.column - 1 :].startswith("given") and not line[: place.column - 1].strip()
