"""The judge of CSAF documents: the official test files, cases of our own, odd documents, time."""

from __future__ import annotations

import copy
import json
import random
import time

import pytest

from rulewright.sbom import csaf_semantics, csaf_semantics_languages
from rulewright.sbom.codes import CODES
from tests.sbom.csaf_vectors import ADVICE_NOT_MADE, AGAINST, NOT_MADE, VECTORS, Vector, vectors

ALL = list(vectors())
ADVICE = list(vectors("6.2."))
LARGE = VECTORS.parents[1] / "corpus/csaf-json/2.0/vex/cve-2022-45787-7a32bb53.csaf.json"
ODD: list[object] = [
    None,
    True,
    0,
    -1,
    1e300,
    "",
    [],
    {},
    [[]],
    [None],
    {"a": None},
    ["a", "a"],
    "vers:/",
    "CVSS:3.1/AV:",
]
PLACES_AGAINST = {"oasis_csaf_tc-csaf_2_1-2024-6-1-27-08-02.json"}
"""Its result names a product that an id is about, and not the two that none is about."""


def document(version: str = "2.1", **fields: object) -> dict[str, object]:
    history = [{"date": "2026-01-01T00:00:00Z", "number": "1", "summary": "s"}]
    tracking = {"id": "1", "version": "1", "status": "final", "revision_history": history}
    own: dict[str, object] = {"category": "csaf_base", "csaf_version": version, "title": "t", "tracking": tracking}
    return {"document": own, **fields}


def judged(root: dict[str, object]) -> list[tuple[str, str | None]]:
    """Clause and place of each finding but recommendations."""
    found = csaf_semantics.judge(json.dumps(root).encode(), "a")
    return [(d.message.partition(":")[0], d.pointer) for d in found if d.code != "RW1260"]


@pytest.mark.skipif(not ALL, reason="the official test files are not here")
@pytest.mark.parametrize("vector", ALL, ids=lambda v: v.path.stem[len("oasis_csaf_tc-csaf_") :])
def test_official_files(vector: Vector) -> None:
    if vector.clause in NOT_MADE:
        assert any(d.code == "RW1261" and vector.clause in d.message for d in vector.judged())
    elif vector.path.name in AGAINST:
        assert vector.failed() != vector.fails, "the exception is not needed any more"
    else:
        assert vector.failed() == vector.fails, [d.message for d in vector.judged()]
    assert all(d.code in CODES for d in vector.judged())


@pytest.mark.skipif(not ALL, reason="the official test files are not here")
def test_official_files_of_what_is_recommended() -> None:
    wrong = {v.path.name for v in ADVICE if v.failed() != (v.fails and v.clause not in ADVICE_NOT_MADE)}
    assert wrong == {name for name in AGAINST if "-6-2-" in name}
    assert all(d.severity.value == "note" for v in ADVICE for d in v.judged() if d.code == "RW1260")


@pytest.mark.skipif(not ALL, reason="the official test files are not here")
def test_official_places() -> None:
    """Each place that an official result names has a finding there or inside, and no other place has one."""
    compared = 0
    for vector in ALL:
        result = vector.path.with_suffix("").with_suffix(".result.json")
        if not result.is_file() or vector.path.name in PLACES_AGAINST:
            continue
        listed = json.loads(result.read_bytes())["primary_result"].get("errors", [])
        wanted = {error["instance_path"] for error in listed}
        found = {d.pointer or "" for d in vector.judged() if d.message.startswith(f"{vector.clause}:")}
        assert all(any(f.startswith(w) for f in found) for w in wanted), vector.path.name
        assert all(any(f.startswith(w) for w in wanted) for f in found), vector.path.name
        compared += 1
    assert compared > 30


def test_a_plain_document_has_no_findings() -> None:
    assert judged(document()) == []
    assert judged(document("2.0")) == []


def test_versions_are_judged_by_their_own_tests() -> None:
    odd = {"vulnerabilities": [{"discovery_date": "2026-02-30T00:00:00Z"}]}
    assert judged(document("2.1", **odd)) == [("6.1.37", "/vulnerabilities/0/discovery_date")]
    assert judged(document("2.0", **odd)) == []


@pytest.mark.parametrize(
    ("vector", "fields", "clauses"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", {"baseScore": 9.8, "baseSeverity": "CRITICAL"}, []),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", {"baseScore": 9.7, "baseSeverity": "CRITICAL"}, ["6.1.9"]),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", {"baseScore": 9.8, "baseSeverity": "LOW"}, ["6.1.9"]),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P",
         {"baseScore": 9.8, "baseSeverity": "CRITICAL", "temporalScore": 9.8}, ["6.1.9"]),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
         {"baseScore": 9.8, "baseSeverity": "CRITICAL", "exploitCodeMaturity": "HIGH"}, ["6.1.10"]),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
         {"baseScore": 9.8, "baseSeverity": "CRITICAL", "exploitCodeMaturity": "NOT_DEFINED"}, []),
        ("CVSS:3.1/AV:N", {"baseScore": 9.8, "baseSeverity": "CRITICAL"}, ["6.1.9"]),
        ("AV:N", {"baseScore": 9.8, "baseSeverity": "CRITICAL"}, ["6.1.8"]),
    ],
)  # fmt: skip
def test_scores(vector: str, fields: dict[str, object], clauses: list[str]) -> None:
    score = {"version": "3.1", "vectorString": vector, **fields}
    found = judged(document(vulnerabilities=[{"metrics": [{"content": {"cvss_v3": score}, "products": []}]}]))
    assert [clause for clause, _ in found] == clauses


def test_scores_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    from rulewright.sbom import csaf_semantics_scores

    csaf_semantics_scores._computed.cache_clear()
    monkeypatch.setattr(csaf_semantics_scores, "find_spec", lambda _: None)
    score = {
        "version": "3.1",
        "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "baseScore": 1,
        "baseSeverity": "LOW",
    }
    root = document(vulnerabilities=[{"metrics": [{"content": {"cvss_v3": score}, "products": []}]}])
    found = csaf_semantics.judge(json.dumps(root).encode(), "a")
    csaf_semantics_scores._computed.cache_clear()
    assert {d.code for d in found} == {"RW1260", "RW1261"}


@pytest.mark.parametrize(
    ("weakness", "wanted"),
    [
        ({"id": "CWE-79", "name": "x", "version": "4.13"}, [("6.1.11", "/vulnerabilities/0/cwes/0/name")]),
        ({"id": "CWE-19", "name": "Data Processing Errors", "version": "4.13"}, [("6.1.11", "/vulnerabilities/0/cwes/0/id")]),
        ({"id": "CWE-79", "name": "x", "version": "99.0"}, [("6.1.11", "/vulnerabilities/0/cwes/0")]),
    ],
)  # fmt: skip
def test_weaknesses(weakness: dict[str, str], wanted: list[tuple[str, str]]) -> None:
    assert judged(document(vulnerabilities=[{"cwes": [weakness]}])) == wanted


@pytest.mark.parametrize(
    "tag", ["en", "de-DE", "zh-Hant-TW", "sl-rozaj-biske", "i-default", "x-acme", "qax", "en-a-bbb-x-c", "zh-yue"]
)
def test_languages(tag: str) -> None:
    assert csaf_semantics_languages.is_language(tag)


@pytest.mark.parametrize(
    "tag", ["", "EZ", "english", "de-ZZZ", "en-a", "de-1996-1996", "en-a-bbb-a-ccc", "de_DE", "en-GB-"]
)
def test_no_languages(tag: str) -> None:
    assert not csaf_semantics_languages.is_language(tag)


@pytest.mark.parametrize(
    ("name", "clauses"),
    [
        ("vers:npm/>=1.0.0|<2.0.0", []), ("vers:all/*", []), ("<4.2", []), ("vers:npm/<2.0.0|>=1.0.0", ["6.1.50"]),
        ("vers:npm", ["6.1.50"]), ("*", ["6.1.50"]), ("", ["6.1.50"]), ("=4.2", ["6.1.59"]), (">=1|<=1", ["6.1.59"]),
        ("vers:unheard-of/<1", ["6.1.50"]),
    ],
)  # fmt: skip
def test_ranges(name: str, clauses: list[str]) -> None:
    branch = {"category": "product_version_range", "name": name}
    assert [clause for clause, _ in judged(document(product_tree={"branches": [branch]}))] == clauses


@pytest.mark.parametrize(
    ("expression", "clauses"),
    [
        ("MIT", []), ("(MIT OR Apache-2.0+) AND GPL-2.0-only WITH Classpath-exception-2.0", []), ("MIT OR", ["6.1.54"]),
        ("MIT Apache-2.0", ["6.1.54"]), ("(MIT", ["6.1.54"]), ("MIT)", ["6.1.54"]), ("", ["6.1.54"]), ("WITH", ["6.1.54"]),
        ("MIT WITH (x)", ["6.1.54"]), ("LicenseRef-x", ["6.1.55"]), ("LicenseRef-scancode-public-domain", []),
    ],
)  # fmt: skip
def test_licences(expression: str, clauses: list[str]) -> None:
    root = document()
    own = root["document"]
    assert isinstance(own, dict)
    own["license_expression"] = expression
    assert [clause for clause, _ in judged(root)] == clauses


def test_circles_are_told_from_what_leads_to_them() -> None:
    def path(ident: str, begin: str, then: str) -> dict[str, object]:
        name = {"name": ident, "product_id": ident}
        steps = [{"category": "installed_on", "next_product_reference": then}]
        return {"beginning_product_reference": begin, "full_product_name": name, "subpaths": steps}

    paths = [path("A", "P", "B"), path("B", "P", "A"), path("C", "A", "P"), path("D", "P", "P")]
    tree = {"full_product_names": [{"name": "P", "product_id": "P"}], "product_paths": paths}
    place = "/product_tree/product_paths/{}/full_product_name/product_id"
    assert judged(document(product_tree=tree)) == [("6.1.3", place.format(0)), ("6.1.3", place.format(1))]


def test_recommendations_are_one_note_each() -> None:
    names = [{"name": i, "product_id": i} for i in "ABC"]
    found = csaf_semantics.judge(json.dumps(document(product_tree={"full_product_names": names})).encode(), "a")
    unused = [d for d in found if d.message.startswith("6.2.1:")]
    assert [(d.pointer, d.message) for d in unused] == [
        ("/product_tree/full_product_names/0/product_id", "6.2.1: nothing refers to `A` (and 2 more)")
    ]


def test_what_is_no_object_has_no_findings() -> None:
    assert csaf_semantics.judge(b"[]", "a") == ()
    assert csaf_semantics.judge(b"[" * 100_000, "a") == ()


@pytest.mark.skipif(not ALL, reason="the official test files are not here")
def test_odd_values_never_stop_the_judge() -> None:
    chance = random.Random(3)
    for vector in chance.sample(ALL, 60):
        root = json.loads(vector.path.read_bytes())
        for place in chance.sample(steps := _steps(root), min(20, len(steps))):
            other = copy.deepcopy(root)
            holder = other
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = chance.choice(ODD)
            csaf_semantics.judge(json.dumps(other).encode(), "a")


def _steps(root: object, above: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    pairs = root.items() if isinstance(root, dict) else enumerate(root) if isinstance(root, list) else ()
    return [p for key, value in pairs for p in ((*above, key), *_steps(value, (*above, key)))]


def _with_products(number: int) -> bytes:
    ids = [f"P{n}" for n in range(number)]
    names = [{"name": i, "product_id": i, "product_identification_helper": {"purls": [f"pkg:npm/{i}@1"]}} for i in ids]
    said = {"product_status": {"known_affected": ids}, "remediations": [{"category": "vendor_fix", "product_ids": ids}]}
    return json.dumps(document(product_tree={"full_product_names": names}, vulnerabilities=[said] * 4)).encode()


def _cost(data: bytes) -> float:
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        csaf_semantics.judge(data, "a")
        best = min(best, time.process_time() - start)
    return best


def test_time_grows_with_the_document() -> None:
    assert _cost(_with_products(4_000)) < 4 * max(_cost(_with_products(2_000)), 0.02)


def _hostile() -> dict[str, dict[str, object]]:
    """Documents in which little text stands for much work."""
    ids = [f"P{n}" for n in range(10_000)]
    group = {"product_groups": [{"group_id": "G", "product_ids": ids}]}
    said = {"category": "vendor_fix", "group_ids": ["G"]}
    hashes = [{"algorithm": "a", "value": "b"}] * 20_000
    helper = {"hashes": [{"file_hashes": hashes}]}
    licence = document()
    assert isinstance(licence["document"], dict)
    licence["document"]["license_expression"] = "(" * 50_000 + "MIT" + ")" * 50_000
    chain = [
        {
            "full_product_name": {"product_id": f"R{n}"},
            "product_reference": f"R{n + 1}",
            "relates_to_product_reference": "R0",
        }
        for n in range(10_000)
    ]
    return {
        "groups": document(product_tree=group, vulnerabilities=[{"remediations": [said] * 2_000}]),
        "hashes": document(
            product_tree={"full_product_names": [{"product_id": "P", "product_identification_helper": helper}]}
        ),
        "licence": licence,
        "chain": document("2.0", product_tree={"relationships": chain}),
        "tag": {"document": {"lang": "en" + "-abcde" * 20_000}},
        "range": document(product_tree={"branches": [{"category": "product_version_range", "name": "<1|" * 50_000}]}),
    }


@pytest.mark.parametrize("name", _hostile())
def test_little_text_is_never_much_work(name: str) -> None:
    data = json.dumps(_hostile()[name]).encode()
    start = time.process_time()
    found = csaf_semantics.judge(data, "a")
    assert time.process_time() - start < 1.5
    assert len(found) > 1


@pytest.mark.skipif(not LARGE.is_file(), reason="the corpus is not here")
def test_a_large_advisory_is_judged_at_once() -> None:
    assert _cost(LARGE.read_bytes()) < 0.3
