"""BOD 26-04 against the decision table that it is written from, and from feeds to verdicts.

Guarantees: each of the 16 combinations of answers, with a vulnerability at the limit of its outcome and one day over it,
fails the requirement of its row alone, and that only over the limit.  The official table is shared data outside the
repository: the tests that enumerate it skip where it is absent.
"""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rulewright.cli.main import main
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import Plan, make
from rulewright.engine.report import Options, build
from rulewright.facts.base import Product
from rulewright.facts.declared import read
from rulewright.facts.identity.dates import format_date
from rulewright.facts.stack import stack
from rulewright.facts.table import Source
from tests.standards.packs import compiled, shipped_vocabulary

STANDARD = "cisa.bod_26_04"
FILE = f"standards/{STANDARD}/2026.rw"
POINTS = {"PE": "cisa:PE:1.0.0", "KEV": "cisa:KEV:1.0.0", "A": "ssvc:A:2.0.0", "TI": "ssvc:TI:1.0.0"}
OUTCOME = "cisa:BOD2604:1.0.0"
DAYS = {"3DF": 3, "3D": 3, "14D": 14, "60D": 60, "FSU": None}
AS_OF = 20_878  # 2027-03-01
SOURCE = Source("test", "0" * 64)

Answers = tuple[str, ...]
"""The four answers of a row, in the order of `POINTS`."""
ROWS: tuple[Answers, ...] = tuple(itertools.product("YN", "YN", "YN", "TP"))
row_of = pytest.mark.parametrize("row", ROWS, ids=".".join)


def name_of(row: Answers) -> str:
    return ".".join(f"{point}-{answer}" for point, answer in zip(POINTS, row, strict=True))


@pytest.fixture(scope="module")
def official(shared: Path) -> Mapping[str, str]:
    """Return the outcome of each row of the decision table that the SSVC data holds."""
    path = shared / "feeds" / "ssvc" / "ssvc_objects.jsonl.gz"
    if not path.is_file():
        pytest.skip("the SSVC data is not on this machine")
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        tables = [found for found in map(json.loads, stream) if found.get("key") == "DT_BOD2604"]
    (table,) = (found for found in tables if found["version"] == "1.0.0")
    assert set(table["decision_points"]) == {*POINTS.values(), OUTCOME}
    return {".".join(f"{p}-{each[key]}" for p, key in POINTS.items()): each[OUTCOME] for each in table["mapping"]}


@cache
def plan() -> Plan:
    program = compiled(FILE).program
    assert program is not None
    return make(program)


def answered(answer: str, day: str) -> list[dict[str, object]]:
    """The same answer to each question of the standard."""
    asked = [question.removeprefix("answer:").partition("#") for question in plan().program.questions]
    return [
        {
            "requirement": name,
            "question": int(number or 1),
            "answer": answer,
            "by": "Jo Doe, product security",
            "on": day,
        }
        for name, _, number in asked
    ]


def verdicts(row: Answers, age: int, answer: str | None, **changed: object) -> dict[str, str]:
    """The verdict of each requirement on a product with one open vulnerability, listed or published `age` days ago."""
    exposed, kev, automatable, impact = row
    day = format_date(AS_OF - age)
    vulnerability: dict[str, object] = {
        "id": "CVE-2026-0001",
        "vex": "affected",
        "exploited": kev == "Y",
        "automatable": automatable == "Y",
        "technical_impact": {"T": "total", "P": "partial"}[impact],
        "published": "2026-01-01" if kev == "Y" else day,
    } | ({"exploited_since": day} if kev == "Y" else {})
    facts: dict[object, object] = {
        "product.public_sector_use": ["US_federal"],
        "product.publicly_exposed": exposed == "Y",
        "vulnerabilities": {"complete": True, "items": [{**vulnerability, **changed}]},
        "answers": answered(answer, "2027-03-01") if answer else [],
    }
    found = read(facts, shipped_vocabulary(), SOURCE)
    assert found.diagnostics == []
    answers = Planes(evaluate(plan(), stack([found.of(Product("p", "p", "", (SOURCE,)))]), AS_OF))
    return {r.requirement.partition(":")[2]: r.verdict for r in build(answers, options=Options(limit=1)).results}


def those(found: Mapping[str, str], verdict: str) -> list[str]:
    return [name for name, said in found.items() if said == verdict]


def test_the_requirements_are_the_rows_of_the_table(official: Mapping[str, str]) -> None:
    program = compiled(FILE).program
    assert program is not None
    names = [r.id.partition(":")[2] for r in program.requirements]
    assert sorted(names) == sorted(official) == sorted(map(name_of, ROWS))
    levels = {r.id.partition(":")[2]: r.level for r in program.requirements}
    assert levels == {name: "should" if outcome == "FSU" else "shall" for name, outcome in official.items()}


@row_of
def test_a_row_fails_on_the_day_after_its_limit_and_no_other_row_does(
    row: Answers, official: Mapping[str, str]
) -> None:
    name, limit = name_of(row), DAYS[official[name_of(row)]]
    elsewhere = sorted(name_of(r) for r in ROWS if r[0] != row[0])
    for age in (0, limit, limit + 1) if limit is not None else (0, 400):
        late = limit is None or age > limit  # an upgrade has no day: its row asks from the first day on
        found = verdicts(row, age, "no")
        assert those(found, "fail") == ([name] if late else []), age
        assert sorted(those(found, "not_applicable")) == elsewhere
        assert len(those(found, "pass")) == (7 if late else 8)


@row_of
def test_only_what_is_late_is_asked_about(row: Answers, official: Mapping[str, str]) -> None:
    name, limit = name_of(row), DAYS[official[name_of(row)]]
    if limit is not None:
        assert those(verdicts(row, limit, None), "unknown") == []
    late = 400 if limit is None else limit + 1
    assert those(verdicts(row, late, None), "unknown") == [name]
    assert name in those(verdicts(row, late, "yes"), "pass")


@row_of
def test_the_examination_is_asked_for_in_its_rows_alone(row: Answers, official: Mapping[str, str]) -> None:
    """What is fixed is not late any more; whether the asset was compromised is still to be known."""
    name = name_of(row)
    wanted = [name] if official[name] == "3DF" else []
    assert those(verdicts(row, 400, "no", vex="fixed"), "fail") == wanted
    assert those(verdicts(row, 400, None, vex="fixed"), "unknown") == wanted
    assert those(verdicts(row, 400, "no", vex="not_affected"), "fail") == []


@row_of
@pytest.mark.parametrize(("point", "field"), [(2, "automatable"), (3, "technical_impact")])
def test_without_an_answer_the_rows_that_may_hold_stay_open_once_late(
    row: Answers, point: int, field: str, official: Mapping[str, str]
) -> None:
    two = [name_of((*row[:point], answer, *row[point + 1 :])) for answer in ("TP" if point == 3 else "YN")]
    for age in (3, 4, 14, 15, 60, 61):
        found = verdicts(row, age, "no", **{field: None})
        late = {name for name in two if (limit := DAYS[official[name]]) is None or age > limit}
        assert set(those(found, "unknown")) == late, age
        assert those(found, "fail") == []


@row_of
def test_where_the_listing_is_not_known_both_rows_stay_open(row: Answers) -> None:
    """A source says exploited and no catalogue since when, or nobody says anything: by one clock or by the other."""
    two = {name_of((row[0], answer, *row[2:])) for answer in "YN"}
    long_ago = format_date(AS_OF - 400)
    for exploited in (None, True):
        found = verdicts(row, 0, "no", exploited=exploited, exploited_since=None, published=long_ago)
        assert set(those(found, "unknown")) == two
        assert those(found, "fail") == []


# --- from feeds to verdicts ---------------------------------------------------------------------------------------------


CPE = "cpe:2.3:a:acme:widget:1.0:*:*:*:*:*:*:*"


def record(metrics: list[Any]) -> dict[str, Any]:
    """A CVE record with what an enriching programme adds to it."""
    versions = [{"version": "0", "lessThan": "2", "status": "affected", "versionType": "semver"}]
    return {
        "dataType": "CVE_RECORD", "dataVersion": "5.1",
        "cveMetadata": {"cveId": "CVE-2026-0001", "state": "PUBLISHED", "datePublished": "2026-12-20T10:00:00Z"},
        "containers": {
            "cna": {"affected": [{"vendor": "acme", "product": "widget", "versions": versions}]},
            "adp": [{"title": "CISA ADP Vulnrichment", "metrics": metrics}],
        },
    }  # fmt: skip


def ssvc(automatable: str, impact: str) -> dict[str, Any]:
    options = [{"Exploitation": "none"}, {"Automatable": automatable}, {"Technical Impact": impact}]
    return {
        "other": {"type": "ssvc", "content": {"id": "CVE-2026-0001", "role": "CISA Coordinator", "options": options}}
    }


def checked(
    place: Path, capsys: pytest.CaptureFixture[str], day: str, metrics: list[Any], listed: str | None = None
) -> dict[str, str]:
    """Run `check` on a product with one component, for which the feed has one record; return the verdicts."""
    part = {"type": "application", "bom-ref": "w", "name": "widget", "version": "1.0", "cpe": CPE}
    kev = [{"cveID": "CVE-2025-0001", "dateAdded": "2025-02-03"}]
    kev += [{"cveID": "CVE-2026-0001", "dateAdded": listed}] if listed else []
    files: dict[str, object] = {
        "hub.cdx.json": {
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "metadata": {"component": {"type": "device", "bom-ref": "h", "name": "hub", "version": "1", "cpe": "cpe:2.3:h:acme:hub:1:*:*:*:*:*:*:*"}},
            "components": [part], "compositions": [{"aggregate": "complete", "assemblies": ["h"]}],
        },
        "facts.yaml": {"product": {"public_sector_use": ["US_federal"], "publicly_exposed": True}, "answers": answered("no", "2026-12-22")},
        "feeds/cve.json": record(metrics),
        "feeds/kev.json": {"catalogVersion": "1", "dateReleased": "2026-12-21T00:00:00Z", "vulnerabilities": kev},
    }  # fmt: skip
    (place / "feeds").mkdir(exist_ok=True)
    for name, content in files.items():
        (place / name).write_text(json.dumps(content), encoding="utf-8")
    line = ["check", str(place / "hub.cdx.json"), "--policy", f"{STANDARD}@2026", "--facts", str(place / "facts.yaml")]
    main([*line, "--feeds", str(place / "feeds"), "--as-of", day, "--format", "json"])
    made = json.loads(capsys.readouterr().out)
    return {r["requirement"].partition(":")[2]: r["verdict"] for r in made["results"]}


def failing(found: Mapping[str, str]) -> list[str]:
    assert len(those(found, "not_applicable")) == 8  # the rows of what is not publicly exposed
    assert len(those(found, "pass")) == 8 - len(those(found, "fail"))
    return those(found, "fail")


def test_check_takes_the_row_from_the_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    total, partial = [ssvc("yes", "total")], [ssvc("no", "partial")]
    assert failing(checked(tmp_path, capsys, "2026-12-23", total)) == []
    assert failing(checked(tmp_path, capsys, "2026-12-24", total)) == ["PE-Y.KEV-N.A-Y.TI-T"]
    assert failing(checked(tmp_path, capsys, "2026-12-24", total, "2026-12-21")) == []
    assert failing(checked(tmp_path, capsys, "2026-12-25", total, "2026-12-21")) == ["PE-Y.KEV-Y.A-Y.TI-T"]
    assert failing(checked(tmp_path, capsys, "2027-02-18", partial)) == []
    assert failing(checked(tmp_path, capsys, "2027-02-19", partial)) == ["PE-Y.KEV-N.A-N.TI-P"]


def test_check_leaves_open_what_the_record_does_not_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(checked(tmp_path, capsys, "2026-12-23", [])) == []
    found = checked(tmp_path, capsys, "2027-01-04", [])
    assert those(found, "fail") == []
    assert set(those(found, "unknown")) == {"PE-Y.KEV-N.A-Y.TI-T", "PE-Y.KEV-N.A-Y.TI-P", "PE-Y.KEV-N.A-N.TI-T"}
