"""Counting the entities of an SPDX 2 document from the events of its YAML, apart from the conversion.

Guarantees: nothing that the conversion made is looked at.  It does not follow aliases and does not settle keys that are
given twice: the caller does not ask it where there are any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rulewright.sbom.spdx2_yaml_events import Event, What

Path = tuple[str, ...]
_ITEMS: dict[Path, str] = {
    ("packages", "*"): "packages",
    ("files", "*"): "files",
    ("snippets", "*"): "snippets",
    ("relationships", "*"): "relationships",
    ("hasExtractedLicensingInfos", "*"): "extracted licences",
    ("packages", "*", "checksums", "*"): "hashes",
    ("packages", "*", "externalRefs", "*"): "external references",
}
_TEXTS = frozenset({("packages", "*", "licenseDeclared"), ("packages", "*", "licenseConcluded")})
_NULLS = ("", "~", "null", "Null", "NULL")


def values(events: Iterable[Event]) -> Iterator[tuple[Path, Event]]:
    """Every value with its path; keys are no values."""
    path: list[str] = []
    kinds: list[What] = []
    keys: list[str | None] = []
    for event in events:
        if event.what is What.END:
            kinds.pop()
            keys.pop()
            if path:
                path.pop()
            continue
        if kinds and kinds[-1] is What.MAPPING and keys[-1] is None:
            keys[-1] = event.text if event.what is What.SCALAR else "?"
            if event.what is not What.SCALAR:  # a list as key: what is in it is nobody's
                kinds.append(event.what)
                keys.append(None)
                path.append("?")
            continue
        step = () if not kinds else ("*",) if kinds[-1] is What.SEQUENCE else (keys[-1] or "",)
        yield (*path, *step), event
        if kinds and kinds[-1] is What.MAPPING:
            keys[-1] = None
        if event.what in {What.MAPPING, What.SEQUENCE}:
            path.extend(step)
            kinds.append(event.what)
            keys.append(None)


def count(events: Iterable[Event], wrapper: str) -> Counter[str]:
    """Count what is below `wrapper`, or in the document itself where that is empty."""
    total: Counter[str] = Counter()
    for path, event in values(events):
        inner = path[1:] if wrapper and path[:1] == (wrapper,) else path
        entity = _ITEMS.get(inner)
        if entity:
            total[entity] += 1
        elif inner in _TEXTS and event.what is What.SCALAR and not (event.plain and event.text in _NULLS):
            total["licences"] += 1
    return total
