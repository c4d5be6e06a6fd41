"""Names joined, severities, KEV and EPSS of a day."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from rulewright.facts.statements import Advisory
from rulewright.threats import scores
from rulewright.threats.feeds.epss import millionths
from rulewright.threats.match import Matcher
from tests.threats import samples
from tests.threats.samples import Json

A = samples.component(purl="pkg:pypi/a@1")
ALL = [{"introduced": "0"}]
DAY = 20_454  # 2026-01-01
V3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"


def about(name: str, *aliases: str, **more: Any) -> Json:
    return samples.osv(name, "PyPI", "a", events=ALL, aliases=list(aliases), **more)


def advisories(
    tmp_path: Path, *records: Json, as_of: int | None = None, more: tuple[Path, ...] = ()
) -> dict[str, Advisory]:
    matched = samples.ask(samples.product(A), samples.feed(tmp_path, *records), *more, as_of=as_of)
    return {match.advisory.id: match.advisory for match in matched.matches}


def test_names_of_one_vulnerability_are_joined(tmp_path: Path) -> None:
    found = advisories(tmp_path, about("PYSEC-1", "CVE-2026-1"), about("GHSA-a", "CVE-2026-1"))
    assert {name: advisory.aliases for name, advisory in found.items()} == {"CVE-2026-1": ("GHSA-a", "PYSEC-1")}


def test_a_record_without_cve_is_joined_through_its_aliases(tmp_path: Path) -> None:
    other = samples.osv("GHSA-a", "npm", "elsewhere", events=ALL, aliases=["CVE-2026-1"])
    found = advisories(tmp_path, about("PYSEC-1", "GHSA-a"), other)
    assert {name: advisory.aliases for name, advisory in found.items()} == {"CVE-2026-1": ("GHSA-a", "PYSEC-1")}
    alone = advisories(tmp_path, about("PYSEC-1", "GHSA-b"), about("GHSA-b"))
    assert {name: advisory.aliases for name, advisory in alone.items()} == {"GHSA-b": ("PYSEC-1",)}


def test_a_record_of_several_cves_joins_none_of_them(tmp_path: Path) -> None:
    found = advisories(
        tmp_path, about("RUSTSEC-1", "CVE-2026-1", "CVE-2026-2", "GHSA-a"), about("GHSA-a", "CVE-2026-1")
    )
    assert {name: advisory.aliases for name, advisory in found.items()} == {"CVE-2026-1": ("GHSA-a",), "CVE-2026-2": ()}


def test_a_name_that_fits_two_is_none_of_either(tmp_path: Path) -> None:
    found = advisories(tmp_path, about("PYSEC-1", "CVE-2026-1", "GHSA-a"), about("PYSEC-2", "CVE-2026-2", "GHSA-a"))
    assert {name: advisory.aliases for name, advisory in found.items()} == {
        "CVE-2026-1": ("PYSEC-1",), "CVE-2026-2": ("PYSEC-2",),
    }  # fmt: skip


def test_withdrawn_records_lend_no_names(tmp_path: Path) -> None:
    gone = samples.osv("GHSA-a", "npm", "b", aliases=["CVE-2026-1", "PYSEC-1"], withdrawn="2026-01-02T00:00:00Z")
    assert list(advisories(tmp_path, about("PYSEC-1"), gone)) == ["PYSEC-1"]


def test_what_a_feed_knows_without_matching_counts(tmp_path: Path) -> None:
    record = samples.cve("CVE-2026-1", metrics=[{"cvssV3_1": {"vectorString": V3, "baseScore": 9.8}}], problemTypes=[
        {"descriptions": [{"cweId": "CWE-79"}]}], title="A flaw")  # fmt: skip
    found = advisories(tmp_path, about("PYSEC-1", "CVE-2026-1"), record)["CVE-2026-1"]
    assert (found.severity, found.score, found.vector, found.cwes) == ("critical", 9_800_000, V3, ("CWE-79",))


@pytest.mark.parametrize(
    ("vector", "score", "severity"),
    [
        (V3, 9_800_000, "critical"),
        (V4, 9_300_000, "critical"),
        ("CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", 1_800_000, "low"),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P", 7_500_000, "high"),
        ("(AV:N/AC:L/Au:N/C:N/I:N/A:N)", 0, "low"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0, "none"),
    ],
)
def test_scores(vector: str, score: int, severity: str) -> None:
    found = scores.score(vector)
    assert found is not None
    assert (found.score, found.severity) == (score, severity)


@pytest.mark.parametrize("vector", ["", "CVSS:3.1/AV:X", "CVSS:9.9/AV:N", "high", "AV:N", "CVSS:4.0/", V3 * 50])
def test_what_is_no_vector_has_no_score(vector: str) -> None:
    assert scores.score(vector) is None


def test_the_gravest_score_counts(tmp_path: Path) -> None:
    rated = [
        {"type": "CVSS_V3", "score": "CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"},
        {"type": "CVSS_V4", "score": V4},
    ]
    found = advisories(tmp_path, about("PYSEC-1", severity=rated))["PYSEC-1"]
    assert (found.score, found.vector) == (9_300_000, V4)


def test_a_severity_in_words_counts_where_there_is_no_vector(tmp_path: Path) -> None:
    assert (
        advisories(tmp_path, about("PYSEC-1", database_specific={"severity": "MODERATE"}))["PYSEC-1"].severity
        == "medium"
    )
    broken = about("PYSEC-1", severity=[{"type": "CVSS_V3", "score": "bad"}], database_specific={"severity": "HIGH"})
    assert advisories(tmp_path, broken)["PYSEC-1"].severity == "high"


def test_vectors_that_are_none_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = about("PYSEC-1", severity=[{"type": "CVSS_V3", "score": "bad"}], database_specific={"severity": "HIGH"})
    path = samples.feed(tmp_path, broken)

    def faults() -> list[tuple[int, str, str]]:
        matcher = Matcher(samples.indices(path), None)
        matcher.matched(samples.product(A))
        return [(number, fault.code, fault.place) for number, fault in matcher.advisories.faults()]

    assert faults() == [(0, "RW1410", "")]
    scores.score.cache_clear()
    monkeypatch.setattr(scores, "_library", lambda: None)
    assert faults() == [(0, "RW1406", "")]
    assert advisories(tmp_path, broken)["PYSEC-1"].severity == "high"
    scores.score.cache_clear()


def kev(tmp_path: Path, released: str, **days: str) -> Path:
    rows = [{"cveID": name.replace("_", "-"), "dateAdded": day} for name, day in days.items()]
    document = {"catalogVersion": "1", "dateReleased": released, "vulnerabilities": rows}
    return samples.feed(tmp_path, document, name=f"kev-{released}.json")


def test_kev_of_the_day(tmp_path: Path) -> None:
    first = kev(tmp_path, "2026-01-01", CVE_2026_1="2025-12-01")
    later = kev(tmp_path, "2026-03-01", CVE_2026_1="2025-12-01", CVE_2026_2="2026-02-01")
    records = about("PYSEC-1", "CVE-2026-1"), about("PYSEC-2", "CVE-2026-2")

    def exploited(as_of: int, *paths: Path) -> list[bool | None]:
        found = advisories(tmp_path, *records, as_of=as_of, more=paths)
        return [found[name].exploited for name in ("CVE-2026-1", "CVE-2026-2")]

    assert exploited(DAY + 90, first, later) == [True, True]
    assert exploited(DAY, first, later) == [True, False]
    assert exploited(DAY, later) == [True, False]
    assert exploited(DAY - 60, later) == [False, False]
    assert exploited(DAY) == [None, None]


def test_kev_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "kev.csv"
    path.write_text(
        'cveID,vendorProject,dateAdded\nCVE-2026-1,"Acme, Inc.",2025-12-01\nnothing,x,2025-12-01\n', encoding="utf-8"
    )
    assert advisories(tmp_path, about("PYSEC-1", "CVE-2026-1"), more=(path,))["CVE-2026-1"].exploited_since == DAY - 31
    (made,) = samples.indices(path)
    assert [(f.code, f.place) for f in made.faults] == [("RW1402", ":3")]


def epss(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def test_epss_is_the_newest_that_is_not_after_the_day(tmp_path: Path) -> None:
    paths = [
        epss(tmp_path, "epss_scores-2025-12-01.csv.gz", "CVE-2026-1;0.100000000;0.500000000\n"),
        epss(
            tmp_path,
            "b.csv",
            "#model_version:v4,score_date:2026-01-01T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1,0.2,0.6\n",
        ),
        epss(tmp_path, "epss-2026-06-01.csv", "CVE-2026-1,0.9,0.99\n"),
    ]
    found = advisories(tmp_path, about("PYSEC-1", "CVE-2026-1"), as_of=DAY + 5, more=tuple(paths))["CVE-2026-1"]
    assert (found.epss, found.epss_percentile, found.epss_date, found.epss_model) == (200_000, 600_000, DAY, "v4")
    early = advisories(tmp_path, about("PYSEC-1", "CVE-2026-1"), as_of=DAY - 300, more=tuple(paths))["CVE-2026-1"]
    assert (early.epss, early.epss_date) == (None, None)


def test_epss_without_a_day_is_not_used(tmp_path: Path) -> None:
    path = epss(tmp_path, "scores.csv", "CVE-2026-1,0.2,0.6\nCVE-2026-2,1.5,0.1\n")
    (made,) = samples.indices(path)
    assert [f.code for f in made.faults] == ["RW1402", "RW1405"]
    assert advisories(tmp_path, about("PYSEC-1", "CVE-2026-1"), more=(path,))["CVE-2026-1"].epss is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.042000000", 42_000), ("1", 1_000_000), ("0.0000005", 1), ("0.0000004", 0), ("1e-05", 10), ("0.97", 970_000)],
)
def test_decimals_are_exact(text: str, value: int) -> None:
    assert millionths(text) == value


def ssvc(automatable: str, impact: str) -> Json:
    content = {"options": [{"Exploitation": "none"}, {"Automatable": automatable}, {"Technical Impact": impact}]}
    return {"other": {"type": "ssvc", "content": content}}


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ([ssvc("no", "total")], (False, "total")),
        ([ssvc("yes", "partial"), ssvc("no", "total")], (True, "total")),
        ([{"other": {"type": "kev", "content": {"dateAdded": "2026-01-01"}}}], (None, "")),
        ([{"other": {"type": "ssvc", "content": {"options": "none"}}}], (None, "")),
        ([ssvc("perhaps", "some")], (None, "")),
        ([], (None, "")),
    ],
    ids=["one", "the graver word of two", "not ssvc", "another shape", "unknown words", "none"],
)
def test_decision_points_of_ssvc_are_taken_from_the_record(
    tmp_path: Path, metrics: list[Json], expected: tuple[bool | None, str]
) -> None:
    record = samples.cve("CVE-2026-1", {"version": "0", "lessThan": "2", "status": "affected", "versionType": "semver"})
    record["containers"]["adp"] = [{"metrics": metrics}]
    part = samples.component(cpe="cpe:2.3:a:acme:widget:1.0:*:*:*:*:*:*:*")
    (match,) = samples.ask(samples.product(part), samples.feed(tmp_path, record)).matches
    assert (match.advisory.automatable, match.advisory.impact) == expected
