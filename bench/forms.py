"""The same product in the three forms that are measured: facts in memory, CycloneDX 1.6 JSON, and JSON for the peers.

Guarantees: all three carry the same facts.  The peers' JSON is the easier one to work with: flat records, licences split
into their choices, dates as numbers, and the dependency graph turned round (`parents`), so that no peer pays for that.
What it does not do: read anything back.
"""

from __future__ import annotations

import datetime as dt
import json
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from bench.inventory import ATTRIBUTES, FIELDS, LICENSES, Inventory, Value
from rulewright.facts.base import Fact, FactBase, Product, scalar
from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table, encode_optional
from rulewright.facts.types import Completeness, State

CLOSED = Extent(Completeness.CLOSED, "the document says that its list is complete")


# --- facts in memory -------------------------------------------------------------------------------------------------


def _relation(pairs: Iterable[tuple[int, int]]) -> Relation:
    ordered = sorted(pairs)
    return Relation(array("i", (p for p, _ in ordered)), array("i", (c for _, c in ordered)))


def facts(values: dict[str, Value | None], source: Source) -> dict[str, Fact | None]:
    """Product attributes as facts; a missing one is no fact at all."""
    return {n: None if v is None else Fact(State.KNOWN, v, source) for n, v in values.items()}


def builders(inventory: Inventory, names: Sequence[str] = FIELDS) -> dict[str, Callable[[], Column]]:
    """Every column, built at once: the facts of a warm run are in memory."""
    columns = {name: encode_optional(inventory.cells[name]) for name in names}
    return {name: partial(_same, column) for name, column in columns.items()}


def _same(column: Column) -> Column:
    return column


def declared(inventory: Inventory) -> dict[str, Fact]:
    """The known product attributes as facts of a declaration."""
    source = Source("bench.facts.json", "0" * 64, "declaration")
    return {name: fact for name, fact in facts(inventory.attributes, source).items() if fact is not None}


def facts_file(inventory: Inventory) -> bytes:
    """The same as a file for the command line."""
    known = {n: v for n, v in inventory.attributes.items() if v is not None}
    return json.dumps({n: _date(v) if ATTRIBUTES[n] == "date" else v for n, v in known.items()}, indent=1).encode()


def segment(inventory: Inventory, source: Source) -> Segment:
    """All rows come from one source."""
    names = inventory.cells["name"]
    return Segment(
        0, source, lambda row: f"/components/{row - 1}" if row else "/metadata/component", lambda row: str(names[row])
    )


def fact_base(inventory: Inventory) -> FactBase:
    """One product with its component table, complete by its own word."""
    source = Source("bench.cdx.json", "0" * 64)
    edges = _relation(inventory.edges())
    table = Table(
        collection="component",
        rows=inventory.size,
        offsets=array("i", [0, inventory.size]),
        extents=[CLOSED],
        segments=[segment(inventory, source)],
        builders=builders(inventory),
        relations={"depends_on": lambda: edges},
        graph_extents=[CLOSED],
    )
    attributes = {name: scalar([fact]) for name, fact in facts(inventory.attributes, source).items()}
    product = Product("bench", "bench", "1", (source,))
    return FactBase([product], attributes, {"component": table})


# --- CycloneDX -------------------------------------------------------------------------------------------------------

_DIGITS = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}


def _date(day: Value) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(str(day)))).isoformat()


def _license(text: Value) -> dict[str, object]:
    return {"expression": text} if " " in str(text) else {"license": {"id": text}}


def _component(cells: dict[str, Value | None], i: int) -> dict[str, object]:
    """One CycloneDX component; a field without a value is left out."""
    out: dict[str, object] = {
        "bom-ref": cells["id"],
        "type": str(cells["type"]).replace("_", "-"),
        "name": cells["name"],
        "scope": cells["scope"],
    }
    for name in ("version", "group", "publisher", "purl", "cpe", "copyright"):
        if cells[name] is not None:
            out[name] = cells[name]
    if cells["supplier"] is not None:
        out["supplier"] = {"name": cells["supplier"]}
    if cells["author"] is not None:
        out["authors"] = [{"name": cells["author"]}]
    if (text := cells["license"]) is not None:
        out["licenses"] = [_license(text)]
    if isinstance(hashes := cells["hash_algorithms"], tuple):
        out["hashes"] = [{"alg": alg, "content": f"{i + 1:0{_DIGITS[alg]}x}"} for alg in hashes]
    links = {"distribution": cells["deployable_uri"], "website": cells["homepage"]}
    references = [{"type": kind, "url": url} for kind, url in links.items() if url is not None]
    if references:
        out["externalReferences"] = references
    if (day := cells["end_of_support"]) is not None:
        out["properties"] = [{"name": "cdx:lifecycle:milestone:endOfSupport", "value": _date(day)}]
    return out


def cyclonedx(inventory: Inventory) -> bytes:
    """The product as CycloneDX 1.6 JSON; component 0 is the one that the document describes."""
    rows = (dict(zip(FIELDS, row, strict=True)) for row in zip(*(inventory.cells[f] for f in FIELDS), strict=True))
    components = [_component(cells, i) for i, cells in enumerate(rows)]
    ids = inventory.ids
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {"timestamp": "2026-10-30T08:00:00Z", "component": components[0]},
        "components": components[1:],
        "dependencies": [
            {"ref": ids[p], "dependsOn": [ids[c] for c in kids]}
            for p, kids in enumerate(inventory.children)
            if kids is not None
        ],
        "compositions": [{"aggregate": "complete", "assemblies": [ids[0]], "dependencies": [ids[0]]}],
    }
    return json.dumps(document, separators=(",", ":")).encode()


# --- JSON for the peers ----------------------------------------------------------------------------------------------


def peer_document(inventory: Inventory) -> dict[str, object]:
    """The product as the records that a peer's author would like to have."""
    components: list[dict[str, object]] = []
    for row in zip(*(inventory.cells[f] for f in FIELDS), strict=True):
        record: dict[str, object] = {f: v for f, v in zip(FIELDS, row, strict=True) if v is not None}
        if "license" in record:
            record["license"] = LICENSES[str(record["license"])]
        components.append(record)
    ids = inventory.ids
    parents: dict[str, list[str]] = {i: [] for i in ids}
    for parent, child in inventory.edges():
        parents[ids[child]].append(ids[parent])
    product = {name: value for name, value in inventory.attributes.items() if value is not None}
    return {"product": product, "components": components, "parents": parents}


def peer_json(inventory: Inventory) -> bytes:
    """The peers' input."""
    return json.dumps(peer_document(inventory), separators=(",", ":")).encode()
