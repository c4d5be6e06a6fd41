"""Vulnerabilities joined from documents, feeds and statements: aliases, supersession, contradiction, completeness."""

from __future__ import annotations

import json

import msgspec

from rulewright import sbom
from rulewright.facts.stack import ProductFacts
from rulewright.facts.statements import Advisory, Identifier, Match, Matched, Statement
from rulewright.facts.table import Extent, Source, Table, encode
from rulewright.facts.types import Completeness, State
from rulewright.facts.vulnerable import joined

FEED = Source("feed.json", "f" * 64)
SERIAL = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
ROOT = "pkg:generic/hub@1.0"


def product(vulnerabilities: list[dict[str, object]] | None = None, *, closed: bool = True) -> ProductFacts:
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": SERIAL,
        "metadata": {
            "timestamp": "2026-01-01T00:00:00Z",
            "authors": [{"name": "Acme"}],
            "component": {"type": "device", "bom-ref": "hub", "name": "hub", "version": "1.0", "purl": ROOT},
        },
        "components": [
            {"type": "library", "bom-ref": "a", "name": "a", "version": "1", "purl": "pkg:deb/debian/a@1?arch=arm64"},
            {"type": "library", "bom-ref": "b", "name": "b", "version": "2", "cpe": "cpe:2.3:a:v:b:2:*:*:*:*:*:*:*"},
        ],
        "compositions": [{"aggregate": "complete", "assemblies": ["hub"]}] if closed else [],
    }
    if vulnerabilities is not None:
        document["vulnerabilities"] = vulnerabilities
    read = sbom.read(json.dumps(document).encode(), "hub.cdx.json")
    assert isinstance(read, sbom.Document)
    return ProductFacts(read.product, read.attributes, read.tables)


def purl(text: str) -> tuple[Identifier, ...]:
    return (Identifier("purl", text),)


def says(
    status: str, about: tuple[Identifier, ...], *, part: tuple[Identifier, ...] = (), author: str = "Acme",
    time: int | None = 1, name: str = "CVE-2026-1",
) -> Statement:  # fmt: skip
    return Statement(name, status, about, part, author=author, time=time, source=Source(f"{author}.vex", author * 8))


def match(component: int, name: str = "GHSA-x", aliases: tuple[str, ...] = ("CVE-2026-1",)) -> Match:
    advisory = Advisory(name, aliases, severity="high", score=7_500_000, exploited=True)
    return Match(component, advisory, "range", "purl", fixed=("3",), source=FEED, pointer="/0")


def matched(*matches: Match, unmatchable: dict[int, str] | None = None) -> Matched:
    return Matched(matches, unmatchable or {}, (FEED,))


def rows(table: Table, *fields: str) -> list[tuple[object, ...]]:
    columns = [table.column(field) for field in fields]
    cells = [[c.values[code] if code >= 0 else State(code) for code in c.codes] for c in columns]
    return list(zip(*cells, strict=True))


def owned(table: Table) -> list[tuple[int, int]]:
    pairs = table.relation("component")
    return list(zip(pairs.parents, pairs.children, strict=True))


def test_without_feeds_and_statements_nothing_changes() -> None:
    facts = product()
    assert joined(facts, None, ()).facts is facts


def test_a_match_and_a_row_under_another_name_are_one_row() -> None:
    facts = product([{"id": "CVE-2026-1", "affects": [{"ref": "a"}], "ratings": [{"severity": "low"}]}])
    table = joined(facts, matched(match(1)), ()).facts.tables["vulnerability"]
    assert rows(table, "id", "aliases", "severity", "exploited", "match", "fixed_versions") == [
        ("CVE-2026-1", ("GHSA-x",), "high", True, "stated", ("3",))
    ]
    assert owned(table) == [(1, 0)]
    assert table.pointer_of(0) == "/vulnerabilities/0"


def test_each_component_has_its_own_row() -> None:
    table = joined(product(), matched(match(1), match(2)), ()).facts.tables["vulnerability"]
    assert owned(table) == [(1, 0), (2, 1)]


def test_a_later_statement_of_the_same_author_supersedes() -> None:
    about = purl("pkg:deb/debian/a")
    told = [says("under_investigation", about, time=1), says("not_affected", about, time=2)]
    for order in (told, told[::-1]):
        table = joined(product(), matched(match(1)), order).facts.tables["vulnerability"]
        assert rows(table, "vex") == [("not_affected",)]


def test_authors_who_disagree_leave_it_conflicting_with_witnesses() -> None:
    about = purl("pkg:deb/debian/a@1")
    told = [says("affected", about, time=1), says("not_affected", about, author="Other", time=9)]
    table = joined(product(), matched(match(1)), told).facts.tables["vulnerability"]
    assert rows(table, "vex", "justification") == [(State.CONFLICTING, State.CONFLICTING)]
    assert table.witnesses is not None
    assert [(w.value, w.source.name) for w in table.witnesses("vex", 0)] == [
        ("affected", "Acme.vex"), ("not_affected", "Other.vex"),
    ]  # fmt: skip


def test_undated_statements_of_one_author_that_disagree_conflict() -> None:
    about = purl("pkg:deb/debian/a@1")
    told = [says("affected", about, time=None), says("fixed", about, time=5)]
    table = joined(product(), matched(match(1)), told).facts.tables["vulnerability"]
    assert rows(table, "vex") == [(State.CONFLICTING,)]


def test_the_documents_own_analysis_is_a_statement_of_its_author() -> None:
    own: dict[str, object] = {"id": "CVE-2026-1", "affects": [{"ref": "a"}], "analysis": {"state": "in_triage"}}
    later = 10**16
    about = purl("pkg:deb/debian/a@1")
    same = joined(product([own]), None, [says("not_affected", about, time=later)]).facts.tables["vulnerability"]
    assert rows(same, "vex") == [("not_affected",)]
    other = joined(product([own]), None, [says("not_affected", about, author="X", time=later)])
    assert rows(other.facts.tables["vulnerability"], "vex") == [(State.CONFLICTING,)]


def test_a_statement_on_the_product_covers_its_parts() -> None:
    table = joined(product(), matched(match(1), match(2)), [says("not_affected", purl(ROOT))]).facts.tables[
        "vulnerability"
    ]
    assert rows(table, "vex") == [("not_affected",), ("not_affected",)]


def test_a_statement_on_one_part_leaves_the_others() -> None:
    told = says("not_affected", purl(ROOT), part=purl("pkg:deb/debian/a"))
    table = joined(product(), matched(match(1), match(2)), [told]).facts.tables["vulnerability"]
    assert rows(table, "vex") == [("not_affected",), (State.MISSING,)]


def test_an_affected_part_that_is_not_listed_concerns_the_product() -> None:
    told = says("affected", purl(ROOT), part=purl("pkg:deb/debian/hidden"))
    table = joined(product(), None, [told]).facts.tables["vulnerability"]
    assert rows(table, "id", "vex") == [("CVE-2026-1", "affected")]
    assert owned(table) == []


def test_statements_on_other_products_come_back() -> None:
    other = [
        says("not_affected", purl("pkg:generic/hub@2.0")),
        says("not_affected", (Identifier("name", "hub"),)),
        says("not_affected", purl(ROOT), part=purl("pkg:deb/debian/hidden")),
        says("fixed", purl("pkg:deb/debian/a?arch=amd64")),
        says("fixed", (Identifier("ref", "urn:cdx:00000000-395b-41f5-a30f-a58921a69b79/1#a"),)),
    ]
    result = joined(product(), matched(match(1)), other)
    assert set(result.unused) == set(other)
    assert rows(result.facts.tables["vulnerability"], "vex") == [(State.MISSING,)]


def test_a_bom_link_and_a_cpe_name_a_part() -> None:
    told = [
        says("not_affected", (Identifier("ref", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#a"),)),
        says("fixed", (Identifier("cpe", "cpe:2.3:a:v:b:*:*:*:*:*:*:*:*"),)),
    ]
    result = joined(product(), matched(match(1), match(2)), told)
    assert rows(result.facts.tables["vulnerability"], "vex") == [("not_affected",), ("fixed",)]


def test_the_list_is_as_complete_as_the_components_that_could_be_looked_up() -> None:
    def state(facts: ProductFacts, found: Matched) -> Completeness:
        return joined(facts, found, ()).facts.tables["vulnerability"].extents[0].state

    assert state(product(), matched()) is Completeness.CLOSED
    assert state(product(closed=False), matched()) is Completeness.UNSTATED
    opened = joined(product(), matched(unmatchable={2: "no version"}), ()).facts
    extent = opened.tables["vulnerability"].extents[0]
    assert extent.state is Completeness.OPEN
    assert "`b@2` for one: no version" in extent.because
    assert rows(opened.tables["component"], "matchable", "unmatchable_reason") == [
        (True, State.MISSING), (True, State.MISSING), (False, "no version"),
    ]  # fmt: skip


def test_a_name_that_two_cves_share_joins_neither() -> None:
    about = purl("pkg:deb/debian/a@1")
    shared = {"aliases": ("TICKET-7",)}
    told = [
        msgspec.structs.replace(says("not_affected", about), **shared),
        msgspec.structs.replace(says("affected", purl("pkg:npm/other@1"), name="CVE-2026-2"), **shared),
    ]
    hits = matched(match(1, "CVE-2026-1", ()), match(1, "CVE-2026-2", ()))
    for order in (told, told[::-1]):
        table = joined(product(), hits, order).facts.tables["vulnerability"]
        assert rows(table, "id", "vex") == [("CVE-2026-1", "not_affected"), ("CVE-2026-2", State.MISSING)]


def test_names_are_one_whatever_their_case() -> None:
    about = purl("pkg:deb/debian/a@1")
    told = [says("not_affected", about), says("affected", about, name=" cve-2026-1", author="Other")]
    table = joined(product(), matched(match(1)), told).facts.tables["vulnerability"]
    assert rows(table, "vex") == [(State.CONFLICTING,)]


def test_what_a_document_excludes_for_an_unknown_part_excludes_it_for_no_other() -> None:
    own: dict[str, object] = {
        "id": "CVE-2026-1",
        "affects": [{"ref": "urn:cdx:00000000-0000-4000-8000-000000000000/1#x"}],
    }
    mild = product([{**own, "analysis": {"state": "not_affected"}}])
    table = joined(mild, matched(match(1)), ()).facts.tables["vulnerability"]
    assert rows(table, "match", "vex") == [("stated", "not_affected"), ("range", State.MISSING)]
    grave = product([{**own, "analysis": {"state": "exploitable"}}])
    table = joined(grave, matched(match(1)), ()).facts.tables["vulnerability"]
    assert ("range", "affected") in rows(table, "match", "vex")


def test_an_open_list_stays_open_with_feeds() -> None:
    facts = product([])
    facts.tables["vulnerability"].extents = [Extent(Completeness.OPEN, "`x` names no component that is listed")]
    assert joined(facts, matched(), ()).facts.tables["vulnerability"].extents[0].state is Completeness.OPEN


def test_a_conflict_of_documents_outlives_statements() -> None:
    facts = product([{"id": "CVE-2026-1", "affects": [{"ref": "a"}]}])
    table = facts.tables["vulnerability"]
    table.builders = {**table.builders, "vex": lambda: encode([State.CONFLICTING])}
    told = [says("not_affected", purl("pkg:deb/debian/a@1"))]
    assert rows(joined(facts, None, told).facts.tables["vulnerability"], "vex") == [(State.CONFLICTING,)]


def test_a_name_without_a_version_yields_to_one_with_a_version() -> None:
    both = (*purl("pkg:deb/debian/a"), *purl("pkg:deb/debian/a@9"))
    for status, expected in (("not_affected", State.MISSING), ("fixed", State.MISSING), ("affected", "affected")):
        table = joined(product(), matched(match(1)), [says(status, both)]).facts.tables["vulnerability"]
        assert rows(table, "vex") == [(expected,)]


def test_a_cpe_of_no_product_excludes_nothing() -> None:
    for text in ("cpe:/", "cpe:/a", "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*", "cpe:2.3:a:v:*:*:*:*:*:*:*:*:*"):
        told = [says("not_affected", (Identifier("cpe", text),))]
        table = joined(product(), matched(match(2)), told).facts.tables["vulnerability"]
        assert rows(table, "vex") == [(State.MISSING,)]


def test_a_day_may_end_after_an_hour_of_it() -> None:
    """The document of 2026-01-01 (no hour is kept) may be later than a statement of that morning."""
    own: dict[str, object] = {"id": "CVE-2026-1", "affects": [{"ref": "a"}], "analysis": {"state": "exploitable"}}
    hour = 3_600_000_000
    day = 20454 * 24 * hour  # 2026-01-01
    about = purl("pkg:deb/debian/a@1")
    for time, expected in ((day + 9 * hour, State.CONFLICTING), (day + 24 * hour, "not_affected")):
        table = joined(product([own]), None, [says("not_affected", about, time=time)]).facts.tables["vulnerability"]
        assert rows(table, "vex") == [(expected,)]
