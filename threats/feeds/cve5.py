"""CVE records: what the assigner and the enriching programmes say of products and versions.

Guarantees: every container is heard; a product in plain words is asked for under the names that CPE would give it; `rejected`
records match nothing.  A version of which a record says nothing counts as unaffected unless `defaultStatus` is *affected*:
the format's own default, *unknown*, stands in nearly every record and says nothing.
Source: CVE record format 5.1 and 5.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from rulewright.facts.identity import purl as purls
from rulewright.threats import keys
from rulewright.threats.feeds.cve5_versions import Version, judged
from rulewright.threats.feeds.names import cpe_keys, cpe_rest, of_collection
from rulewright.threats.limits import MAX_VERSIONS
from rulewright.threats.model import Claim, Fault, Record, Rule
from rulewright.threats.times import day, short

_NOBODY = frozenset({"", "n/a", "unspecified", "unknown", "-"})


class _Affected(msgspec.Struct, rename="camel"):
    vendor: str = ""
    product: str = ""
    package_name: str = ""
    package_url: str = msgspec.field(name="packageURL", default="")
    collection_url: str = msgspec.field(name="collectionURL", default="")
    cpes: list[str] = []
    default_status: str = ""
    versions: list[Version] = []


class _Match(msgspec.Struct, rename="camel"):
    criteria: str = ""
    vulnerable: bool = True
    version_start_including: str = ""
    version_start_excluding: str = ""
    version_end_including: str = ""
    version_end_excluding: str = ""


class _Node(msgspec.Struct, rename="camel"):
    negate: bool = False
    cpe_match: list[_Match] = []


class _Applicability(msgspec.Struct):
    negate: bool = False
    nodes: list[_Node] = []


class _Cvss(msgspec.Struct, rename="camel"):
    vector_string: str = ""
    base_score: Decimal | None = None
    base_severity: str = ""


class _Decision(msgspec.Struct):
    automatable: str = msgspec.field(name="Automatable", default="")
    impact: str = msgspec.field(name="Technical Impact", default="")


class _Decisions(msgspec.Struct):
    options: list[_Decision] = []


class _Other(msgspec.Struct):
    type: str = ""
    content: msgspec.Raw = msgspec.Raw()


class _Metric(msgspec.Struct):
    other: _Other | None = None
    v2: _Cvss | None = msgspec.field(name="cvssV2_0", default=None)
    v30: _Cvss | None = msgspec.field(name="cvssV3_0", default=None)
    v31: _Cvss | None = msgspec.field(name="cvssV3_1", default=None)
    v40: _Cvss | None = msgspec.field(name="cvssV4_0", default=None)


class _Text(msgspec.Struct, rename="camel"):
    value: str = ""
    lang: str = ""
    cwe_id: str = ""


class _Problem(msgspec.Struct):
    descriptions: list[_Text] = []


class _Container(msgspec.Struct, rename="camel"):
    title: str = ""
    descriptions: list[_Text] = []
    affected: list[_Affected] = []
    cpe_applicability: list[_Applicability] = []
    metrics: list[_Metric] = []
    problem_types: list[_Problem] = []


class _Containers(msgspec.Struct):
    cna: _Container
    adp: list[_Container] = []


class _Metadata(msgspec.Struct, rename="camel"):
    cve_id: str
    state: str = "PUBLISHED"
    date_published: str = ""
    date_updated: str = ""


class Cve(msgspec.Struct, rename="camel"):
    """The fields of a record that are used."""

    cve_metadata: _Metadata
    containers: _Containers


_DECODER = msgspec.json.Decoder(Cve)
_SSVC = msgspec.json.Decoder(_Decisions)


def read(data: bytes, place: str) -> tuple[Record, list[Claim], list[Fault]]:
    """Read one record.  Raises `msgspec.ValidationError` where it is none."""
    cve = _DECODER.decode(data)
    found = [("cna", cve.containers.cna)] + [(f"adp/{n}", c) for n, c in enumerate(cve.containers.adp)]
    rejected = cve.cve_metadata.state.upper() == "REJECTED"
    claims: list[Claim] = []
    faults: list[Fault] = []
    for name, container in found if not rejected else []:
        for number, affected in enumerate(container.affected):
            pointer = f"{place}/containers/{name}/affected/{number}"
            if len(affected.versions) > MAX_VERSIONS:
                faults.append(Fault("RW1404", f"more than {MAX_VERSIONS:,} versions", pointer))
                continue
            claims += _claim(affected, pointer, faults)
        claims += _applicable(container, f"{place}/containers/{name}")
    return _record(cve, [c for _, c in found], place, rejected=rejected), claims, faults


def _record(cve: Cve, containers: list[_Container], place: str, *, rejected: bool) -> Record:
    head = cve.cve_metadata
    rated = list(_rated(containers))
    scores = [int(r.base_score * 1_000_000) for r in rated if r.base_score is not None and 0 <= r.base_score <= 10]
    words = {r.base_severity.lower() for r in rated}
    automatable, impact = _decided(containers)
    texts = [t.value for c in containers for t in c.descriptions if t.lang.startswith("en")]
    cwes = {t.cwe_id for c in containers for p in c.problem_types for t in p.descriptions if t.cwe_id}
    return Record(
        head.cve_id.upper(), "cve5", (), rejected, day(head.date_published), day(head.date_updated), head.date_updated,
        severity=next((w for w in ("critical", "high", "medium", "low", "none") if w in words), ""),
        score=max(scores, default=None), vectors=tuple(sorted({r.vector_string for r in rated if r.vector_string})),
        cwes=tuple(sorted(cwes)), place=place,
        summary=short(next(filter(None, [c.title for c in containers] + texts), "")),
        automatable=automatable, impact=impact,
    )  # fmt: skip


def _decided(containers: Iterable[_Container]) -> tuple[bool | None, str]:
    """The decision points of SSVC that a container states: automatable, technical impact.  The graver word counts."""
    automatable: set[str] = set()
    impact: set[str] = set()
    for other in (m.other for c in containers for m in c.metrics if m.other is not None and m.other.type == "ssvc"):
        try:
            options = _SSVC.decode(other.content).options
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue  # another shape of SSVC: nothing that could be read
        automatable |= {o.automatable.lower() for o in options}
        impact |= {o.impact.lower() for o in options}
    yes = True if "yes" in automatable else False if "no" in automatable else None
    return yes, next((word for word in ("total", "partial") if word in impact), "")


def _rated(containers: Iterable[_Container]) -> Iterator[_Cvss]:
    for container in containers:
        for metric in container.metrics:
            yield from filter(None, (metric.v40, metric.v31, metric.v30, metric.v2))


def _claim(affected: _Affected, pointer: str, faults: list[Fault]) -> list[Claim]:
    """What is said of one product."""
    found: list[str] = [*cpe_keys(affected.cpes)]
    vendor, product = affected.vendor.strip(), affected.product.strip()
    if product.lower() not in _NOBODY:
        known = vendor.lower() not in _NOBODY
        found += keys.vendor_products(vendor, product) if known else (keys.bare(product),)
    found += _packages(affected)
    asked = tuple(dict.fromkeys(found))
    if not asked:
        return []
    rules, scheme, vague = judged(affected.versions, affected.default_status, _scheme(asked))
    if vague and any(each.status == "affected" for each in affected.versions):
        faults.append(Fault("RW1403", vague, pointer, severe=False))
    default = "affected" if affected.default_status == "affected" else "unaffected"
    rest = cpe_rest(affected.cpes)
    return [
        Claim(asked + keys.names_of(asked), scheme, rules, default=default, rest=rest, vague=vague, pointer=pointer)
    ]


def _packages(affected: _Affected) -> list[str]:
    """The keys of packages in ecosystems."""
    found = [of_collection(affected.collection_url, affected.package_name)]
    purl = purls.parse(affected.package_url) if affected.package_url else None
    if purl is not None:
        found.append(keys.of_purl(purl))
    return [key for key in found if key]


def _scheme(asked: tuple[str, ...]) -> str:
    """The order of versions that the ecosystem of a key brings along."""
    from rulewright.threats.versions import scheme_of

    schemes = {scheme_of(key.partition("/")[0]) for key in asked if not key.startswith(("cpe/", "name/"))}
    return schemes.pop() if len(schemes) == 1 else ""


def _applicable(container: _Container, pointer: str) -> Iterator[Claim]:
    """Claims of CPE match strings.  What else has to be there for it (AND nodes) is not looked at."""
    for number, each in enumerate(container.cpe_applicability):
        for place, node in enumerate(each.nodes if not each.negate else []):
            for at, match in enumerate(node.cpe_match if not node.negate else []):
                found = cpe_keys([match.criteria]) if match.vulnerable else ()
                if found:
                    where = f"{pointer}/cpeApplicability/{number}/nodes/{place}/cpeMatch/{at}"
                    yield Claim(
                        found + keys.names_of(found), "generic", (_of_match(match),), rest=cpe_rest([match.criteria]),
                        pointer=where,
                    )  # fmt: skip


def _of_match(match: _Match) -> Rule:
    from rulewright.threats.feeds.names import cpe_version

    low, high = match.version_start_including or match.version_start_excluding, ""
    high = match.version_end_excluding or match.version_end_including
    if not low and not high:
        stated = cpe_version(match.criteria)
        return Rule("affected", stated, stated, high_closed=True) if stated else Rule("affected")
    return Rule(
        "affected", low, high, bool(match.version_start_excluding), bool(match.version_end_including and not match.version_end_excluding),
        match.version_end_excluding,
    )  # fmt: skip
