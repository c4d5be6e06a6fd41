"""OpenVEX 0.2.0 and its forerunners 0.0.x (openvex.dev/ns): bytes to statements.

One statement of the document is one for each product and each subcomponent that it names.  Fields of the document (its
author, its time) hold where a statement has none of its own (OpenVEX specification, "inheritance").
Guarantees: every statement of the document gives at least one, or a finding; a product that no identifier names gives a
finding.  It does not apply statements to a product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.identity import cpe, dates, purl
from rulewright.facts.statements import Identifier, Statement
from rulewright.facts.table import Source
from rulewright.sbom import receipt
from rulewright.sbom.decoding import Bytes, Decoded, decode, no_collector
from rulewright.sbom.document import Format
from rulewright.sbom.exact import items, parse
from rulewright.sbom.findings import WARNING, Findings, shown
from rulewright.sbom.openvex_model import Named, Part, Said, Vex, Vulnerability
from rulewright.sbom.statements import Statements

STATUSES = ("not_affected", "affected", "fixed", "under_investigation")
_HASHES = {
    "md5": "MD5", "sha1": "SHA-1", "sha_256": "SHA-256", "sha_384": "SHA-384", "sha_512": "SHA-512",
    "sha3_224": "SHA3-224", "sha3_256": "SHA3-256", "sha3_384": "SHA3-384", "sha3_512": "SHA3-512",
    "blake2s_256": "BLAKE2s-256", "blake2b_256": "BLAKE2b-256", "blake2b_512": "BLAKE2b-512",
}  # fmt: skip
ENTITIES = ("statements", "products", "subcomponents")
_MICRO = 1_000_000


def read(data: Bytes, source: Source) -> Statements | tuple[Diagnostic, ...]:
    """Read one document."""
    findings = Findings(source.name)
    with no_collector():
        decoded = decode(data, Vex, ("statements",), findings)
        if isinstance(decoded, Diagnostic):
            return (decoded,)
        return _Reading(data, source, decoded, findings).document()


class _Reading(msgspec.Struct, eq=False):
    """One decoded document on its way to statements."""

    data: Bytes
    source: Source
    decoded: Decoded[Vex]
    findings: Findings

    def document(self) -> Statements:
        """Put the parts together."""
        vex = self.decoded.root
        said = vex.statements or []
        statements = tuple(s for number, one in enumerate(said) for s in self._statements(one, number))
        products = [p for one in said for p in one.products or ()]
        stored = {
            "statements": len(said),
            "products": len(products),
            "subcomponents": sum(len(p.subcomponents or ()) for p in products if isinstance(p, Named)),
        }
        balance = receipt.settle(ENTITIES, _count(self.data), stored, self.findings)
        version = self.version()
        semantics = cache(lambda: _judge_semantics(vex, self.source.name))
        schema = cache(lambda: self._judge_schema(version))
        return Statements(
            Format("openvex", version), self.source, statements, self.findings.sorted(), balance, schema, semantics
        )

    def version(self) -> str:
        """The version that the context names; the forerunners wrote none."""
        context = self.decoded.root.context
        text = context if isinstance(context, str) else ""
        return text.rpartition("/v")[2] if "/v" in text else "0.0"

    def _judge_schema(self, version: str) -> tuple[Diagnostic, ...]:
        from rulewright.sbom import schema_judge

        return schema_judge.judge(self.data, "openvex", version, self.source.name)

    def _statements(self, said: Said, number: int) -> Iterator[Statement]:
        """What one statement of the document comes to."""
        place = f"/statements/{number}"
        if said.status not in STATUSES:
            stated = f"`{shown(said.status)}`" if said.status else "nothing"
            self.findings.add(
                "RW1240", WARNING, f"the status is {stated}, so the statement says nothing", f"{place}/status"
            )
            return
        name, aliases = self._vulnerability(said.vulnerability, place)
        if not name:
            self.findings.add("RW1241", WARNING, "the statement names no vulnerability", f"{place}/vulnerability")
            return
        if not said.products:
            self.findings.add("RW1242", WARNING, "the statement names no product, so it concerns none", place)
            return
        like = Statement(
            name, said.status, (), aliases=aliases, native=said.status, justification=said.justification or "",
            detail=said.impact_statement or said.status_notes or said.action_statement or "",
            response=("update",) if said.action_statement and said.status == "affected" else (),
            author=self.decoded.root.author or "", time=self._time(said, place), source=self.source, pointer=place,
        )  # fmt: skip
        for at, product in enumerate(said.products):
            named = self._identifiers(product, f"{place}/products/{at}")
            inner = product.subcomponents if isinstance(product, Named) else None
            for step, part in enumerate(inner or ()):
                component = self._identifiers(part, f"{place}/products/{at}/subcomponents/{step}")
                if component:
                    yield msgspec.structs.replace(like, product=named, component=component)
            if not inner:
                yield msgspec.structs.replace(like, product=named)

    @staticmethod
    def _vulnerability(stated: Vulnerability | str | None, place: str) -> tuple[str, tuple[str, ...]]:
        """Name and other names."""
        del place
        if isinstance(stated, str):
            return stated, ()
        if stated is None:
            return "", ()
        return stated.name or "", tuple(stated.aliases or ())

    def _time(self, said: Said, place: str) -> int | None:
        """When the statement was made, in microseconds; what is unreadable is a finding and no time."""
        vex = self.decoded.root
        stated = [said.last_updated, said.timestamp, vex.last_updated, vex.timestamp]
        places = [f"{place}/last_updated", f"{place}/timestamp", "/last_updated", "/timestamp"]
        for text, where in zip(stated, places, strict=True):
            if text is None:
                continue
            second = dates.parse_instant(text)
            if second is not None:
                return second * _MICRO
            self.findings.add("RW1014", WARNING, f"`{shown(text)}` is no date and time", where)
            return None  # another time would be a guess that may let the statement supersede others
        return None

    def _identifiers(self, part: Part | Named | str, place: str) -> tuple[Identifier, ...]:
        """The names of a product or subcomponent."""
        if isinstance(part, str):
            found = _of_text(part)
        else:
            given = part.identifiers
            texts = [part.id, *((given.purl, given.cpe23, given.cpe22) if given else ())]
            found = [i for text in texts if text for i in _of_text(text)]
            hashes = msgspec.structs.asdict(part.hashes) if part.hashes else {}
            found += [Identifier("hash", f"{_HASHES[key]}:{value.lower()}") for key, value in hashes.items() if value]
        if not any(i.kind != "name" for i in found):
            name = found[0].value if found else ""
            self.findings.add(
                "RW1242", WARNING, f"`{shown(name)}` is neither a package URL, a CPE nor a hash, so it names no product", place
            )  # fmt: skip
        return tuple(dict.fromkeys(found))


def _of_text(text: str) -> list[Identifier]:
    """An identifier by its form."""
    if text.startswith("pkg:"):
        return [Identifier("purl" if purl.is_valid(text) or purl.parse(text) else "name", text)]
    if text.startswith("cpe:"):
        return [Identifier("cpe" if cpe.read(text) else "name", text)]
    if text.startswith(("urn:cdx:", "urn:uuid:")) or "#SPDXRef-" in text:
        return [Identifier("ref", text)]
    return [Identifier("name", text)]


def _count(data: Bytes) -> Counter[str]:
    """Count in the bytes, apart from the reader."""
    said = items(parse(data), "statements")
    products = [p for one in said for p in items(one, "products")]
    inner = [s for p in products for s in items(p, "subcomponents")]
    return Counter({"statements": len(said), "products": len(products), "subcomponents": len(inner)})


def _judge_semantics(vex: Vex, name: str) -> tuple[Diagnostic, ...]:
    from rulewright.sbom import openvex_semantics

    return openvex_semantics.judge(vex, name)
