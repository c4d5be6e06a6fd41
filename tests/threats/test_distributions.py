"""Packages of distributions: source packages, releases, orders, and what their packagers fixed."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulewright.facts.identity import purl
from rulewright.facts.vulnerable import joined
from rulewright.threats import changelog, ecosystems
from rulewright.threats.distributions import package_of, upstream
from rulewright.threats.subjects import CHANGELOG, FIXES
from tests.threats import samples
from tests.threats.samples import Json

TELNETD = "pkg:deb/debian/inetutils-telnetd@2%3A2.4-2%2Bdeb12u3?arch=amd64&upstream=inetutils&distro=debian-12"
UPSTREAM = samples.cve(
    "CVE-2026-24061", {"version": "1.9.3", "lessThanOrEqual": "2.7", "status": "affected", "versionType": "custom"},
    vendor="GNU", product="Inetutils",
)  # fmt: skip
CHANGES = """inetutils (2:2.4-2+deb12u3) bookworm-security; urgency=high

  * telnetd: Fix unsanitized use of USER in the login template (CVE-2026-24061)
  * CVE-2026-99999 is not fixed by this upload
  * Mention CVE-2026-88888 in the documentation
"""


def test_without_evidence_the_upstream_version_decides(tmp_path: Path) -> None:
    matched = samples.ask(samples.product(samples.component(purl=TELNETD)), samples.feed(tmp_path, UPSTREAM))
    match = samples.found(matched)[0, "CVE-2026-24061"]
    assert (match.quality, match.by, match.backport) == ("range", "cpe", "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"properties": [{"name": CHANGELOG, "value": CHANGES}]}, "changelog"),
        ({"properties": [{"name": FIXES, "value": "CVE-2026-24061 CVE-2026-32746"}]}, FIXES),
        ({"fixes": ("CVE-2026-24061",)}, "pedigree"),
    ],
)
def test_the_backport_of_telnetd_is_not_reported_as_exploitable(tmp_path: Path, fields: Json, said: str) -> None:
    kev = {"catalogVersion": "1", "dateReleased": "2026-02-01T00:00:00Z", "vulnerabilities": [
        {"cveID": "CVE-2026-24061", "dateAdded": "2026-01-26"}]}  # fmt: skip
    path = samples.feed(tmp_path, UPSTREAM)
    facts = samples.product(samples.component(purl=TELNETD, **fields))
    matched = samples.ask(facts, path, samples.feed(tmp_path, kev, name="kev.json"))
    match = samples.found(matched)[0, "CVE-2026-24061"]
    assert said in match.backport
    assert match.advisory.exploited is True
    table = joined(facts, matched, ()).facts.tables["vulnerability"]
    assert table.column("vex").at(0)[1] == "fixed"
    assert table.column("backport").at(0)[1] == match.backport


def test_the_distributions_own_advisory_is_evidence(tmp_path: Path) -> None:
    fixed = "2:2.4-2+deb12u3"
    dsa = samples.osv(
        "DSA-6001-1",
        "Debian:12",
        "inetutils",
        events=[{"introduced": "0"}, {"fixed": fixed}],
        upstream=["CVE-2026-24061"],
    )
    older = TELNETD.replace("deb12u3", "deb12u2")
    facts = samples.product(samples.component(purl=TELNETD), samples.component(purl=older))
    paths = samples.feed(tmp_path, UPSTREAM), samples.feed(tmp_path, dsa, name="debian.jsonl")
    matched = samples.ask(facts, *paths)
    told = {(m.component - 1, m.by): (m.quality, m.backport, m.fixed) for m in matched.matches}
    assert told[0, "cpe"] == ("range", f"DSA-6001-1 says that it is fixed in {fixed}", ())
    assert (0, "purl") not in told
    assert told[1, "purl"] == ("range", "", (fixed,))
    assert told[1, "cpe"][1] == ""


def test_another_release_is_no_evidence(tmp_path: Path) -> None:
    dsa = samples.osv(
        "DSA-1",
        "Debian:11",
        "inetutils",
        events=[{"introduced": "0"}, {"fixed": "2:2.0-1"}],
        upstream=["CVE-2026-24061"],
    )
    facts = samples.product(samples.component(purl=TELNETD))
    matched = samples.ask(facts, samples.feed(tmp_path, UPSTREAM, dsa))
    assert [m.backport for m in matched.matches] == [""]


def test_an_unknown_release_is_settled_only_where_all_agree(tmp_path: Path) -> None:
    def dsa(release: str, fixed: str) -> Json:
        return {"package": {"ecosystem": f"Debian:{release}", "name": "a"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}  # fmt: skip

    record = {"id": "DSA-1", "modified": "2026-01-01T00:00:00Z", "affected": [dsa("11", "1-2"), dsa("12", "1-5")]}
    versions = ["1-1", "1-3", "1-6"]
    facts = samples.product(*(samples.component(purl=f"pkg:deb/debian/a@{v}") for v in versions))
    found = samples.found(samples.ask(facts, samples.feed(tmp_path, record)))
    assert {row: match.quality for (row, _), match in found.items()} == {0: "range", 1: "name_only"}


@pytest.mark.parametrize(
    ("text", "keys", "version", "release"),
    [
        ("pkg:deb/debian/libssl3@3.0.15-1~deb12u1?upstream=openssl", ("deb/debian/openssl", "deb/debian/libssl3"), "3.0.15-1~deb12u1", "12"),
        ("pkg:deb/debian/curl@7-1?distro=bookworm", ("deb/debian/curl",), "7-1", "12"),
        ("pkg:deb/ubuntu/curl@7-1?distro=ubuntu-22.04", ("deb/ubuntu/curl",), "7-1", "22.04"),
        ("pkg:apk/alpine/curl@8-r1?distro=alpine-3.18.4", ("apk/alpine/curl",), "8-r1", "3.18"),
        ("pkg:rpm/redhat/openssl@3.0.7-18.el9_2?epoch=1", ("rpm/redhat/openssl",), "1:3.0.7-18.el9_2", "9"),
        ("pkg:rpm/centos/openssl-libs@1-1?upstream=openssl-1.0.2k-19.el7.src.rpm&distro=centos-7", ("rpm/redhat/openssl", "rpm/redhat/openssl-libs"), "1-1", "7"),
        ("pkg:rpm/rocky/curl@1-1?distro=rocky-9.3", ("rpm/rockylinux/curl",), "1-1", "9"),
        ("pkg:deb/debian/x@1", ("deb/debian/x",), "1", ""),
        ("pkg:deb/ubuntu/x@1%2Bdeb12u1", ("deb/ubuntu/x",), "1+deb12u1", ""),
        ("pkg:rpm/suse/curl@8-1?distro=sles-15.5", ("rpm/suse/curl",), "8-1", "15.5"),
        ("pkg:rpm/opensuse/curl@8-1?distro=opensuse-leap-15.5", ("rpm/opensuse/curl",), "8-1", "15.5"),
        ("pkg:rpm/azurelinux/curl@8-1.azl3?distro=azurelinux-3.0", ("rpm/azurelinux/curl",), "8-1.azl3", "3"),
    ],
)  # fmt: skip
def test_packages(text: str, keys: tuple[str, ...], version: str, release: str) -> None:
    read = purl.parse(text)
    assert read is not None
    package = package_of(read, {})
    assert (package.keys, package.version, package.release) == (keys, version, release)


def test_generators_name_the_source_package_in_properties() -> None:
    read = purl.parse("pkg:deb/debian/libssl3@3.0.15-1")
    assert read is not None
    package = package_of(read, {"aquasecurity:trivy:SrcName": "openssl", "aquasecurity:trivy:SrcVersion": "3.0.15-2"})
    assert (package.keys[0], package.versions[0], package.upstream) == ("deb/debian/openssl", "3.0.15-2", "3.0.15")


@pytest.mark.parametrize(
    ("kind", "version", "expected"),
    [
        ("deb", "2:2.4-2+deb12u3", "2.4"), ("deb", "1.1.1n-0+deb11u5", "1.1.1n"), ("deb", "9.3p1-1", "9.3p1"),
        ("deb", "1.2.13.dfsg-1", "1.2.13.dfsg"), ("deb", "1.2.13+dfsg-1", "1.2.13"), ("deb", "7", "7"),
        ("rpm", "1:3.0.7-18.el9_2", "3.0.7"), ("apk", "3.1.4-r1", "3.1.4"), ("alpm", "1:8.5.0-1", "8.5.0"),
    ],
)  # fmt: skip
def test_the_upstream_version(kind: str, version: str, expected: str) -> None:
    assert upstream(kind, version) == expected


def test_to_be_mentioned_is_not_to_be_fixed() -> None:
    assert changelog.fixed(CHANGES) == {"CVE-2026-24061"}
    rpm = "* Mon Jan 05 2026 A <a@example.org> - 1-2\n- Resolves: CVE-2026-1\n- regression from CVE-2026-2 fix\n- CVE-2026-3 unfixed\n"
    assert changelog.fixed(rpm) == {"CVE-2026-1"}
    assert changelog.fixed("  * debian/patches/cve-2026-7.patch: cve-2026-7\n") == {"CVE-2026-7"}


@pytest.mark.parametrize(
    ("ecosystem", "release"),
    [
        ("Debian:12", "12"), ("Debian", ""), ("Ubuntu:22.04:LTS", "22.04"), ("Ubuntu:Pro:18.04:LTS", "18.04"), ("Alpine:v3.18", "3.18"),
        ("Red Hat:enterprise_linux:9::baseos", "9"), ("Red Hat:rhel_eus:9.2::appstream", "9"), ("Rocky Linux:8", "8"),
        ("SUSE:Linux Enterprise Server 15 SP5", "15.5"), ("openSUSE:Leap 15.5", "15.5"), ("Azure Linux:3", "3"), ("Alpine:edge", "edge"),
    ],
)  # fmt: skip
def test_releases_of_feeds_are_those_of_components(ecosystem: str, release: str) -> None:
    assert ecosystems.ecosystem(ecosystem)[1] == release


def test_a_release_that_no_feed_covers_is_no_answer(tmp_path: Path) -> None:
    record = samples.osv("DSA-1", "Debian:12", "a", events=[{"introduced": "0"}])
    names = ["pkg:deb/debian/a@1?distro=debian-12", "pkg:deb/debian/a@1?distro=debian-13", "pkg:deb/debian/b@1"]
    matched = samples.ask(samples.product(*(samples.component(purl=n) for n in names)), samples.feed(tmp_path, record))
    assert {row: why for row, why in matched.unmatchable.items() if row} == {2: "no feed covers `deb/debian` 13"}
    assert [match.component for match in matched.matches] == [1]


def test_the_advisory_of_some_release_is_no_evidence_for_an_unknown_one(tmp_path: Path) -> None:
    dsa = samples.osv(
        "DSA-1",
        "Debian:11",
        "inetutils",
        events=[{"introduced": "0"}, {"fixed": "2:2.0-1"}],
        upstream=["CVE-2026-24061"],
    )
    nowhere = TELNETD.removesuffix("&distro=debian-12")
    assert nowhere != TELNETD
    facts = samples.product(samples.component(purl=nowhere))
    matched = samples.ask(facts, samples.feed(tmp_path, UPSTREAM, dsa))
    assert [m.backport for m in matched.matches] == [""]
