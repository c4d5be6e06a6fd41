"""What a certificate claims is true: products that axioms, other editions, later days or sizes rule out are not accepted."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from rulewright.cli.options import Request
from rulewright.cli.rule_sets import RuleSet, rule_set
from rulewright.engine.analysis import certify, cover, drup, variants
from rulewright.engine.analysis import check_certificate as checker

AS_OF = "2026-11-22"
TODAY = 20_779
VOCABULARY = """\
vocabulary t.v edition "1" {
  attribute t.a : bool given
  attribute t.b : bool given
  attribute t.p : int in 0.. given
  attribute t.q : int in 0.. given
  attribute t.s : bool choice
  attribute t.y : int choice
}
"""


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "rules"))


def compiled(folder: Path, *texts: str) -> RuleSet:
    """Policies and standards, each from its own file."""
    names = []
    for number, text in enumerate((VOCABULARY, *texts)):
        path = folder / f"{number}.rw"
        path.write_text(text, encoding="utf-8")
        names.append(str(path))
    found = rule_set(Request("certify", tuple(names), flags=frozenset({"quiet"})), names, AS_OF)
    assert isinstance(found, RuleSet)
    return found


def policy(*lines: str) -> str:
    """A policy with these lines."""
    return "\n".join(('policy acme.p edition "1" {', *lines, "}\n"))


def certified(rules: RuleSet) -> certify.Answer:
    """What `certify` answers; a certificate is accepted."""
    found = certify.certify(rules.programs, rules.vocabulary, as_of=TODAY)
    if isinstance(found, checker.Certificate):
        steps = checker.check(certify.encode(found), rules.programs, rules.vocabulary)
        assert all(step.ok for step in steps), steps[-1]
    return found


def provable(rules: RuleSet, *products: checker.Made) -> bool:
    """Whether a certificate with these very products could be made so that the checker accepts it."""
    request = certify._Request(rules.programs, rules.vocabulary, TODAY, {})
    draft = certify._draft(request, {}, products)
    clauses = checker.asked(draft, rules.programs, rules.vocabulary).clauses
    proof = drup.refute(clauses.variables, clauses.items)
    if isinstance(proof, drup.Solution):
        return False
    whole = msgspec.structs.replace(draft, question=clauses.question(), proof=proof)
    return all(step.ok for step in checker.check(certify.encode(whole), rules.programs, rules.vocabulary))


@pytest.mark.parametrize(
    ("axioms", "least"),
    [
        (("axiom none : t.a implies no component c",), 1),
        (
            (
                "axiom few : at most 2 component c where c.type = library",
                "axiom only : no component c where c.type != library",
            ),
            3,
        ),
    ],
)
def test_axioms_about_other_fields_of_a_list_count(tmp_path: Path, axioms: tuple[str, ...], least: int) -> None:
    wanted = f'requirement some shall {{ check at least {least} component c where c.name = "x" }}'
    element: dict[str, bool | int | str | list[str] | checker.Unheld] = {"name": "x", "type": "application"}
    elements = (element,) * least
    made = checker.Made({}, {"component": checker.Listed(elements)})
    rules = compiled(tmp_path, policy(*axioms, wanted))
    assert not provable(rules, made)
    assert isinstance(certified(rules), certify.Conflicting)
    assert provable(compiled(tmp_path, policy(wanted)), made)


def test_axioms_of_two_editions_with_one_name_count(tmp_path: Path) -> None:
    one = 'standard t.o edition "1" {\n  title "O"\n  axiom k : t.a implies t.s\n'
    one += "  requirement q1 shall { check t.y >= 1 }\n}\n"
    two = one.replace('edition "1"', 'edition "2"').replace("t.a implies t.s", "t.b implies t.y >= 5")
    two = two.replace("}\n}", "}\n  requirement q2 shall { check not t.s }\n}")
    rules = compiled(tmp_path, one, two)
    assert len(rules.programs) == 2
    assert len(checker.background_of(rules.programs)) > len(checker.background_of(rules.programs[1:]))
    assert not provable(rules, checker.Made({"t.s": False, "t.y": 9}))
    assert not isinstance(certified(rules), checker.Certificate)


LASTING = "requirement lasts shall { check some certificate c { c.not_after >= as_of } }"


def test_fields_are_compared_with_every_day_of_the_run(tmp_path: Path) -> None:
    rules = compiled(
        tmp_path, policy("requirement ends shall { check every certificate c { c.not_after <= 2028-01-01 } }", LASTING)
    )
    made = checker.Made({}, {"certificate": checker.Listed(({"not_after": "2028-01-01"},))})
    assert not provable(rules, made)
    found = certified(rules)
    assert isinstance(found, certify.Unproven)
    assert "`acme.p:lasts`" in found.text


def test_a_product_for_every_day_is_found(tmp_path: Path) -> None:
    rules = compiled(tmp_path, policy(LASTING))
    assert isinstance(certified(rules), checker.Certificate)


def test_too_many_elements_are_no_crash(tmp_path: Path) -> None:
    found = certified(compiled(tmp_path, policy("requirement many shall { check at least 20000 component c }")))
    assert isinstance(found, certify.Unproven)
    assert "more than 10000 elements of component" in found.text


ORDERED = (
    "requirement r1 shall { applies when t.p > t.q check t.s }",
    "requirement r2 shall { applies when t.q > t.p check not t.s }",
)


def test_contexts_that_are_not_real_come_to_an_end(tmp_path: Path) -> None:
    """`p > q` and `q > p` exclude each other, though neither number has bounds."""
    assert isinstance(certified(compiled(tmp_path, policy(*ORDERED))), checker.Certificate)
    equal = policy(*ORDERED, "requirement r3 shall { applies when t.p >= t.q check t.y >= 1 and not t.s }")
    assert isinstance(certified(compiled(tmp_path, equal)), certify.Conflicting)


def test_too_many_contexts_that_are_not_real_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover, "MOST_UNREAL", 0)
    found = certified(compiled(tmp_path, policy(*ORDERED)))
    assert isinstance(found, certify.Unproven)
    assert "too many ways" in found.text


def test_a_contradiction_about_too_many_elements_is_told(tmp_path: Path) -> None:
    """What has to do with designs that are too large to write down is not needed for it."""
    rules = compiled(
        tmp_path,
        policy(
            "requirement many shall { check at least 20000 component c }",
            "requirement few shall { check at most 5 component c }",
        ),
    )
    assert isinstance(certified(rules), certify.Conflicting)
    split = variants.variants(rules.programs, rules.vocabulary, ["EU"], as_of=TODAY)
    assert [member.requirement for member in split.conflicts[0].members] == ["acme.p:few", "acme.p:many"]
