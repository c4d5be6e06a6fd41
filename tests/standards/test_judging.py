"""Every finding about packs is found where it is, and only there; the shipped packs have no error."""

from collections.abc import Mapping

import pytest

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.standards_check import held
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.standards import packs
from rulewright.standards.book import Book
from rulewright.standards.codes import CODES
from rulewright.standards.packs import Held
from rulewright.threats.risk import weights
from tests.standards.database import book

VOCABULARY = """vocabulary acme.words edition "1" {
  attribute door.open : bool choice { meaning "whether the door is open" detectors config }
  objective A "Doors are shut" { attributes door.open threats CWE-284 related B fix "Shut it." effort process }
  objective B "Windows are shut" { attributes door.open threats CAPEC-9999 related A fix "Shut it." effort process }
  objective C "Cats are fed" { attributes door.open fix "Feed them." effort process }
}
"""


def standard(body: str, *, name: str = "acme.house", edition: str = "1", head: str = "") -> str:
    return f"""standard {name} edition "{edition}" {{
  title "House" license "Apache-2.0" {head or "valid from 2026-01-01"}
{body}
}}
"""


def requirement(name: str, rest: str = "", *, objective: str = "A", level: str = "shall") -> str:
    told = f"objective {objective}" if objective else ""
    return f"""requirement "{name}" {level} {{ title "Rule {name}" clause "1" source "read" severity low {told} {rest}
    check not door.open }}"""


def judged(
    *texts: str, tested: str = "1 2 3", licence: bool = True, files: Mapping[str, list[Held]] | None = None
) -> list[Diagnostic]:
    """Compile each text with the vocabulary, and judge them together; every file is where it should be."""
    programs = []
    for text in texts:
        sources = {"v.rw": dsl.Source("v.rw", VOCABULARY.encode()), "s.rw": dsl.Source("s.rw", text.encode())}
        compiled = dsl.compile(sources, ["s.rw"], vocabulary_of(sources))
        assert compiled.program is not None, compiled.diagnostics
        programs.append(compiled.program)
    made = Book(programs)
    where = {
        e.name: [Held(f"standards/{e.info.id}/{e.info.edition}.rw", frozenset(tested.split()), licence)]
        for e in made.all()
    }
    return packs.judge(made, {**where, **(files or {})}, weights())


def codes(found: list[Diagnostic]) -> list[tuple[str, str]]:
    return [(d.code, d.severity.value) for d in found]


def test_a_sound_pack_has_no_finding() -> None:
    other = standard(requirement("1", 'refs acme.house:"1" equal'), name="acme.flat")
    assert judged(standard(requirement("1")), other) == []


def test_a_reference_to_nowhere() -> None:
    other = standard(requirement("1", 'refs acme.house:"11"'), name="acme.flat")
    (found,) = judged(standard(requirement("1")), other)
    assert (found.code, found.severity) == ("RW3001", Severity.ERROR)
    assert found.hint == "did you mean `1`?"


def test_a_reference_that_an_older_edition_answers_is_sound() -> None:
    older = standard(requirement("2"), head="valid from 2025-01-01")
    newer = standard(requirement("1"), edition="2")
    other = standard(requirement("1", 'refs acme.house:"2"'), name="acme.flat")
    assert judged(newer, older, other) == []


def test_a_reference_to_another_subject() -> None:
    house = standard(requirement("1", objective="C") + requirement("2") + requirement("3", objective="B"))
    other = standard(requirement("1", 'refs acme.house:"1"'), name="acme.flat")
    found = [d for d in judged(house, other) if d.code != "RW3006"]
    assert codes(found) == [("RW3002", "warning")]
    assert found[0].hint == "about the same subject: `2`"
    assert found[0].notes == ("here: Rule 1", "there: Rule 1")


def test_a_related_objective_is_no_finding() -> None:
    house = standard(requirement("1", objective="B"))
    other = standard(requirement("1", 'refs acme.house:"1"'), name="acme.flat")
    assert [d for d in judged(house, other) if d.code != "RW3006"] == []


def test_a_standard_that_is_not_shipped_is_a_note_that_counts() -> None:
    (found,) = judged(standard(requirement("1", 'refs no.where:"1", no.where:"2"')))
    assert codes([found]) == [("RW3003", "note")]
    assert found.message.startswith("2 references")


def test_parts_that_are_missing() -> None:
    text = standard('requirement "1" shall { title "Rule" severity low check not door.open }')
    assert codes(judged(text)) == [("RW3005", "warning")] * 3
    assert [d.message.split(" name no ")[1].split(":")[0] for d in judged(text)] == ["objective", "clause", "source"]


@pytest.mark.parametrize(
    ("threat", "known"),
    [
        ("CWE-79", True),
        ("CWE-0", False),
        ("CWE-12345", False),
        ("CAPEC-10", True),
        ("CAPEC-9999", False),
        ("ATTACK-T0001", False),
        ("EMB3D-TID-101", True),
    ],
)
def test_threats_that_no_table_has(threat: str, known: bool) -> None:  # noqa: FBT001
    assert codes(judged(standard(requirement("1", f"threats {threat}")))) == ([] if known else [("RW3006", "warning")])


def test_an_end_before_the_beginning() -> None:
    text = standard(requirement("1", "effective from 2026-03-01"), head="valid from 2026-01-01 until 2026-02-28")
    assert codes(judged(text)) == [("RW3007", "error")]
    assert judged(text.replace("2026-02-28", "2026-03-01")) == []


def test_a_newer_edition_that_begins_first() -> None:
    older, newer = standard(requirement("1"), edition="1"), standard(requirement("1"), edition="2")
    assert judged(older, newer) == []
    assert codes(judged(older, newer.replace("2026-01-01", "2025-12-31"))) == [("RW3007", "error")]


def test_no_date_at_all_is_a_note() -> None:
    assert codes(judged(standard(requirement("1"), head='publisher "Acme"'))) == [("RW3007", "note")]


def test_a_licence_that_must_lie_beside() -> None:
    text = standard(requirement("1")).replace("Apache-2.0", "CC BY-SA 4.0; derived")
    assert judged(text) == []
    assert codes(judged(text, licence=False)) == [("RW3008", "error")]
    assert judged(standard(requirement("1")), licence=False) == []


def test_a_requirement_without_a_test() -> None:
    (found,) = judged(standard(requirement("1") + requirement("2")), tested="1")
    assert codes([found]) == [("RW3009", "warning")]
    assert found.message == "1 of 2 requirements of `acme.house@1` have no test: `2`"


def test_a_file_of_another_name_and_an_edition_in_two_files() -> None:
    text = standard(requirement("1"))
    right, wrong = (
        Held("standards/acme.house/1.rw", frozenset("1"), licence=True),
        Held("standards/acme.house/one.rw", frozenset("1"), licence=True),
    )
    assert codes(judged(text, files={"acme.house@1": [wrong]})) == [("RW3010", "error")]
    assert codes(judged(text, files={"acme.house@1": [right, wrong]})) == [("RW3010", "error")] * 2


def test_equal_requirements_of_different_level() -> None:
    other = standard(requirement("1", 'refs acme.house:"1" equal', level="should"), name="acme.flat")
    assert codes(judged(standard(requirement("1")), other)) == [("RW3011", "note")]
    assert judged(standard(requirement("1")), other.replace("equal", "subset")) == []


def test_an_end_without_an_objective_cannot_be_judged() -> None:
    house = standard(requirement("1", objective=""))
    other = standard(requirement("1", 'refs acme.house:"1"'), name="acme.flat")
    assert codes(judged(house, other)) == [("RW3012", "note"), ("RW3005", "warning")]


def test_only_what_is_asked_for() -> None:
    made = packs.judge(book(), held(), weights(), {"nist.sp_800_53@r5"})
    assert all("nist.sp_800_53" in d.message for d in made)


def test_every_code_is_told() -> None:
    assert sorted(CODES) == [f"RW30{number:02}" for number in range(1, 13)]


def test_the_shipped_packs_have_no_error() -> None:
    """Nor a warning besides those known: references as published, and the controls of SP 800-53 without an objective."""
    found = packs.judge(book(), held(), weights())
    assert [d for d in found if d.is_error] == []
    warned = {(d.code, d.span.file if d.span else "") for d in found if d.severity is Severity.WARNING}
    assert warned == {("RW3002", "standards/owasp.isvs/1.0.rw"), ("RW3005", "standards/nist.sp_800_53/r5.rw")}
