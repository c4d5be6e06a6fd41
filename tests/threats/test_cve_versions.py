"""CVE records and CPEs: versions, products, aliases, editions."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulewright.threats.feeds import prose
from rulewright.threats.model import Rule
from tests.threats import samples
from tests.threats.samples import Json

CPE = "cpe:2.3:a:acme:widget:{}:*:*:*:*:*:*:*"


def a(
    version: str = "0",
    *,
    below: str = "",
    upto: str = "",
    status: str = "affected",
    kind: str = "custom",
    **more: object,
) -> Json:
    entry: Json = {"version": version, "status": status, "versionType": kind, **more}
    return entry | ({"lessThan": below} if below else {}) | ({"lessThanOrEqual": upto} if upto else {})


def decided(tmp_path: Path, record: Json, *versions: str) -> list[str]:
    path = samples.feed(tmp_path, record)
    facts = samples.product(*(samples.component(cpe=CPE.format(v), version=v) for v in versions))
    found = samples.found(samples.ask(facts, path))
    return [match.quality if (match := found.get((row, "CVE-2026-1"))) else "" for row in range(len(versions))]


@pytest.mark.parametrize(
    ("entries", "versions", "expected"),
    [
        ([a(below="2.0")], ["1.9", "2.0", "1.10", "10"], ["range", "", "range", ""]),
        ([a("1.0", upto="1.4")], ["0.9", "1.0", "1.4", "1.4.1"], ["", "range", "range", ""]),
        ([a("1.2.3")], ["1.2.3", "1.2.4"], ["exact", ""]),
        ([a("1.1.1", upto="1.1.1w")], ["1.1.1", "1.1.1a", "1.1.1w", "1.1.1x"], ["range", "range", "range", ""]),
        ([a("5.4", upto="5.4.*")], ["5.4.99", "5.5", "5.3"], ["range", "", ""]),
        ([a("1.0", below="*")], ["0.9", "1.0", "99"], ["", "range", "range"]),
        ([a("unspecified", below="2.0")], ["1", "2.0"], ["range", ""]),
        ([a("< 2.3")], ["2.2", "2.3"], ["range", ""]),
        ([a("2.0 and earlier")], ["2.0", "2.0.1"], ["range", ""]),
        ([a("all versions")], ["1", "2"], ["range", "range"]),
        ([a("1.5", below="1.5"), a("1.5", upto="1.5")], ["1.4", "1.5", "1.6"], ["", "exact", ""]),
        ([a("1.5", below="1.5")], ["1.5"], [""]),
        (
            [a("8.6.0", below="unspecified"), a("unspecified", below="8.13.6")],
            ["8.5", "8.6.0", "8.13.6"],
            ["", "range", ""],
        ),
        ([a("1da177e4c3f4", below="491085258185")], ["5.4", "900000000000"], ["", ""]),
        ([a("4.14.257", upto="4.14*", status="unaffected"), a(below="9")], ["4.14.256", "4.14.300"], ["range", ""]),
        ([a("n/a")], ["1"], ["name_only"]),
        ([a("the spring release")], ["1"], ["name_only"]),
        ([a(below="2.0"), a("1.5.7", status="unaffected")], ["1.5.6", "1.5.7"], ["range", ""]),
        (
            [a(below="10"), a("9.0.62", status="unaffected", below="9.1")],
            ["9.0.61", "9.0.62", "9.1"],
            ["range", "", "range"],
        ),
        (
            [a("1.0", below="3.0", changes=[{"at": "2.5", "status": "unaffected"}])],
            ["2.4", "2.5", "2.9"],
            ["range", "", ""],
        ),
        ([a("1.0", changes=[{"at": "1.2", "status": "unaffected"}])], ["1.1", "1.2"], ["range", ""]),
        ([a("1.0.0-beta", below="1.0.0", kind="semver")], ["1.0.0-beta.2", "1.0.0"], ["range", ""]),
        ([a(below="v2.0", kind="semver")], ["1.9.9", "2.0.0"], ["range", ""]),
        ([a(below="2.0", status="unknown")], ["1"], ["name_only"]),
        ([a("a" * 40, below="b" * 40, kind="git")], ["1.0"], [""]),
    ],
)
def test_versions(tmp_path: Path, entries: list[Json], versions: list[str], expected: list[str]) -> None:
    assert decided(tmp_path, samples.cve("CVE-2026-1", *entries), *versions) == expected


def test_default_status_affected_leaves_only_what_is_excepted(tmp_path: Path) -> None:
    kernel = samples.cve(
        "CVE-2026-1", a(status="unaffected", below="2.6.12"), a("5.4.281", status="unaffected", upto="5.4.*"),
        a("6.10", status="unaffected", upto="*"), affected={"defaultStatus": "affected"},
    )  # fmt: skip
    expected = ["", "range", "range", "", "range", ""]
    assert decided(tmp_path, kernel, "2.6.11", "2.6.12", "5.4.280", "5.4.281", "5.5", "6.10") == expected


def test_rejected_records_match_nothing(tmp_path: Path) -> None:
    assert decided(tmp_path, samples.cve("CVE-2026-1", a(below="2"), state="REJECTED"), "1") == [""]


@pytest.mark.parametrize(
    ("vendor", "product", "cpe"),
    [
        ("GNU", "Inetutils", "cpe:2.3:a:gnu:inetutils:1:*:*:*:*:*:*:*"),
        ("GNU", "GNU Inetutils", "cpe:/a:gnu:inetutils:1"),
        ("Dropbear SSH Project", "Dropbear SSH", "cpe:/a:matt_johnston:dropbear_ssh_server:1"),
        ("Apache Software Foundation", "Apache HTTP Server", "cpe:2.3:a:apache:http_server:1:*:*:*:*:*:*:*"),
        ("F5", "NGINX Open Source", "cpe:2.3:a:igor_sysoev:nginx:1:*:*:*:*:*:*:*"),
        ("Acme, Inc.", "Net\\-Box 3", "cpe:2.3:a:acme:net-box_3:1:*:*:*:*:*:*:*"),
    ],
)
def test_vendors_and_products_meet_under_other_names(tmp_path: Path, vendor: str, product: str, cpe: str) -> None:
    path = samples.feed(tmp_path, samples.cve("CVE-2026-1", a(below="2"), vendor=vendor, product=product))
    matched = samples.ask(samples.product(samples.component(cpe=cpe)), path)
    assert samples.qualities(matched) == {"CVE-2026-1": "range"}
    assert matched.matches[0].by == "cpe"


def test_update_and_packagers_version_in_a_cpe(tmp_path: Path) -> None:
    path = samples.feed(tmp_path, samples.cve("CVE-2026-1", a(below="9.3p2")))
    parts = [samples.component(cpe=f"cpe:2.3:a:acme:widget:9.3:{u}:*:*:*:*:*:*") for u in ("p1", "p2", "*")]
    found = samples.found(samples.ask(samples.product(*parts), path))
    assert sorted(row for row, _ in found) == [0, 2]


def test_editions_and_targets_keep_apart(tmp_path: Path) -> None:
    cpes = {"cpes": ["cpe:2.3:a:acme:widget:*:*:*:*:*:wordpress:*:*"]}
    path = samples.feed(tmp_path, samples.cve("CVE-2026-1", a(below="2"), affected=cpes))
    parts = [
        samples.component(cpe=f"cpe:2.3:a:acme:widget:1:*:*:*:*:{target}:*:*")
        for target in ("wordpress", "*", "drupal")
    ]
    assert sorted(row for row, _ in samples.found(samples.ask(samples.product(*parts), path))) == [0, 1]


def test_applicability_by_cpe_match_strings(tmp_path: Path) -> None:
    match = {
        "criteria": CPE.format("*"),
        "vulnerable": True,
        "versionStartExcluding": "1.0",
        "versionEndIncluding": "1.5",
    }
    platform = {"criteria": "cpe:2.3:h:acme:box:*:*:*:*:*:*:*:*", "vulnerable": False}
    record = samples.cve("CVE-2026-1", vendor="n/a", product="n/a", cpeApplicability=[
        {"operator": "AND", "nodes": [{"operator": "OR", "cpeMatch": [match]}, {"operator": "OR", "cpeMatch": [platform]}]}
    ])  # fmt: skip
    assert decided(tmp_path, record, "1.0", "1.1", "1.5", "1.6") == ["", "range", "range", ""]


def test_packages_of_collections(tmp_path: Path) -> None:
    package = {"collectionURL": "https://crates.example/", "packageName": "widget"}
    path = samples.feed(tmp_path, samples.cve("CVE-2026-1", a(below="1.2.0", kind="semver"), affected=package))
    facts = samples.product(
        samples.component(purl="pkg:cargo/widget@1.1.0"), samples.component(purl="pkg:cargo/widget@1.2.0")
    )
    assert list(samples.found(samples.ask(facts, path))) == [(0, "CVE-2026-1")]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("<= 3.2", [Rule("", "", "3.2", high_closed=True)]),
        (">= 1.0, < 2.0", [Rule("", "1.0", "2.0", fixed="2.0")]),
        (">1.0 and <=2.0", [Rule("", "1.0", "2.0", low_open=True, high_closed=True)]),
        ("versions prior to 4.1", [Rule("", "", "4.1", fixed="4.1")]),
        ("v1.0 through v1.4", [Rule("", "1.0", "1.4", high_closed=True)]),
        ("1.0 - 1.4", [Rule("", "1.0", "1.4", high_closed=True)]),
        ("3.4 and prior", [Rule("", "", "3.4", high_closed=True)]),
        ("2.x", [Rule("", "2", "3")]),
        ("< 1.0 || >= 2.0, < 2.5", [Rule("", "", "1.0", fixed="1.0"), Rule("", "2.0", "2.5", fixed="2.5")]),
        ("vers:pypi/>=1.0|<2.0", [Rule("", "1.0", "2.0", fixed="2.0")]),
        ("vers:all/*", [Rule("")]),
    ],
)
def test_versions_in_plain_words(text: str, rules: list[Rule]) -> None:
    assert prose.read(text, "") == rules


@pytest.mark.parametrize(
    "text", ["", "n/a", "before the flood", "< 1.0 < 2.0 < 3.0", "1.0 sometimes", "|" * 300, "< 1 or never", "vers:x"]
)
def test_words_that_are_not_certain_are_not_read(text: str) -> None:
    assert prose.read(text, "") is None
