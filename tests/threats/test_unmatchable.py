"""Components that cannot be looked up each have a reason; names alone are hints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.threats import samples
from tests.threats.samples import Json

FEED = (
    samples.osv("PYSEC-1", "PyPI", "a", events=[{"introduced": "0"}, {"fixed": "2"}]),
    samples.osv("DSA-1", "Debian:12", "a", events=[{"introduced": "0"}, {"fixed": "2-1"}]),
    samples.cve("CVE-2026-1", {"version": "0", "lessThan": "2", "status": "affected"}),
)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "x", "version": "1"}, "it has neither a package URL nor a CPE nor a known hash"),
        ({"purl": "not a purl"}, "its package URL cannot be read"),
        ({"purl": "pkg:npm/a@1.0.0"}, "no feed covers `npm`"),
        ({"purl": "pkg:deb/ubuntu/a@1-1"}, "no feed covers `deb/ubuntu`"),
        ({"purl": "pkg:pypi/a"}, "it has no version"),
        ({"purl": "pkg:pypi/a@tip"}, "`tip` is no version that can be compared (pypi)"),
        ({"purl": "pkg:generic/a@1"}, "`pkg:generic` names no ecosystem in which advisories are kept"),
        ({"purl": "pkg:oci/a@sha256:aa"}, "`pkg:oci` names no ecosystem in which advisories are kept"),
        ({"cpe": "cpe:2.3:a:acme:*:1:*:*:*:*:*:*:*"}, "its CPE names no product"),
        ({"cpe": "cpe:nonsense"}, "its CPE cannot be read"),
        ({"cpe": "cpe:2.3:a:acme:widget:*:*:*:*:*:*:*:*"}, "it has no version"),
        ({"purl": "pkg:pypi/a@1"}, None),
        ({"purl": "pkg:pypi/nobody@1"}, None),
        ({"purl": "pkg:deb/debian/nobody@1-1"}, None),
        ({"purl": "pkg:npm/a@1.0.0", "cpe": "cpe:2.3:a:acme:widget:1:*:*:*:*:*:*:*"}, None),
        ({"purl": "pkg:generic/openssl@3.0.1"}, None),
        ({"cpe": "cpe:/a:acme:other:3"}, None),
    ],
)
def test_reasons(tmp_path: Path, fields: Json, reason: str | None) -> None:
    matched = samples.ask(samples.product(samples.component(**fields)), samples.feed(tmp_path, *FEED))
    assert matched.unmatchable.get(1) == reason


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"purl": "pkg:pypi/a"}, {"PYSEC-1": "name_only"}),
        ({"purl": "pkg:pypi/a@tip"}, {"PYSEC-1": "name_only"}),
        ({"name": "widget", "version": "1"}, {"CVE-2026-1": "name_only"}),
        ({"name": "widget", "version": "2"}, {}),
        ({"name": "Widget"}, {}),
        ({"purl": "pkg:generic/widget@1"}, {"CVE-2026-1": "name_only"}),
        ({"purl": "pkg:npm/widget@1.0.0"}, {}),
        ({"cpe": "cpe:2.3:a:acme:widget:*:*:*:*:*:*:*:*"}, {"CVE-2026-1": "name_only"}),
        ({"cpe": "cpe:2.3:a:acme:widget:*:*:*:*:*:*:*:*", "version": "1"}, {"CVE-2026-1": "range"}),
    ],
)
def test_what_cannot_be_decided_is_a_hint(tmp_path: Path, fields: Json, expected: dict[str, str]) -> None:
    matched = samples.ask(samples.product(samples.component(**fields)), samples.feed(tmp_path, *FEED))
    assert samples.qualities(matched) == expected


def test_the_answer_says_what_it_rests_on(tmp_path: Path) -> None:
    matched = samples.ask(samples.product(samples.component(name="x")), samples.feed(tmp_path, *FEED))
    assert matched.because == "1 of 2 components could be looked up in 1 feeds"
    assert [(s.name.endswith("feed.jsonl"), len(s.sha256)) for s in matched.feeds] == [(True, 64)]
