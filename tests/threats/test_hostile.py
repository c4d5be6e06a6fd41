"""Feeds that break, lie or explode: a finding with its place, and the rest is read."""

from __future__ import annotations

import gzip
import json
import random
import time
import zipfile
from pathlib import Path

import pytest

from rulewright.threats import limits
from rulewright.threats.codes import CODES
from rulewright.threats.feeds import reading
from rulewright.threats.match import Matcher
from rulewright.threats.store import Index
from tests.threats import samples

GOOD = samples.osv("PYSEC-1", "PyPI", "a", events=[{"introduced": "0"}, {"fixed": "2"}])
FACTS = samples.product(samples.component(purl="pkg:pypi/a@1"))


def read(path: Path) -> tuple[Index, list[tuple[str, str]]]:
    (made,) = samples.indices(path)
    assert all(fault.code in CODES for fault in made.faults)
    return made, [(fault.code, fault.place) for fault in made.faults]


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", "null", "{}", '{"id": 7, "affected": []}', '{"id": "X", "affected": "everything"}', '{"id": "X", "modified": "",',
        '{"id": "X", "affected": [{"ranges": 5}]}', '{"cveMetadata": {}}', '{"cveMetadata": {"cveId": "CVE-1"}, "containers": 3}',
        '{"document": {"csaf_version": "2.0"}}', '{"document": {"csaf_version": "2.0", "tracking": {}}, "vulnerabilities": {}}',
        '{"markdown": "```toml\\n[advisory\\n```", "id": "X"}', '{"markdown": 5}', '{"id": "\\ud800", "affected": []}',
        '{"a": ' + "[" * 100_000, '{"id": "X", "modified": "", "affected": ' + '[{"ranges":' * 5_000,
        '{"type": "malware", "id": "malware--1", "modified": "2026-01-01T00:00:00Z"}', '{"catalogVersion": "1", "vulnerabilities": 5}', "\x00\x01", "{'id': 1}",
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_read_costs_only_itself(tmp_path: Path, line: str) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(
        f"{json.dumps(GOOD)}\n{line}\n{json.dumps({**GOOD, 'id': 'PYSEC-2'})}\n",
        encoding="utf-8",
        errors="surrogatepass",
    )
    made, faults = read(path)
    assert faults == [("RW1402", ":2")]
    assert (made.head.read, made.head.stored) == (3, 2)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xfe", b"{}", b'{"id": 1', b"[1, 2]", b"PK\x03\x04", b"\x1f\x8b", b"<xml/>"]
)
def test_what_is_no_feed_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "feed"
    path.write_bytes(data)
    made, faults = read(path)
    assert {code for code, _ in faults} <= {"RW1401", "RW1402", "RW1408"}
    assert faults
    assert made.head.stored == 0


def test_a_damaged_archive_keeps_what_was_read(tmp_path: Path) -> None:
    lines = "".join(json.dumps({**GOOD, "id": f"PYSEC-{n}"}) + "\n" for n in range(5_000)).encode()
    path = tmp_path / "feed.gz"
    data = gzip.compress(lines)
    path.write_bytes(data[: len(data) * 9 // 10])
    made, faults = read(path)
    assert faults == [("RW1408", "")]
    assert made.head.stored > 1_000


def test_bombs_are_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulewright.threats.feeds.opening.Bounded.__init__.__defaults__", (1 << 20,))
    monkeypatch.setattr(reading, "MAX_RECORD", 1 << 18)
    monkeypatch.setattr(reading, "MAX_CATALOGUE", 1 << 18)
    line = json.dumps(GOOD).encode() + b"\n"
    shapes = {
        "zeros.gz": gzip.compress(line * 2 + b"\0" * (8 << 20)),
        "nested.gz": gzip.compress(gzip.compress(b"\0" * (8 << 20))),
        "line.jsonl": line + b'{"id": "' + b"a" * (1 << 19) + b'"}',
        "one.json": b'{"id": [\n' + b"1," * (1 << 19),
    }
    for name, data in shapes.items():
        (tmp_path / name).write_bytes(data)
        begun = time.process_time()
        _, faults = read(tmp_path / name)
        assert time.process_time() - begun < 1
        assert {code for code, _ in faults} & {"RW1404", "RW1401"}, name
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"\0" * (8 << 20))
        archive.writestr("b.json", line)
    made, faults = read(tmp_path / "bomb.zip")
    assert faults == [("RW1404", "a.json")]
    assert made.head.stored == 1


def test_lists_beyond_the_bound_are_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulewright.threats.feeds.osv.MAX_VERSIONS", 10)
    _, faults = read(samples.feed(tmp_path, {**GOOD, "affected": [{**GOOD["affected"][0], "versions": ["1"] * 11}]}))
    assert faults == [("RW1404", "/affected/0")]
    assert limits.MAX_VERSIONS > 10


def test_versions_and_names_made_to_hurt(tmp_path: Path) -> None:
    bad = [
        "1" * 300,
        "1." * 5_000,
        "\u0661.\u0662",
        "v",
        "-",
        "1:1:1",
        "~" * 200,
        "1-" * 100,
        "a" * 100_000,
        "0x10",
        "1e400",
        "\n",
    ]
    records = [samples.osv(f"P-{n}", eco, "a", events=[{"introduced": v}, {"fixed": v + "1"}], versions=[v])
               for n, v in enumerate(bad) for eco in ("PyPI", "npm", "Debian:12", "Maven")]  # fmt: skip
    for number, record in enumerate(records):
        record["id"] = f"P-{number}"
    begun = time.process_time()
    facts = samples.product(
        *(samples.component(purl=f"pkg:{t}/a@{v}") for t in ("pypi", "npm", "deb/debian") for v in ("1", "2.0"))
    )
    found = Matcher(samples.indices(samples.feed(tmp_path, *records)), None).matched(facts)
    assert time.process_time() - begun < 3
    assert all(match.quality for match in found.matches)


def test_mutants_of_every_feed(tmp_path: Path) -> None:
    """Bytes changed at random in records of every format: no exception, no hang."""
    rng = random.Random(7)
    seeds = [
        GOOD, samples.cve("CVE-2026-1", {"version": "1", "lessThan": "2", "status": "affected"}),
        {"document": {"csaf_version": "2.0", "category": "csaf_vex", "tracking": {"id": "A"}}, "vulnerabilities": [{"cve": "CVE-2026-1"}],
         "product_tree": {"branches": [{"category": "vendor", "name": "v", "branches": []}]}},
        {"id": "RUSTSEC-1", "markdown": '```toml\n[advisory]\nid = "R"\npackage = "a"\n[versions]\npatched = [">= 1"]\n```\n# T'},
        {"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-1", "dateAdded": "2026-01-01"}]},
    ]  # fmt: skip
    lines = []
    for seed in seeds:
        text = bytearray(json.dumps(seed).encode())
        for _ in range(200):
            mutant = bytearray(text)
            for _ in range(rng.randint(1, 4)):
                place = rng.randrange(len(mutant))
                mutant[place : place + rng.randint(0, 3)] = rng.choice(
                    [b"", b'"', b"[", b"}", b"null", b"9e9", b"\xff", b"\\"]
                )
            lines.append(bytes(mutant).replace(b"\n", b""))
    path = tmp_path / "feed.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b"\n" + b"\n".join(lines) + b"\n")
    made, faults = read(path)
    assert made.head.read > 500
    assert faults
    Matcher([made], None).matched(FACTS)
