"""Small feeds and products, made in a few words."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from rulewright.facts.base import Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.statements import Match, Matched
from rulewright.facts.table import Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import Completeness
from rulewright.threats.feeds.opening import opened, units
from rulewright.threats.match import Matcher
from rulewright.threats.store import Index, index

Json = dict[str, Any]
T = TypeVar("T")


def osv(
    name: str, ecosystem: str, package: str, *, events: Sequence[Json] = (), kind: str = "ECOSYSTEM", **more: Any
) -> Json:
    """An OSV record about one package."""
    versions = more.pop("versions", None)
    affected: Json = {"package": {"ecosystem": ecosystem, "name": package}}
    if events:
        affected["ranges"] = [{"type": kind, "events": list(events)}]
    if versions is not None:
        affected["versions"] = versions
    return {
        "id": name,
        "modified": "2026-01-02T00:00:00Z",
        "published": "2026-01-01T00:00:00Z",
        "affected": [affected],
        **more,
    }


def cve(
    name: str, *versions: Json, vendor: str = "acme", product: str = "widget", state: str = "PUBLISHED", **more: Any
) -> Json:
    """A CVE record about one product."""
    affected = {"vendor": vendor, "product": product, "versions": list(versions), **more.pop("affected", {})}
    return {
        "dataType": "CVE_RECORD",
        "cveMetadata": {"cveId": name, "state": state, "datePublished": "2026-01-01T00:00:00Z"},
        "containers": {"cna": {"affected": [affected], **more}},
    }


def component(**fields: Any) -> Json:
    """A component; its version is that of its package URL unless stated."""
    return {"name": "c", **fields}


ROOT = {"name": "hub", "version": "1.0", "cpe": "cpe:2.3:o:acme:hub:1.0:*:*:*:*:*:*:*"}


def product(*components: Json) -> ProductFacts:
    """The facts of a product with these components; row 0 is the product itself."""
    listed = [ROOT, *components]
    owned = {
        "hash": [(row, each) for row, c in enumerate(listed) for each in c.get("hashes", ())],
        "property": [(row, each) for row, c in enumerate(listed) for each in c.get("properties", ())],
    }
    tables = {"component": _table("component", listed, ("purl", "cpe", "name", "version", "fixes"))}
    for name, fields in (("hash", ("algorithm", "value")), ("property", ("name", "value"))):
        tables[name] = _table(name, [each for _, each in owned[name]], fields)
        pairs = Relation(array("i", [row for row, _ in owned[name]]), array("i", range(len(owned[name]))))
        tables[name].relations = {"component": partial(_same, pairs)}
    return ProductFacts(Product("hub", "hub", "1.0"), {}, tables)


def _same(value: T) -> T:
    return value


def _table(name: str, rows: Sequence[Json], fields: Sequence[str]) -> Table:
    made = {field: encode([row.get(field) for row in rows]) for field in fields}
    builders = {field: partial(_same, column) for field, column in made.items()}
    source = Source("hub.cdx.json", "0" * 64)
    segment = Segment(
        0,
        source,
        lambda row: f"/components/{row - 1}",
        lambda row: f"{rows[row].get('name')}@{rows[row].get('version')}",
    )
    extent = Extent(Completeness.CLOSED, "it says so")
    return Table(name, len(rows), array("i", [0, len(rows)]), [extent], [segment], builders)


def feed(folder: Path, *records: object, name: str = "feed.jsonl") -> Path:
    """A feed of JSON lines."""
    path = folder / name
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def indices(*paths: Path, folder: Path | None = None) -> list[Index]:
    """The indices of feeds."""
    found = [unit for path in paths for unit in units(str(path))]
    return [index(unit, opened(unit), str(folder) if folder else None) for unit in found]


def ask(facts: ProductFacts, *paths: Path, as_of: int | None = None) -> Matched:
    """What feeds say of a product."""
    return Matcher(indices(*paths), as_of).matched(facts)


def found(matched: Matched) -> Mapping[tuple[int, str], Match]:
    """Matches by component (from 0, without the product itself) and vulnerability."""
    return {(match.component - 1, match.advisory.id): match for match in matched.matches}


def qualities(matched: Matched) -> dict[str, str]:
    """Quality by vulnerability, of the first component."""
    return {name: match.quality for (row, name), match in found(matched).items() if row == 0}
