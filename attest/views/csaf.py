"""CSAF 2.0, profile `csaf_vex`: what the facts say of vulnerabilities.

Guarantees: one status for each vulnerability in each part of each product; never `known_not_affected` without a flag or an impact
statement; what is unknown is `under_investigation`; each id has one definition.  The publisher is the engine (category `other`), which
repeats what the documents say.  CVSS scores are left out: canonical JSON has no floats.  Left out where no vulnerability is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import msgspec

from rulewright.attest.canonical import dump
from rulewright.attest.views.context import Context
from rulewright.attest.views.identity import properties
from rulewright.attest.views.visible import visible
from rulewright.attest.views.vulnerabilities import Claim, Name, claims, some

NAME = "csaf-vex.json"
MEDIA_TYPE = "application/json"
STATUSES = {
    "affected": "known_affected",
    "fixed": "fixed",
    "not_affected": "known_not_affected",
    "under_investigation": "under_investigation",
}
NO_REMEDY = "No remedy is stated in the documents that were judged."
REMEDIES = {
    "mitigation": "mitigation",
    "rollback": "mitigation",
    "no_fix_planned": "no_fix_planned",
    "will_not_fix": "no_fix_planned",
    "update": "vendor_fix",
    "vendor_fix": "vendor_fix",
    "workaround": "workaround",
    "workaround_available": "workaround",
}
"""Categories of remediation by the word of the facts; no other word promises anything."""
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
_PURL = re.compile(r"pkg:[A-Za-z.\-+][A-Za-z0-9.\-+]*/.+")
Json = dict[str, object]


def applies(context: Context) -> bool:
    """Whether there is any vulnerability to speak of."""
    return some(context)


def render(context: Context) -> bytes:
    """The document, in canonical JSON."""
    said = claims(context)
    ids = _ids(said)
    return dump(
        {
            "document": _document(context),
            "product_tree": _tree(said, ids),
            "vulnerabilities": [
                _vulnerability(name, list(group), ids)
                for name, group in groupby(said, lambda claim: claim.vulnerability)
            ],
        }
    )


def identification(context: Context) -> str:
    """The id of the document; a file that is published has its name from it (CSAF 2.0 section 5.1)."""
    return f"rulewright-{context.report.as_of[:10]}-{context.results.commitment[:16]}"


def identity(context: Context) -> str:
    """The attestation, a line for each property."""
    return "\n".join(visible(f"{name}: {value}") for name, value in sorted(properties(context).items()))


def _document(context: Context) -> Json:
    """Write what the document is: a first and last version, as of the day of the run."""
    day = context.report.as_of
    names = ", ".join(visible(f"{p.name} {p.version}").strip() or visible(p.id) for p in context.report.products)
    return {
        "category": "csaf_vex",
        "csaf_version": "2.0",
        "lang": "en",
        "notes": [
            {"category": "details", "title": "Attestation", "text": identity(context)},
            {"category": "general", "title": "Origin", "text": "The engine repeats what the documents judged say."},
        ],
        "publisher": {"category": "other", "name": "Rulewright", "namespace": context.engine.id},
        "title": f"Vulnerabilities in {names} as of {day[:10]}",
        "tracking": {
            "current_release_date": day,
            "generator": {"engine": {"name": "Rulewright", "version": context.engine.version}},
            "id": identification(context),
            "initial_release_date": day,
            "revision_history": [{"date": day, "number": "1", "summary": "Made from a result."}],
            "status": "final",
            "version": "1",
        },
    }


def _ids(said: Sequence[Claim]) -> dict[tuple[str, str], str]:
    """The id of each product, each part, and each part in its product."""
    products = sorted({claim.product.uri for claim in said})
    parts = sorted({claim.part.uri for claim in said if claim.part})
    ids = {(uri, ""): f"product-{number}" for number, uri in enumerate(products, 1)}
    ids |= {("", uri): f"part-{number}" for number, uri in enumerate(parts, 1)}
    pairs = sorted({(claim.product.uri, claim.part.uri) for claim in said if claim.part})
    return ids | {(whole, part): f"{ids['', part]}-in-{ids[whole, '']}" for whole, part in pairs}


def _tree(said: Sequence[Claim], ids: Mapping[tuple[str, str], str]) -> Json:
    """Write the products, the parts, and which part is in which product."""
    names = {("", claim.part.uri): claim.part for claim in said if claim.part}
    names |= {(claim.product.uri, ""): claim.product for claim in said}
    tree: Json = {"full_product_names": [_product(names[key], ids[key]) for key in sorted(names)]}
    joined = {(claim.product.uri, claim.part.uri): claim for claim in said if claim.part}
    related = [
        {
            "category": "default_component_of",
            "full_product_name": {
                "name": f"{claim.part.text if claim.part else ''} in {claim.product.text}",
                "product_id": ids[key],
            },
            "product_reference": ids["", key[1]],
            "relates_to_product_reference": ids[key[0], ""],
        }
        for key, claim in sorted(joined.items())
    ]
    return tree | ({"relationships": related} if related else {})


def _product(name: Name, ident: str) -> Json:
    """Write one product."""
    helper = {"purl": name.purl} if _PURL.fullmatch(name.purl) else {}
    helper |= {"cpe": name.cpe} if name.cpe else {}
    return {
        "name": name.text,
        "product_id": ident,
        **({"product_identification_helper": helper} if helper else {}),
    }


def _id(claim: Claim, ids: Mapping[tuple[str, str], str]) -> str:
    return ids[claim.product.uri, claim.part.uri if claim.part else ""]


def _vulnerability(name: str, said: Sequence[Claim], ids: Mapping[tuple[str, str], str]) -> Json:
    """Write one vulnerability."""
    aliases = sorted({alias for claim in said for alias in claim.aliases})
    cve = _CVE.fullmatch(name) is not None
    listed = [*([] if cve else [name]), *(alias for alias in aliases if not _CVE.fullmatch(alias))]
    status: dict[str, list[str]] = {}
    for claim in said:
        status.setdefault(STATUSES[claim.status], []).append(_id(claim, ids))
    written: Json = {
        "notes": _notes(name, said, aliases),
        "product_status": {key: sorted(status[key]) for key in sorted(status)},
    }
    parts: Json = {
        "cve": name if cve else "",
        "ids": [{"system_name": _system(alias), "text": alias} for alias in dict.fromkeys(listed)],
        "flags": _flags(said, ids),
        "threats": _threats(said, ids),
        "remediations": _remedies(said, ids),
    }
    return written | {key: value for key, value in parts.items() if value}


def _system(name: str) -> str:
    """Who numbers vulnerabilities like this: what stands before the first hyphen."""
    head = name.partition("-")[0]
    return head if head != name and head.isascii() and head.isalpha() else "other"


def _notes(name: str, said: Sequence[Claim], aliases: Sequence[str]) -> list[Json]:
    """Write how the statuses came about."""
    counts = Counter(claim.status for claim in said)
    told = ", ".join(f"{word.replace('_', ' ')}: {counts[word]}" for word in sorted(counts))
    notes: list[Json] = [{"category": "summary", "title": "Statuses", "text": f"{name}: {told}"}]
    cves = [alias for alias in aliases if _CVE.fullmatch(alias)]
    if cves:
        notes.append({"category": "other", "title": "Other names", "text": ", ".join(cves)})
    for reason in sorted({claim.note for claim in said if claim.note}):
        parts = sorted({(claim.part or claim.product).text for claim in said if claim.note == reason})
        notes.append({"category": "details", "title": "Status", "text": f"{reason}: {', '.join(parts)}"})
    return notes


def _flags(said: Sequence[Claim], ids: Mapping[tuple[str, str], str]) -> list[Json]:
    """Write why products are not affected, in words of the standard."""
    found: dict[str, list[str]] = {}
    for claim in said:
        if claim.justification:
            found.setdefault(claim.justification, []).append(_id(claim, ids))
    return [{"label": label, "product_ids": sorted(found[label])} for label in sorted(found)]


def _threats(said: Sequence[Claim], ids: Mapping[tuple[str, str], str]) -> list[Json]:
    """Write why products are not affected, in words of the author."""
    found: dict[str, list[str]] = {}
    for claim in said:
        if claim.impact:
            found.setdefault(claim.impact, []).append(_id(claim, ids))
    return [{"category": "impact", "details": text, "product_ids": sorted(found[text])} for text in sorted(found)]


def _remedies(said: Sequence[Claim], ids: Mapping[tuple[str, str], str]) -> list[Json]:
    """Write what can be done; where nobody says, just that."""
    found: dict[tuple[str, str], list[str]] = {}
    for claim in said:
        if claim.status != "affected":
            continue
        kinds = {REMEDIES[word] for word in claim.responses if word in REMEDIES}
        kinds |= {"vendor_fix"} if claim.fixed else set()
        for kind in sorted(kinds) or ["none_available"]:
            found.setdefault((kind, claim.action or NO_REMEDY), []).append(_id(claim, ids))
    return [
        {"category": kind, "details": text, "product_ids": sorted(found[kind, text])} for kind, text in sorted(found)
    ]


# --- reading -----------------------------------------------------------------------------------------------------------


class _Full(msgspec.Struct):
    product_id: str


class _Relation(msgspec.Struct):
    full_product_name: _Full
    product_reference: str
    relates_to_product_reference: str


class _Tree(msgspec.Struct):
    full_product_names: list[_Full]
    relationships: list[_Relation] = []


class _About(msgspec.Struct):
    product_ids: list[str]


class _Id(msgspec.Struct):
    text: str


class _Vulnerability(msgspec.Struct):
    product_status: dict[str, list[str]]
    cve: str = ""
    ids: list[_Id] = []
    flags: list[_About] = []
    threats: list[_About] = []
    remediations: list[_About] = []

    @property
    def name(self) -> str:
        """The CVE, else the first id."""
        return self.cve or (self.ids[0].text if self.ids else "")


class _Note(msgspec.Struct):
    text: str


class _Head(msgspec.Struct):
    notes: list[_Note]


class _Csaf(msgspec.Struct):
    document: _Head
    product_tree: _Tree
    vulnerabilities: list[_Vulnerability]


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a document: statuses that are not there exactly once, ids without product, statuses without their reason."""
    try:
        csaf = msgspec.json.decode(document, type=_Csaf)
    except msgspec.DecodeError as error:
        return (f"this is no such CSAF document: {error}",)
    return tuple(_wrong(csaf, context))


def _wrong(csaf: _Csaf, context: Context) -> Iterator[str]:
    if identity(context) not in {note.text for note in csaf.document.notes}:
        yield "the document is that of another attestation"
    tree = csaf.product_tree
    listed = [full.product_id for full in tree.full_product_names]
    related = [relation.full_product_name.product_id for relation in tree.relationships]
    ids = Counter([*listed, *related])
    yield from (f"the product `{name}` is defined twice" for name, count in ids.items() if count > 1)
    named = [r.product_reference for r in tree.relationships]
    named += [r.relates_to_product_reference for r in tree.relationships]
    for found in csaf.vulnerabilities:
        named += [ident for listed_ in found.product_status.values() for ident in listed_]
        named += [ident for about in (found.flags, found.threats, found.remediations) for a in about for ident in a.product_ids]  # fmt: skip
    yield from (f"the product `{name}` is not defined" for name in sorted(set(named) - set(ids)))
    yield from _statuses(csaf, context)


def _statuses(csaf: _Csaf, context: Context) -> Iterator[str]:
    """In what the statuses differ from the claims."""
    said = claims(context)
    ids = _ids(said)
    expected = {(claim.vulnerability, _id(claim, ids)): STATUSES[claim.status] for claim in said}
    seen: Counter[tuple[str, str]] = Counter()
    for found in csaf.vulnerabilities:
        reasoned = {ident for about in (*found.flags, *found.threats) for ident in about.product_ids}
        for status, listed in found.product_status.items():
            seen.update((found.name, ident) for ident in listed)
            for ident in listed:
                wanted = expected.get((found.name, ident))
                if wanted != status:
                    yield f"`{found.name}` in `{ident}` is {wanted or 'in no fact'} and is called {status}"
                if status == "known_not_affected" and ident not in reasoned:
                    yield f"`{found.name}` in `{ident}` is not affected, and nobody says why"
    for key in expected:
        if seen[key] != 1:
            yield f"`{key[0]}` in `{key[1]}` is there {seen[key]} times"
