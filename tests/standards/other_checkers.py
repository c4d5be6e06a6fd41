"""Our NTIA verdicts beside those of other checkers, element by element, and why they differ.

Each difference is explained from the document itself, by a question to its JSON that knows nothing of our readers; a
difference that no question explains has no class, and the test fails.  `python -m tests.standards.other_checkers` prints
the table of the page.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import logging
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from rulewright import sbom
from rulewright.engine import report
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.facts.base import Product
from rulewright.facts.stack import ProductFacts, stack
from tests.standards.packs import ROOT, compiled

Json = Any
ELEMENTS = {
    "supplier": "NTIA.1",
    "name": "NTIA.2",
    "version": "NTIA.3",
    "identifier": "NTIA.4",
    "dependencies": "NTIA.5",
    "author": "NTIA.6",
    "timestamp": "NTIA.7",
}
AS_OF = 20_758  # 2026-11-01
LIMITS = {"spdx-json": 400_000, "cyclonedx-json": 60_000}
"""Bytes: larger documents are left to nobody, they only cost time."""


class Difference(NamedTuple):
    """One element of one document on which we and a checker differ, and the class that explains it."""

    checker: str
    document: str
    element: str
    theirs: str
    ours: str
    why: str | None


class Compared(NamedTuple):
    """A comparison with one checker."""

    documents: int
    unread_by_them: int
    unread_by_us: int
    answers: int
    unanswered: int
    differences: list[Difference]


def documents(shared: Path, kind: str) -> list[Path]:
    """Published documents and tools' fixtures of one format, mutants left out."""
    with (shared / "corpus/INDEX.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    wanted = [r for r in rows if r["format"] == kind and r["kind"] in {"published", "fixture"}]
    return [shared / "corpus" / r["path"] for r in wanted if int(r["bytes"]) <= LIMITS[kind]]


def ours(paths: Iterable[Path]) -> dict[Path, dict[str, str]]:
    """Our verdicts on every document that we can read, evaluated at once."""
    read = {path: sbom.read(path.read_bytes(), path.name) for path in paths}
    found = {path: document for path, document in read.items() if isinstance(document, sbom.Document)}
    items = [
        ProductFacts(Product(f"{number:05}", "", ""), document.attributes, document.tables)
        for number, document in enumerate(found.values())
    ]
    program = compiled("standards/ntia.minimum_elements/2021.rw").program
    assert program is not None
    results = report.build(Planes(evaluate(make(program), stack(items), AS_OF))).results
    by_key = {(r.product, r.requirement.rpartition(":")[2]): r.verdict for r in results}
    return {
        path: {element: by_key[f"{number:05}", clause] for element, clause in ELEMENTS.items()}
        for number, path in enumerate(found)
    }


# --- the checkers ------------------------------------------------------------------------------------------------------

Answers = Mapping[str, bool | None]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let the checkers talk to nobody."""
    logging.disable(logging.CRITICAL)
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def ntia_checker(path: Path) -> tuple[Answers | None, frozenset[str]]:
    """What ntia-conformance-checker answers, and which packages it looked at."""
    from ntia_conformance_checker.ntia_checker import NTIAChecker

    order = ("name", "version", "identifier", "supplier", "author", "timestamp", "dependencies")
    try:
        with quiet():
            checker = NTIAChecker(str(path), validate=False)
    except Exception:  # noqa: BLE001  whatever breaks it, it gave no answer
        return None, frozenset()
    if not checker.doc:
        return None, frozenset()
    answers = {element: ok for element, (_, ok) in zip(order, checker.table_elements, strict=True)}
    return answers, frozenset(checker.reachable_component_ids)


def sbomaudit(path: Path) -> tuple[Answers | None, frozenset[str]]:
    """What sbomaudit answers, and the names of the components that it lists."""
    with quiet():
        reading, auditing = import_module("lib4sbom.parser"), import_module("sbomaudit.audit")
        try:
            parser = reading.SBOMParser()
            parser.parse_file(str(path))
            audit = auditing.SBOMaudit({"verbose": True, "offline": True, "license_check": False}, output="none")
            audit.audit_sbom(parser)
            found = audit.get_audit()
        except Exception:  # noqa: BLE001
            return None, frozenset()
    said = [item for package in found.get("packages", []) for item in package["reports"]]
    said += [*found["metadata"], *found["relationships"]]
    names = frozenset(str(package["name"]) for package in found.get("packages", []))
    return {
        "supplier": _all(said, "Supplier included"),
        "version": _all(said, "Version included"),
        "author": _all(said, "SBOM Creator identified"),
        "timestamp": _all(said, "SBOM Creation time defined"),
        "dependencies": _all(said, "Dependency relationships provided"),
    }, names


def _all(said: Iterable[Mapping[str, str]], start: str) -> bool | None:
    states = [item["state"] == "Pass" for item in said if item["text"].startswith(start)]
    return all(states) if states else None


# --- why we differ -----------------------------------------------------------------------------------------------------

UNKNOWN_WORDS = {"noassertion", "unknown", "none", "redacted", "withheld", ""}
Questions = Mapping[str, Callable[[], bool]]


def _blank(value: Json) -> bool:
    return not isinstance(value, str) or value.strip().lower() in UNKNOWN_WORDS


def _list(holder: Json, key: str) -> list[Json]:
    """The mappings of a list, however the document is broken."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


SPDX_KEYS = {"purl", "cpe22Type", "cpe23Type", "swid", "swh", "gitoid"}
SPDX_FIELDS = {"version": "versionInfo", "supplier": "supplier", "name": "name"}


def spdx_reasons(document: Json, looked_at: frozenset[str], element: str) -> Questions:
    """Questions to an SPDX 2 document; the answer yes explains a difference."""
    packages = _list(document, "packages")
    field = SPDX_FIELDS.get(element, "")
    creators = (document.get("creationInfo") or {}).get("creators") or []
    edges = [r for r in _list(document, "relationships") if re.search("DEPEND|CONTAIN", str(r.get("relationshipType")))]
    ends = {str(r.get(key)) for r in edges for key in ("spdxElementId", "relatedSpdxElement")}
    roots = {
        str(r.get("relatedSpdxElement"))
        for r in _list(document, "relationships")
        if "DESCRIBE" in r["relationshipType"]
    }
    return {
        "nothing reached": lambda: not looked_at,
        "not reached": lambda: any(_blank(p.get(field)) for p in packages if p.get("SPDXID") not in looked_at),
        "no key": lambda: any(
            not any(r.get("referenceType") in SPDX_KEYS for r in _list(p, "externalRefs")) for p in packages
        ),
        "tool as author": lambda: bool(creators) and all(str(c).startswith("Tool:") for c in creators),
        "unknown word": lambda: any(isinstance(p.get(field), str) and _blank(p[field]) for p in packages),
        "only described": lambda: not edges,
        "product not in the graph": lambda: not (roots | set(document.get("documentDescribes") or [])) & ends,
    }


SPDX_CLASSES = {
    # element, their verdict, ours: the classes that may explain it; the first that the document bears out
    ("identifier", "pass", "fail"): ("no key",),
    ("author", "pass", "fail"): ("tool as author",),
    ("version", "pass", "fail"): ("unknown word", "not reached"),
    ("supplier", "pass", "fail"): ("not reached",),
    ("dependencies", "pass", "fail"): ("only described", "product not in the graph"),
    **{
        (e, "fail", v): ("nothing reached",)
        for e in ("name", "version", "identifier", "supplier")
        for v in ("pass", "unknown")
    },
}
CYCLONEDX_FIELDS = {"version": ("version",), "supplier": ("supplier", "manufacturer", "publisher")}


def cyclonedx_reasons(document: Json, _listed: frozenset[str], element: str) -> Questions:
    """Questions to a CycloneDX document."""
    metadata = document.get("metadata") or {}
    root = metadata.get("component") or {}
    below = list(_components(_list(document, "components")))
    every = [root, *below] if root else below
    edges = _list(document, "dependencies")
    fields = CYCLONEDX_FIELDS.get(element, ())

    def lacks(component: Json) -> bool:
        return all(_blank(_said(component.get(field))) for field in fields)

    return {
        "product counts": lambda: bool(root) and lacks(root),
        "unknown word": lambda: any(isinstance(c.get("version"), str) and _blank(c["version"]) for c in below),
        "maker counts": lambda: any(c.get("manufacturer") or c.get("publisher") for c in every),
        "tool as author": lambda: (
            bool(metadata.get("tools")) and not any(a.get("name") for a in _list(metadata, "authors"))
        ),
        "edges not seen": lambda: any(edge.get("dependsOn") for edge in edges),
        "entry without edges": lambda: bool(edges) and not any(edge.get("dependsOn") for edge in edges),
        "product not in the graph": lambda: root.get("bom-ref") not in {edge.get("ref") for edge in edges},
        "dangling": lambda: bool(_dangling(every, edges, document)),
        "no software": lambda: bool(below) and all(c.get("type") == "cryptographic-asset" for c in below),
    }


def _said(value: Json) -> Json:
    return value.get("name") if isinstance(value, dict) else value


def _components(items: Iterable[Json]) -> Iterator[Json]:
    for item in items:
        yield item
        yield from _components(_list(item, "components"))


def _dangling(every: list[Json], edges: list[Json], document: Json) -> set[str]:
    known = {c.get("bom-ref") for c in every} | {s.get("bom-ref") for s in _list(document, "services")}
    named = {ref for edge in edges for ref in [edge.get("ref"), *(edge.get("dependsOn") or [])]}
    return named - known


CYCLONEDX_CLASSES = {
    ("supplier", "pass", "fail"): ("product counts",),
    ("supplier", "fail", "pass"): ("maker counts",),
    ("supplier", "fail", "not_applicable"): ("no software",),
    ("version", "pass", "fail"): ("unknown word", "product counts"),
    ("version", "pass", "not_applicable"): ("no software",),
    ("author", "pass", "fail"): ("tool as author",),
    ("dependencies", "fail", "pass"): ("entry without edges", "edges not seen"),
    ("dependencies", "pass", "fail"): ("product not in the graph", "dangling"),
}


class Checker(NamedTuple):
    """A checker: how to ask it, what it reads, and how differences from it are explained."""

    name: str
    format: str
    ask: Callable[[Path], tuple[Answers | None, frozenset[str]]]
    reasons: Callable[[Json, frozenset[str], str], Questions]
    classes: Mapping[tuple[str, str, str], tuple[str, ...]]


CHECKERS = {
    c.name: c
    for c in (
        Checker("ntia-conformance-checker", "spdx-json", ntia_checker, spdx_reasons, SPDX_CLASSES),
        Checker("sbomaudit", "cyclonedx-json", sbomaudit, cyclonedx_reasons, CYCLONEDX_CLASSES),
    )
}


@cache
def compare(name: str, shared: Path) -> Compared:
    """Ask a checker about every document and explain each difference."""
    checker = CHECKERS[name]
    paths = documents(shared, checker.format)
    mine = ours(paths)
    unread = answers = unanswered = 0
    differences = []
    for path in paths:
        theirs, looked_at = checker.ask(path)
        unread += theirs is None
        if theirs is None or path not in mine:
            continue
        document = json.loads(path.read_text("utf-8-sig"))
        for element, answer in theirs.items():
            if answer is None:
                unanswered += 1
                continue
            answers += 1
            verdicts = "pass" if answer else "fail", mine[path][element]
            if verdicts[0] != verdicts[1]:
                reasons = checker.reasons(document, looked_at, element)
                why = next((name for name in checker.classes.get((element, *verdicts), ()) if reasons[name]()), None)
                differences.append(Difference(checker.name, path.name, element, *verdicts, why))
    return Compared(len(paths), unread, len(paths) - len(mine), answers, unanswered, differences)


def table(name: str, shared: Path) -> list[str]:
    """The rows of the page: per element and class, how many documents."""
    counts = Counter((d.element, d.theirs, d.ours, d.why or "?") for d in compare(name, shared).differences)
    return [
        f"| {name} | {element} | {theirs} | {verdict.replace('_', ' ')} | {count} | {why} |"
        for (element, theirs, verdict, why), count in sorted(counts.items())
    ]


def summary(name: str, shared: Path) -> list[str]:
    """The row of the page's first table."""
    c = compare(name, shared)
    kind = {"spdx-json": "SPDX 2 JSON", "cyclonedx-json": "CycloneDX JSON"}[CHECKERS[name].format]
    same = c.answers - len(c.differences)
    counts = (c.documents, c.unread_by_them, c.unread_by_us, c.answers, same, len(c.differences), c.unanswered)
    return [f"| {name} | {kind} | {' | '.join(map(str, counts))} |"]


if __name__ == "__main__":
    SHARED = ROOT.parent / "shared"
    for checker_name in CHECKERS:
        rows = [*summary(checker_name, SHARED), *table(checker_name, SHARED)]
        rows += [str(d) for d in compare(checker_name, SHARED).differences if d.why is None]
        sys.stdout.write("\n".join(rows) + "\n")
