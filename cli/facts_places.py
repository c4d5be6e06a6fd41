"""Where in a facts file a JSON pointer points: line, column, length.

Guarantees: only asked when there is something to complain about; no answer is better than a wrong one.
"""

from __future__ import annotations

import re

Place = tuple[int, int, int]


def find(text: str, kind: str, pointer: str) -> Place | None:
    """Find the key or element that a pointer (RFC 6901) names."""
    if not pointer:
        return None
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return _toml(text, steps) if kind == "toml" else _tree(text, steps)


def _tree(text: str, steps: list[str]) -> Place | None:
    """Walk the YAML tree (JSON is read as YAML, tabs as spaces)."""
    import yaml

    from rulewright.cli.facts_yaml import compose

    try:
        node = compose(text.replace("\t", " "))
    except (yaml.YAMLError, RecursionError):
        return None
    mark = None
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == step), None)
            if pair is None:
                break
            mark, node = pair[0], pair[1]
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            mark = node = node.value[int(step)]
        else:
            break
    if mark is None:
        return None
    start, end = mark.start_mark, mark.end_mark
    length = end.column - start.column if start.line == end.line else 1
    return start.line + 1, start.column + 1, max(length, 1)


def _toml(text: str, steps: list[str]) -> Place | None:
    """Look for the last key of the pointer that stands in the text exactly once."""
    for step in reversed([s for s in steps if not s.isdecimal()]):
        found = list(re.finditer(rf'^[ \t]*(?:[\w.\"-]+\.)?("?{re.escape(step)}"?)[ \t]*=', text, re.MULTILINE))
        if len(found) == 1:
            start = found[0].start(1)
            line = text.count("\n", 0, start) + 1
            return line, start - (text.rfind("\n", 0, start) + 1) + 1, len(found[0][1])
    return None
