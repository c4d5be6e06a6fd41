"""The index of the shared corpus, and an independent count of entities with the standard library's JSON reader."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One file: path, format, version, label, basis of the label."""

    path: Path
    name: str
    format: str
    version: str
    valid: str
    note: str


def entries(shared: Path, *formats: str) -> list[Entry]:
    """The files of some formats."""
    root = shared / "corpus"
    with (root / "INDEX.tsv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Entry(root / r["path"], r["path"], r["format"], r["version"], r["valid"], r["note"])
            for r in rows
            if not formats or r["format"] in formats
        ]


def _list(holder: Any, key: str) -> list[Any]:
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def _deep(items: list[Any], key: str) -> Iterator[Any]:
    for item in items:
        yield item
        yield from _deep(_list(item, key), key)


def count_cyclonedx(data: bytes) -> Counter[str]:
    """Count by walking what `json.loads` gives."""
    bom = json.loads(data.decode("utf-8-sig"))
    root = (bom.get("metadata") or {}).get("component")
    components = list(_deep(([root] if isinstance(root, dict) else []) + _list(bom, "components"), "components"))
    lists = {
        "hashes": "hashes",
        "licences": "licenses",
        "external references": "externalReferences",
        "properties": "properties",
    }
    total = Counter({name: sum(len(_list(c, key)) for c in components) for name, key in lists.items()})
    total["components"] = len(components)
    total["services"] = len(list(_deep(_list(bom, "services"), "services")))
    total["vulnerabilities"] = len(_list(bom, "vulnerabilities"))
    total["dependencies"] = len(_list(bom, "dependencies"))
    total["dependency edges"] = sum(len(_list(d, "dependsOn")) for d in _list(bom, "dependencies"))
    return total


def count_spdx(data: bytes) -> Counter[str]:
    """Count by walking what `json.loads` gives."""
    spdx = json.loads(data.decode("utf-8-sig"))
    packages = _list(spdx, "packages")
    keys = {"extracted licences": "hasExtractedLicensingInfos"}
    total = Counter(
        {k: len(_list(spdx, keys.get(k, k))) for k in ("packages", "files", "snippets", "relationships", *keys)}
    )
    total["hashes"] = sum(len(_list(p, "checksums")) for p in packages)
    total["external references"] = sum(len(_list(p, "externalRefs")) for p in packages)
    total["licences"] = sum(
        isinstance(p.get(k), str) for p in packages for k in ("licenseDeclared", "licenseConcluded")
    )
    return total
