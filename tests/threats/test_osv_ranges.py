"""OSV: which versions a record concerns, by the schema's own evaluation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulewright.threats.ecosystems import CARGO
from rulewright.threats.feeds import osv
from rulewright.threats.ranges import Judge
from tests.threats import samples
from tests.threats.samples import Json

N, F, L, M = "introduced", "fixed", "last_affected", "limit"


def decide(record: Json, version: str) -> str:
    _, claims, _ = osv.read(json.dumps(record).encode(), "")
    return Judge(claims[0]).decide(version)


@pytest.mark.parametrize(
    ("events", "affected", "free"),
    [
        ([{N: "0"}, {F: "1.2"}], ["0.1", "1.1.9", "1.2rc1"], ["1.2", "1.2.0", "2"]),
        ([{N: "1.0"}, {F: "1.2"}], ["1.0", "1.0.0", "1.1"], ["0.9", "1.0rc1", "1.2"]),
        ([{N: "1.0"}, {L: "1.2"}], ["1.0", "1.2", "1.2.0"], ["1.2.post1", "1.2.1", "0.9"]),
        ([{N: "0"}], ["0", "1", "99"], []),
        ([{F: "1.2"}, {N: "0"}], ["1.1"], ["1.2"]),
        ([{N: "0"}, {F: "1.2"}, {N: "2.0"}, {F: "2.3"}], ["1.1", "2.0", "2.2"], ["1.2", "1.9", "2.3", "3"]),
        ([{N: "2.0"}, {F: "2.3"}, {N: "0"}, {F: "1.2"}], ["1.1", "2.2"], ["1.9", "2.3"]),
        ([{N: "0"}, {F: "1.2"}, {F: "1.5"}], ["1.1"], ["1.2", "1.3", "1.5"]),
        ([{N: "0"}, {N: "1"}, {F: "2"}], ["0.5", "1", "1.9"], ["2"]),
        ([{N: "0"}, {F: "1"}, {N: "1"}, {F: "2"}], ["0.5", "1", "1.5"], ["2"]),
        ([{N: "1"}, {F: "1"}], [], ["0.9", "1", "2"]),
        ([{N: "1"}, {L: "1"}], ["1"], ["0.9", "1.1"]),
        ([{N: "4"}, {F: "2"}], ["4", "5"], ["1", "2", "3"]),
        ([{N: "0"}, {M: "3"}], ["1", "2.9"], ["3", "4"]),
        ([{N: "0"}, {F: "5"}, {M: "2"}, {M: "3"}], ["1", "2.5"], ["3", "4"]),
        ([{N: "0"}, {F: "2"}, {M: "*"}], ["1"], ["2"]),
    ],
)
def test_the_events_of_a_range(events: list[Json], affected: list[str], free: list[str]) -> None:
    record = samples.osv("PYSEC-1", "PyPI", "a", events=events)
    assert {v: bool(decide(record, v)) for v in affected} == dict.fromkeys(affected, True)
    assert {v: decide(record, v) for v in free} == dict.fromkeys(free, "")


@pytest.mark.parametrize(
    ("ecosystem", "fixed", "before", "after"),
    [
        ("PyPI", "1.10", "1.9", "1.10.post1"),
        ("npm", "1.10.0", "1.10.0-beta.11", "1.10.1"),
        ("Maven", "1.10", "1.10-rc1", "1.10.1"),
        ("Go", "1.10.0", "v1.9.0", "v1.10.0"),
        (CARGO, "1.10.0", "1.10.0-alpha", "1.10.0"),
        ("RubyGems", "1.10", "1.10.a", "1.10.0"),
        ("NuGet", "1.10.0", "1.10.0-rc.1", "1.10.0.1"),
        ("Packagist", "1.10.0", "1.10.0-RC1", "1.10.0-patch1"),
        ("Debian:12", "1.1.1n-0+deb11u5", "1.1.1n-0+deb11u4", "1.1.1n-0+deb11u5"),
        ("Debian:12", "1.0-1", "1.0~rc1-1", "1:0.5-1"),
        ("Alpine:v3.18", "3.1.4-r1", "3.1.4-r0", "3.1.10-r0"),
        ("Red Hat:enterprise_linux:9::baseos", "1:3.0.7-18.el9_2", "1:3.0.7-16.el9_2", "1:3.0.7-18.el9_2"),
        ("Rocky Linux:9", "1.0-2.el9", "1.0~rc1-3.el9", "1.0-10.el9"),
    ],
)
def test_every_ecosystem_has_its_own_order(ecosystem: str, fixed: str, before: str, after: str) -> None:
    record = samples.osv("X-1", ecosystem, "a", events=[{N: "0"}, {F: fixed}])
    assert (decide(record, before), decide(record, after)) == ("range", "")


def test_a_version_that_is_listed_is_exact() -> None:
    record = samples.osv("PYSEC-1", "PyPI", "a", versions=["1.0", "1.1rc1"])
    assert [decide(record, v) for v in ("1.0", "1.0.0", "v1.1RC1", "1.1", "nonsense")] == [
        "exact",
        "exact",
        "exact",
        "",
        "",
    ]


def test_listed_or_in_range_is_enough() -> None:
    record = samples.osv("PYSEC-1", "PyPI", "a", versions=["5"], events=[{N: "0"}, {F: "1"}])
    assert [decide(record, v) for v in ("5", "0.5", "3")] == ["exact", "range", ""]


def test_what_cannot_be_compared_is_never_silence() -> None:
    record = samples.osv("PYSEC-1", "PyPI", "a", events=[{N: "0"}, {F: "1"}])
    assert [decide(record, v) for v in ("", "tip", "2.x.y")] == ["name_only"] * 3
    unreadable = samples.osv("PYSEC-1", "PyPI", "a", events=[{N: "0"}, {F: "the next"}])
    assert decide(unreadable, "1") == "name_only"
    assert decide(samples.osv("PYSEC-1", "PyPI", "a"), "1") == "name_only"


def test_commits_have_no_order() -> None:
    one, two = "a" * 40, "b" * 40
    record = samples.osv("OSV-1", "OSS-Fuzz", "a", events=[{N: one}, {F: two}], kind="GIT")
    assert [decide(record, v) for v in (one, two, "1.0")] == ["exact", "", "name_only"]


def test_tags_are_versions_without_the_projects_name() -> None:
    record = samples.osv(
        "OSV-1", "OSS-Fuzz", "zlib", events=[{N: "a" * 40}], kind="GIT", versions=["zlib-1.2.3", "v1.2.4"]
    )
    assert [decide(record, v) for v in ("1.2.3", "1.2.4", "1.2.5", "zlib-1.2.3")] == ["exact", "exact", "", "exact"]


def test_fixed_versions_are_those_that_come_after(tmp_path: Path) -> None:
    events = [{N: "0"}, {F: "1.2"}, {N: "2.0"}, {F: "2.3"}]
    path = samples.feed(tmp_path, samples.osv("PYSEC-1", "PyPI", "a", events=events))
    facts = samples.product(samples.component(purl="pkg:pypi/a@2.1"), samples.component(purl="pkg:pypi/a@1.0"))
    found = samples.found(samples.ask(facts, path))
    assert [found[row, "PYSEC-1"].fixed for row in (0, 1)] == [("2.3",), ("1.2",)]


def test_withdrawn_records_match_nothing(tmp_path: Path) -> None:
    record = samples.osv("PYSEC-1", "PyPI", "a", events=[{N: "0"}], withdrawn="2026-02-01T00:00:00Z")
    facts = samples.product(samples.component(purl="pkg:pypi/a@1"))
    matched = samples.ask(facts, samples.feed(tmp_path, record))
    assert matched.matches == ()
    assert 1 not in matched.unmatchable


@pytest.mark.parametrize(
    ("ecosystem", "name", "purl"),
    [
        ("PyPI", "Ruamel.Yaml_X", "pkg:pypi/ruamel-yaml-x@1"),
        ("npm", "@angular/core", "pkg:npm/%40angular/core@1.0.0"),
        ("Maven", "org.apache.logging.log4j:log4j-core", "pkg:maven/org.apache.logging.log4j/log4j-core@1"),
        ("Go", "github.com/Foo/Bar", "pkg:golang/github.com/foo/bar@1.0.0"),
        ("NuGet", "Newtonsoft.Json", "pkg:nuget/newtonsoft.json@1.0"),
        ("Packagist", "Symfony/Http", "pkg:composer/symfony/http@1.0"),
        ("Debian:12", "openssl", "pkg:deb/debian/libssl3@1-1?upstream=openssl&distro=debian-12"),
        ("Alpine:v3.18", "openssl", "pkg:apk/alpine/libssl3@1-r1?upstream=openssl&distro=alpine-3.18.4"),
        ("Red Hat:enterprise_linux:9::baseos", "openssl", "pkg:rpm/redhat/openssl@1-1.el9?epoch=1"),
        ("SwiftURL", "github.com/a/b", "pkg:swift/github.com/a/b@1.0.0"),
    ],
)
def test_packages_meet_under_either_sides_spelling(tmp_path: Path, ecosystem: str, name: str, purl: str) -> None:
    path = samples.feed(tmp_path, samples.osv("X-1", ecosystem, name, events=[{N: "0"}]))
    assert samples.qualities(samples.ask(samples.product(samples.component(purl=purl)), path)) == {"X-1": "range"}


@pytest.mark.parametrize("purl", ["pkg:npm/A@1.0.0", "pkg:pypi/b@1", "pkg:deb/ubuntu/a@1", "pkg:golang/a@1"])
def test_other_packages_do_not(tmp_path: Path, purl: str) -> None:
    records = [samples.osv(f"X-{e}", e, "a", events=[{N: "0"}]) for e in ("npm", "PyPI", "Debian:12")]
    assert samples.ask(samples.product(samples.component(purl=purl)), samples.feed(tmp_path, *records)).matches == ()
