"""CSAF 2.0 and 2.1, VEX profile and advisories: bytes to statements.

`known_affected`, `first_affected` and `last_affected` are affected; `fixed` and `first_fixed` are fixed;
`known_not_affected` is not affected; `under_investigation` and `unknown` are under investigation; `recommended` says only
which version to take.  A product that a relationship makes part of another is a statement on that part of it.
Guarantees: every product status of the document gives a statement or a finding.  It does not apply statements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.identity import dates, purl
from rulewright.facts.statements import Identifier, Statement
from rulewright.facts.table import Source
from rulewright.sbom import receipt
from rulewright.sbom.csaf_details import Details, groups_of
from rulewright.sbom.csaf_model import Csaf, Vulnerability
from rulewright.sbom.csaf_products import Product, products
from rulewright.sbom.decoding import Bytes, Decoded, decode, no_collector
from rulewright.sbom.document import Format
from rulewright.sbom.exact import inner, items, parse
from rulewright.sbom.findings import WARNING, Findings, shown
from rulewright.sbom.statements import Statements

STATUSES = {
    "known_affected": "affected",
    "first_affected": "affected",
    "last_affected": "affected",
    "known_not_affected": "not_affected",
    "fixed": "fixed",
    "first_fixed": "fixed",
    "under_investigation": "under_investigation",
    "unknown": "under_investigation",
}
_Package = tuple[str, str | None, str]
_Fixed = dict[_Package, tuple[str, ...]]
ENTITIES = ("vulnerabilities", "products", "relationships", "product statuses")
_MICRO = 1_000_000
MOST_OF_ONE_ID = 100
"""Products of one id of which statements are made; a second one is wrong already (clause 6.1.2), and a finding."""
_LISTS = (*STATUSES, "recommended")


def read(data: Bytes, source: Source) -> Statements | tuple[Diagnostic, ...]:
    """Read one document."""
    findings = Findings(source.name)
    with no_collector():
        decoded = decode(data, Csaf, ("vulnerabilities",), findings)
        if isinstance(decoded, Diagnostic):
            return (decoded,)
        return _Reading(data, source, decoded, findings).document()


class _Reading(msgspec.Struct, eq=False, dict=True):
    """One decoded document on its way to statements."""

    data: Bytes
    source: Source
    decoded: Decoded[Csaf]
    findings: Findings

    @property
    def csaf(self) -> Csaf:
        """The typed document."""
        return self.decoded.root

    @cached_property
    def products(self) -> dict[str, list[Product]]:
        """Products by id."""
        return products(self.csaf)

    def document(self) -> Statements:
        """Put the parts together."""
        csaf = self.csaf
        listed = csaf.vulnerabilities or []
        statements = tuple(s for number, v in enumerate(listed) for s in self._statements(v, number))
        tree = csaf.product_tree
        related = 0 if tree is None else len(tree.relationships or ()) + len(tree.product_paths or ())
        stored = {
            "vulnerabilities": len(listed),
            "products": sum(map(len, self.products.values())),
            "relationships": related,
            "product statuses": sum(len(ids) for v in listed for _, ids in _by_status(v, _LISTS)),
        }
        balance = receipt.settle(ENTITIES, _count(self.data), stored, self.findings)
        version = (csaf.document.csaf_version if csaf.document else None) or "?"
        return Statements(
            Format("csaf", version), self.source, statements, self.findings.sorted(), balance,
            cache(lambda: self._judge_schema(version)), cache(self._judge_semantics),
        )  # fmt: skip

    def _judge_schema(self, version: str) -> tuple[Diagnostic, ...]:
        from rulewright.sbom import schema_judge

        return schema_judge.judge(self.data, "csaf", version, self.source.name)

    def _judge_semantics(self) -> tuple[Diagnostic, ...]:
        from rulewright.sbom import csaf_semantics

        return csaf_semantics.judge(self.data, self.source.name)

    # --- statements ----------------------------------------------------------------------------------------------------

    @cached_property
    def _groups(self) -> dict[str, list[str]]:
        tree = self.csaf.product_tree
        return groups_of(tree.product_groups or ()) if tree else {}

    @cached_property
    def _released(self) -> int | None:
        """When the document was released, in microseconds."""
        tracking = self.csaf.document.tracking if self.csaf.document else None
        return self._time(
            tracking.current_release_date if tracking else None, "/document/tracking/current_release_date"
        )

    def _time(self, text: str | None, place: str) -> int | None:
        if text is None:
            return None
        second = dates.parse_instant(text)
        if second is None:
            self.findings.add("RW1014", WARNING, f"`{shown(text)}` is no date and time", place)
            return None
        return second * _MICRO

    def _statements(self, v: Vulnerability, number: int) -> Iterator[Statement]:
        """What one vulnerability says of its products."""
        place = f"/vulnerabilities/{number}"
        names = [v.cve, *(i.text for i in v.ids or ())]
        stated = list(dict.fromkeys(name for name in names if name))
        if not stated:
            self.findings.add("RW1241", WARNING, "the vulnerability has neither a CVE nor another id", place)
            return
        publisher = self.csaf.document.publisher if self.csaf.document else None
        weak = [w.id for w in (v.cwe, *(v.cwes or ())) if w is not None and w.id]
        fixed, details = self._fixed(v), Details(v, self._groups)
        like = Statement(
            stated[0], "", (), aliases=tuple(stated[1:]), author=(publisher.name if publisher else None) or "",
            time=self._released, cwes=tuple(w.removeprefix("CWE-") for w in weak), source=self.source,
        )  # fmt: skip
        for key, ids in _by_status(v, tuple(STATUSES)):
            first = {ident: step for step, ident in reversed(list(enumerate(ids)))}
            for ident, step in sorted(first.items(), key=lambda item: item[1]):
                pointer = f"{place}/product_status/{key}/{step}"
                said = msgspec.structs.replace(like, status=STATUSES[key], native=key, pointer=pointer)
                yield from self._of_product(said, details, ident, fixed)

    def _of_product(self, like: Statement, details: Details, ident: str, fixed: _Fixed) -> Iterator[Statement]:
        """One status of one product."""
        known = self.products.get(ident, [])
        if not known:
            message = f"`{shown(ident)}` is no product of the document, so the status concerns none"
            self.findings.add("RW1242", WARNING, message, like.pointer)
        like = msgspec.structs.replace(like, **msgspec.structs.asdict(details.of(ident)))
        for product in known[:MOST_OF_ONE_ID]:
            wholes = self.products.get(product.part_of, [])[:MOST_OF_ONE_ID] if product.part_of else ()
            if not _named(product.identifiers):
                message = f"neither a package URL, a CPE nor a hash names `{shown(product.name)}`"
                self.findings.add("RW1242", WARNING, message, product.pointer)
                continue
            names = tuple(i for whole in wholes for i in whole.identifiers)
            packages = dict.fromkeys(map(_package, product.identifiers))
            found = [fixed[package] for package in packages if package in fixed]
            versions = found[0] if len(found) == 1 else tuple(sorted({v for some in found for v in some}))
            said = msgspec.structs.replace(like, fixed=versions)
            if product.part_of:
                yield msgspec.structs.replace(said, product=names, component=product.identifiers)
            else:
                yield msgspec.structs.replace(said, product=product.identifiers)

    def _fixed(self, v: Vulnerability) -> _Fixed:
        """Versions that are stated as fixed, by package."""
        found: dict[_Package, set[str]] = {}
        for _, ids in _by_status(v, ("fixed", "first_fixed")):
            for product in (p for ident in dict.fromkeys(ids) for p in self.products.get(ident, [])[:MOST_OF_ONE_ID]):
                for name in product.identifiers:
                    package, stated = _package(name), purl.parse(name.value)
                    version = (stated.version if stated else None) or product.version
                    if package is not None and version:
                        found.setdefault(package, set()).add(version)
        return {package: tuple(sorted(versions)) for package, versions in found.items()}


def _named(identifiers: Sequence[Identifier]) -> bool:
    return any(i.kind != "name" for i in identifiers)


def _package(identifier: Identifier) -> _Package | None:
    """The package that a package URL is of, whatever the version."""
    name = purl.parse(identifier.value) if identifier.kind == "purl" else None
    return None if name is None else (name.type, name.namespace, name.name)


def _by_status(v: Vulnerability, keys: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    if v.product_status is not None:
        for key in keys:
            ids = getattr(v.product_status, key)
            if ids:
                yield key, ids


def _count(data: Bytes) -> Counter[str]:
    """Count in the bytes, apart from the reader."""
    document = parse(data)
    tree = inner(document, "product_tree")
    listed = items(document, "vulnerabilities")
    related = [*items(tree, "relationships"), *items(tree, "product_paths")]
    branches, level = 0, items(tree, "branches")
    while level:
        branches += sum(inner(b, "product") is not None for b in level)
        level = [below for b in level for below in items(b, "branches")]
    names = sum(inner(r, "full_product_name") is not None for r in related)
    statuses = [inner(v, "product_status") for v in listed]
    return Counter({
        "vulnerabilities": len(listed),
        "products": len(items(tree, "full_product_names")) + branches + names,
        "relationships": len(related),
        "product statuses": sum(len(items(status, key)) for status in statuses for key in _LISTS),
    })  # fmt: skip
