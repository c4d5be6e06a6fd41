"""CSAF advisories: product trees, statuses, hashes, a distribution's fixes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.threats import samples
from tests.threats.samples import Json


def advisory(status: Json, *branches: Json, category: str = "csaf_security_advisory", **tree: object) -> Json:
    return {
        "document": {"category": category, "csaf_version": "2.0", "title": "T", "tracking": {"id": "ACME-1", "current_release_date": "2026-01-02T00:00:00Z"}},
        "product_tree": {"branches": list(branches), **tree},
        "vulnerabilities": [{"cve": "CVE-2026-1", "cwe": {"id": "CWE-79", "name": "x"}, "product_status": status,
                             "scores": [{"products": ["p"], "cvss_v3": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8}}]}],
    }  # fmt: skip


def branch(category: str, name: str, *below: Json, **product: object) -> Json:
    found: Json = {"category": category, "name": name}
    if below:
        found["branches"] = list(below)
    if product:
        found["product"] = {"name": name, **product}
    return found


def vendor(*versions: Json) -> Json:
    return branch("vendor", "Acme", branch("product_name", "Widget", *versions))


def ask(tmp_path: Path, record: Json, *components: Json) -> list[str]:
    matched = samples.ask(samples.product(*components), samples.feed(tmp_path, record))
    found = samples.found(matched)
    return [m.quality if (m := found.get((row, "CVE-2026-1"))) else "" for row in range(len(components))]


def cpe(version: str) -> Json:
    return samples.component(cpe=f"cpe:2.3:a:acme:widget:{version}:*:*:*:*:*:*:*")


@pytest.mark.parametrize(
    ("category", "name", "expected"),
    [
        ("product_version", "1.5", ["", "exact", ""]),
        ("product_version_range", "< 2.0", ["range", "range", ""]),
        ("product_version_range", "vers:generic/>=1.2|<=1.9", ["", "range", ""]),
        ("product_version_range", "All versions", ["range", "range", "range"]),
        ("product_version_range", "some old ones", ["name_only", "name_only", "name_only"]),
    ],
)
def test_versions_of_the_tree(tmp_path: Path, category: str, name: str, expected: list[str]) -> None:
    record = advisory({"known_affected": ["p"]}, vendor(branch(category, name, product_id="p")))
    assert ask(tmp_path, record, cpe("1.0"), cpe("1.5"), cpe("2.0")) == expected


def test_statuses(tmp_path: Path) -> None:
    versions = [branch("product_version", v, product_id=v) for v in ("1.0", "1.1", "1.2", "1.3")]
    status = {
        "known_affected": ["1.0"],
        "fixed": ["1.1"],
        "known_not_affected": ["1.2"],
        "under_investigation": ["1.3"],
    }
    parts = [cpe(v) for v in ("1.0", "1.1", "1.2", "1.3", "1.4")]
    assert ask(tmp_path, advisory(status, vendor(*versions)), *parts) == ["exact", "", "", "name_only", ""]
    both = advisory({"first_affected": ["1.1"], "last_affected": ["1.3"]}, vendor(*versions))
    assert ask(tmp_path, both, *parts) == ["range"] * 5  # each list stands for itself


def test_helpers_identify(tmp_path: Path) -> None:
    digest = "a" * 64
    helper = {"hashes": [{"file_hashes": [{"algorithm": "sha256", "value": digest.upper()}], "filename": "f.bin"}]}
    names = [
        {"product_id": "h", "name": "h", "product_identification_helper": helper},
        {"product_id": "n", "name": "n", "product_identification_helper": {"purl": "pkg:npm/left@1.0.0"}},
    ]
    record = advisory({"known_affected": ["h", "n"]}, full_product_names=names)
    own = {"hashes": [{"algorithm": "SHA-256", "value": digest}]}
    parts = [
        samples.component(**own),
        samples.component(purl="pkg:npm/left@1.0.0"),
        samples.component(purl="pkg:npm/left@1.0.1"),
    ]
    matched = samples.ask(samples.product(*parts), samples.feed(tmp_path, record))
    assert {(m.component - 1, m.quality, m.by) for m in matched.matches} == {(0, "hash", "hash"), (1, "exact", "purl")}
    assert 1 not in matched.unmatchable


def test_a_distributions_fix_means_that_earlier_ones_are_affected(tmp_path: Path) -> None:
    purl = "pkg:rpm/redhat/openssl@3.0.7-18.el9_2?arch=x86_64&epoch=1"
    names = [
        {"product_id": "o", "name": "o", "product_identification_helper": {"purl": purl}},
        {"product_id": "r", "name": "RHEL"},
    ]
    relation = {"category": "default_component_of", "product_reference": "o", "relates_to_product_reference": "r",
                "full_product_name": {"product_id": "r:o", "name": "o of r"}}  # fmt: skip
    record = advisory({"fixed": ["r:o"]}, full_product_names=names, relationships=[relation])
    parts = [samples.component(purl=purl.replace("-18", f"-{n}")) for n in (16, 18, 20)]
    other = samples.component(purl=purl.replace("-18.el9_2", "-1.el8"))
    matched = samples.ask(samples.product(*parts, other), samples.feed(tmp_path, record))
    assert [(m.component, m.quality, m.fixed) for m in matched.matches] == [(1, "range", ("1:3.0.7-18.el9_2",))]


def test_details(tmp_path: Path) -> None:
    record = advisory({"known_affected": ["p"]}, vendor(branch("product_version", "1", product_id="p")))
    (match,) = samples.ask(samples.product(cpe("1")), samples.feed(tmp_path, record)).matches
    found = match.advisory
    assert (found.id, found.aliases, found.score, found.cwes) == ("CVE-2026-1", (), 9_800_000, ("CWE-79",))
    assert match.pointer == "/vulnerabilities/0"


def test_products_that_are_not_there_are_said_to_be_missing(tmp_path: Path) -> None:
    (made,) = samples.indices(samples.feed(tmp_path, advisory({"known_affected": ["nowhere"]})))
    assert [(f.code, f.place) for f in made.faults] == [("RW1402", "/vulnerabilities/0")]


def test_withdrawn_advisories_match_nothing(tmp_path: Path) -> None:
    record = advisory(
        {"known_affected": ["p"]}, vendor(branch("product_version", "1", product_id="p")), category="csaf_withdrawn"
    )
    assert ask(tmp_path, record, cpe("1")) == [""]
