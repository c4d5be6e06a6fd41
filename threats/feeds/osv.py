"""OSV records: packages, versions and ranges.

Guarantees: the events of a range are brought into the order of their scheme and become intervals, so that the answer is that
of the schema's evaluation algorithm; commits have no order, so only the very commits named decide, and tags that are listed.
Source: OSV schema 1.7.
"""

from __future__ import annotations

from functools import cmp_to_key
from itertools import chain

import msgspec

from rulewright.facts.identity import purl as purls
from rulewright.threats import keys
from rulewright.threats.ecosystems import Ecosystem, ecosystem
from rulewright.threats.limits import MAX_VERSIONS
from rulewright.threats.model import Claim, Fault, Record, Rule
from rulewright.threats.times import day, short
from rulewright.threats.versions import order, scheme_of

_UNORDERED = "the feed names commits, not versions"


class _Event(msgspec.Struct):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class _Range(msgspec.Struct):
    type: str = ""
    events: list[_Event] = []
    repo: str | None = None


class _Package(msgspec.Struct):
    name: str = ""
    ecosystem: str = ""
    purl: str | None = None


class _Severity(msgspec.Struct):
    type: str = ""
    score: str = ""


class _Specific(msgspec.Struct):
    severity: str | float | list[object] | dict[str, object] | None = None


class _Affected(msgspec.Struct):
    package: _Package | None = None
    ranges: list[_Range] | None = None
    versions: list[str] | None = None
    severity: list[_Severity] | None = None
    ecosystem_specific: _Specific | None = None
    database_specific: _Specific | None = None


class _Own(msgspec.Struct):
    severity: str | float | list[object] | dict[str, object] | None = None
    cwe_ids: list[str] | None = None


class Osv(msgspec.Struct):
    """The fields of a record that are used."""

    id: str
    modified: str = ""
    published: str | None = None
    withdrawn: str | None = None
    aliases: list[str] | None = None
    upstream: list[str] | None = None
    summary: str | None = None
    details: str | None = None
    severity: list[_Severity] | None = None
    affected: list[_Affected] | None = None
    database_specific: _Own | None = None


_DECODER = msgspec.json.Decoder(Osv)
_SCHEMES = {"SEMVER": "semver"}
_WORDS = {"moderate": "medium", "important": "high", "negligible": "low", "none": "none", "low": "low", "medium": "medium",
          "high": "high", "critical": "critical"}  # fmt: skip


def read(data: bytes, place: str) -> tuple[Record, list[Claim], list[Fault]]:
    """Read one record.  Raises `msgspec.ValidationError` where it is none."""
    osv = _DECODER.decode(data)
    faults: list[Fault] = []
    claims: list[Claim] = []
    for number, affected in enumerate(osv.affected or ()):
        claims += _claims(affected, f"{place}/affected/{number}" if place else f"/affected/{number}", faults)
    return _record(osv, place), claims, faults


def _record(osv: Osv, place: str) -> Record:
    own = osv.database_specific
    names = [*(osv.aliases or ()), *(osv.upstream or ()), *_embedded(osv.id)]
    rated = [*(osv.severity or ()), *chain.from_iterable(a.severity or () for a in osv.affected or ())]
    words = [own.severity if own else None]
    words += [s.severity for a in osv.affected or () for s in (a.ecosystem_specific, a.database_specific) if s]
    known = {_WORDS[w.lower()] for w in words if isinstance(w, str) and w.lower() in _WORDS}
    return Record(
        osv.id, "osv", tuple(dict.fromkeys(n for n in names if n != osv.id)), bool(osv.withdrawn), day(osv.published),
        day(osv.modified), osv.modified,
        severity=max(known, key=list(_WORDS).index) if known else "",
        vectors=tuple(sorted({s.score for s in rated if s.type.startswith("CVSS")})),
        cwes=tuple(sorted(set(own.cwe_ids or ()))) if own else (),
        summary=short(osv.summary or osv.details or ""), place=place,
    )  # fmt: skip


def _embedded(name: str) -> list[str]:
    """`DEBIAN-CVE-2024-1` is about CVE-2024-1."""
    place = name.find("CVE-")
    return [name[place:]] if place > 0 else []


def _claims(affected: _Affected, pointer: str, faults: list[Fault]) -> list[Claim]:
    listed = tuple(affected.versions or ())
    ranges = affected.ranges or []
    if len(listed) + sum(len(r.events) for r in ranges) > MAX_VERSIONS:
        faults.append(Fault("RW1404", f"more than {MAX_VERSIONS:,} versions", pointer))
        listed, ranges = listed[:MAX_VERSIONS], ranges[:100]
    found = _package(affected.package)
    if found is None:
        repos = tuple(dict.fromkeys(filter(None, (_repository(r.repo) for r in ranges))))
        if not repos:
            faults.append(Fault("RW1402", "neither a package nor a repository is named", pointer))
            return []
        key, eco, release = repos, Ecosystem("github"), ""
    else:
        key, eco, release = found
    rules, vague = _rules(ranges, eco.scheme, pointer, faults, listed=bool(listed))
    if not listed and not ranges:
        vague = "the record names no versions"
    return [Claim(key, eco.scheme, rules, _tags(listed, eco, key), release=release, vague=vague, pointer=pointer)]


def _package(package: _Package | None) -> tuple[tuple[str, ...], Ecosystem, str] | None:
    """The look-up key of a package, its ecosystem and release."""
    if package is None or not (package.name or package.purl):
        return None
    if package.ecosystem and package.name:
        eco, release = ecosystem(package.ecosystem)
        namespace, name = eco.namespace, package.name
        if eco.type == "maven":
            namespace, _, name = name.rpartition(":")
        return (keys.package(eco.type, namespace, name),), eco, release
    purl = purls.parse(package.purl or "")
    if purl is None:
        return None
    return (keys.of_purl(purl),), Ecosystem(purl.type, purl.namespace or "", scheme_of(purl.type)), ""


def _repository(url: str | None) -> str:
    """The key of a repository on a known host."""
    text = (url or "").lower().removesuffix("/").removesuffix(".git")
    for host in ("github", "gitlab", "bitbucket"):
        _, found, path = text.partition(f"{host}.com/")
        if not found:
            _, found, path = text.partition(f"{host}.org/")
        if found and path.count("/") == 1:
            return f"{host}/{path}"
    return ""


def _tags(listed: tuple[str, ...], eco: Ecosystem, key: tuple[str, ...]) -> tuple[str, ...]:
    """Versions as listed; of tags, what is left without the project's name."""
    if eco.type not in {"generic", "github", "git"}:
        return listed
    name = key[0].rpartition("/")[2]
    found = dict.fromkeys(listed)
    for tag in listed:
        text = tag.lower()
        for prefix in (f"{name}-", f"{name}_", "release-", "release_", "version-", "rel-", "v"):
            if text.startswith(prefix) and text[len(prefix) :][:1].isdigit():
                found[text[len(prefix) :].replace("_", ".")] = None
                break
    return tuple(found)


def _rules(
    ranges: list[_Range], scheme: str, pointer: str, faults: list[Fault], *, listed: bool
) -> tuple[tuple[Rule, ...], str]:
    """Intervals of all ranges, and why versions cannot be decided."""
    rules: list[Rule] = []
    vague = ""
    for number, each in enumerate(ranges):
        if each.type == "GIT":
            rules += [
                Rule("affected", e.introduced, e.introduced, high_closed=True)
                for e in each.events
                if e.introduced and e.introduced != "0"
            ]
            rules += [Rule("unaffected", e.fixed, e.fixed, high_closed=True) for e in each.events if e.fixed]
            vague = vague or ("" if listed or any(r.type != "GIT" for r in ranges) else _UNORDERED)
            continue
        made = intervals(each.events, _SCHEMES.get(each.type, scheme) if scheme == "generic" else scheme)
        if isinstance(made, str):
            faults.append(Fault("RW1403", made, f"{pointer}/ranges/{number}"))
            vague = vague or made
        else:
            rules += made
    return tuple(rules), vague


def intervals(events: list[_Event], scheme: str) -> list[Rule] | str:
    """The affected intervals of one range; a phrase where its versions cannot be ordered.

    The schema's algorithm: sort; `introduced` at or below the version turns it on, `fixed` at or below and `last_affected`
    below turn it off; with limits it has to lie below one of them.
    """
    points: list[tuple[str, str]] = []
    limits: list[str] = []
    for event in events:
        for kind, value in (
            ("introduced", event.introduced), ("fixed", event.fixed), ("last_affected", event.last_affected)
        ):  # fmt: skip
            if value is not None:
                points.append((kind, "" if kind == "introduced" and value == "0" else value))
        if event.limit is not None and event.limit != "*":
            limits.append(event.limit)
    ordered = _sorted(points, scheme)
    if ordered is None:
        return (
            f"`{next((v for _, v in points if v and not order(scheme).readable(v)), '')[:60]}` is no {scheme} version"
        )
    rules: list[Rule] = []
    start: str | None = None
    for kind, value in _settled(ordered, scheme):
        if kind == "introduced":
            start = value if start is None else start
        elif start is not None:
            closed = kind == "last_affected"
            rules.append(Rule("affected", start, value, high_closed=closed, fixed="" if closed else value))
            start = None
    if start is not None:
        rules.append(Rule("affected", start))
    return _limited(rules, limits, scheme)


def _settled(ordered: list[tuple[str, str]], scheme: str) -> list[tuple[str, str]]:
    """Take away what is fixed and introduced at one version.

    Within an interval that goes on, two intervals touch there; outside of one, an interval is empty.
    """
    kept: list[tuple[str, str]] = []
    for kind, value in ordered:
        before = kept[-1] if kept else ("", "")
        if before[0] == "fixed" and kind == "introduced" and order(scheme).compare(before[1], value) == 0:
            kept.pop()
        else:
            kept.append((kind, value))
    return kept


def _sorted(points: list[tuple[str, str]], scheme: str) -> list[tuple[str, str]] | None:
    """Events by version; of one version what ends an interval comes before what begins one, but `last_affected` after."""
    if len(points) == 1 and not points[0][1]:
        return points
    if not scheme or not order(scheme).sorts([v for _, v in points if v]):
        return None
    by = order(scheme)
    rank = {"fixed": 0, "introduced": 1, "last_affected": 2}

    def compare(left: tuple[str, str], right: tuple[str, str]) -> int:
        both = left[1] and right[1]
        found = by.compare(left[1], right[1]) if both else bool(left[1]) - bool(right[1])
        return found or rank[left[0]] - rank[right[0]]

    return sorted(points, key=cmp_to_key(compare))


def _limited(rules: list[Rule], limits: list[str], scheme: str) -> list[Rule]:
    """Cut off what lies at or above the highest limit."""
    by = order(scheme)
    tops = [limit for limit in limits if by.readable(limit)]
    if not tops:
        return rules

    def compare(left: str, right: str) -> int:
        return by.compare(left, right) or 0

    top = max(tops, key=cmp_to_key(compare))
    kept: list[Rule] = []
    for rule in rules:
        if rule.low and (by.compare(rule.low, top) or 0) >= 0:
            continue
        above = not rule.high or (by.compare(rule.high, top) or 0) > 0
        kept.append(Rule(rule.status, rule.low, top, fixed=rule.fixed) if above else rule)
    return kept
