"""Modules, parameters and tailoring across files."""

import hashlib

import pytest

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.dsl import ir
from rulewright.dsl.compiler import Compiled
from tests.dsl.support import build

BASE = """standard base edition "1" {
  valid from 2025-01-01 until 2027-12-31
  scope product.type = toy
  param n : int = 1 in 1..5
  param words : set<word> = {EU}
  define enough() = product.users > n
  requirement A shall { severity high check enough() effective from 2026-01-01 }
  requirement B should { check "EU" in product.markets }
}
"""


def policy(*lines: str, before: str = "") -> Compiled:
    body = "\n".join(('use base edition "1" as base', *lines))
    return build(f'# file: base.rw\n{BASE}# file: main.rw\n{before}policy p edition "1" {{\n{body}\n}}\n')


def found(compiled: Compiled, name: str) -> ir.Requirement:
    assert [d for d in compiled.diagnostics if d.is_error] == []
    assert compiled.program is not None
    return next(r for r in compiled.program.requirements if r.id == name)


def test_set_changes_the_value_and_is_recorded_where_it_matters() -> None:
    compiled = policy('set base.n = 4 because "more users"')
    requirement = found(compiled, "base:A")
    assert requirement.lines[0].expr == ir.Atom(ir.Attr("product.users", "int"), ir.Cmp(">", 4))
    assert [(t.action, t.detail, t.because) for t in requirement.tailored] == [("set", "n = 4", "more users")]
    assert found(compiled, "base:B").tailored == ()


def test_weaken_and_tighten() -> None:
    compiled = policy(
        'weaken base:A level should because "r"', "tighten base:B level shall", "tighten base:B severity high"
    )
    assert (found(compiled, "base:A").level, found(compiled, "base:B").level) == ("should", "shall")
    assert found(compiled, "base:B").severity == "high"


def test_dates_are_the_narrowest() -> None:
    compiled = policy("valid from 2025-06-01 until 2026-06-30")
    first, second = found(compiled, "base:A"), found(compiled, "base:B")
    assert (first.valid_from, first.valid_until) == (20454, 20634)
    assert (second.valid_from, second.valid_until) == (20240, 20634)


def test_scopes_are_joined() -> None:
    scope = found(policy("scope product.users > 0"), "base:A").scope
    assert isinstance(scope, ir.And)
    assert len(scope.items) == 2


def test_a_pinned_digest_is_held() -> None:
    digest = hashlib.sha256(BASE.encode()).hexdigest()
    pinned = build(
        f'# file: base.rw\n{BASE}# file: main.rw\npolicy p edition "1" {{ use base edition "1" sha256 "{digest}" as base }}'
    )
    assert pinned.diagnostics == ()
    assert pinned.program is not None
    assert [(m.id, m.pinned) for m in pinned.program.modules] == [("base", True), ("p", False), ("words", False)]
    notes = policy().diagnostics
    assert [d.code for d in notes] == ["RW0406"]
    assert digest in (notes[0].hint or "")


def test_a_policy_can_use_a_policy() -> None:
    text = (
        f'# file: base.rw\n{BASE}# file: inner.rw\npolicy inner edition "1" {{ use base edition "1" as base exclude base:B because "r" '
        'assume components complete because "scanner sees all" requirement own may { check true } }'
        '# file: main.rw\npolicy outer edition "1" { use inner edition "1" as inner tighten inner:own level should unstated completeness is open }'
    ).replace("}# file", "}\n# file")
    compiled = build(text)
    assert found(compiled, "inner:own").level == "should"
    assert compiled.program is not None
    assert [x.id for x in compiled.program.excluded] == ["base:B"]
    assert [(a.collection, a.state) for a in compiled.program.assumptions] == [("component", "closed")]
    assert compiled.program.unstated_open == ("*",)


def test_two_roots() -> None:
    texts = {
        "base.rw": BASE,
        "a.rw": 'policy a edition "1" { use base edition "1" as base }',
        "b.rw": 'policy b edition "1" { use base edition "1" as base }',
        "c.rw": 'policy c edition "1" { use base edition "1" as base tighten base:B level shall }',
        "d.rw": 'policy d edition "1" { use base edition "1" as base exclude base:B because "r" }',
    }
    sources = {name: dsl.Source(name, text.encode()) for name, text in texts.items()}
    sources["words.rw"] = dsl.Source("words.rw", __import__("tests.dsl.support", fromlist=["WORDS"]).WORDS)

    def codes(*roots: str) -> set[str]:
        return {d.code for d in dsl.compile(sources, roots, vocabulary_of(sources)).diagnostics if d.is_error}

    assert codes("a.rw", "b.rw") == set()
    assert codes("a.rw", "base.rw") == set()
    assert codes("a.rw", "c.rw") == {"RW0413"}
    assert codes("d.rw", "a.rw") == codes("a.rw", "d.rw") == {"RW0413"}


def test_what_one_policy_accepts_another_one_does_not() -> None:
    waiver = 'waiver w for base:A { product "*" because "r" approved by "x" on 2026-01-01 until 2026-12-31 }'
    texts = {
        "base.rw": BASE,
        "plain.rw": 'policy plain edition "1" { use base edition "1" as base }',
        "waives.rw": f'policy waives edition "1" {{ use base edition "1" as base {waiver} }}',
        "too.rw": f'policy too edition "1" {{ use base edition "1" as base {waiver} }}',
        "assumes.rw": 'policy assumes edition "1" { assume components complete because "r" requirement X shall { check true } }',
        "hardens.rw": 'policy hardens edition "1" { unstated completeness is open requirement Y shall { check true } }',
    }
    sources = {name: dsl.Source(name, text.encode()) for name, text in texts.items()}
    sources["words.rw"] = dsl.Source("words.rw", __import__("tests.dsl.support", fromlist=["WORDS"]).WORDS)

    def codes(*roots: str) -> set[str]:
        return {d.code for d in dsl.compile(sources, roots, vocabulary_of(sources)).diagnostics if d.is_error}

    assert codes("waives.rw", "too.rw") == set()
    assert codes("waives.rw", "plain.rw") == codes("plain.rw", "waives.rw") == {"RW0413"}
    assert codes("assumes.rw") == codes("hardens.rw") == set()
    assert codes("assumes.rw", "hardens.rw") == codes("plain.rw", "assumes.rw") == {"RW0413"}


def test_an_error_in_a_source_that_nobody_uses_is_not_told() -> None:
    text = f'# file: other.rw\nstandard other edition "1" {{ requirement x shall {{ }} }}\n# file: base.rw\n{BASE}# file: main.rw\npolicy p edition "1" {{ use base edition "1" as base }}'
    assert {d.code for d in build(text).diagnostics} == {"RW0406"}


def test_nothing_that_names_a_broken_item_is_blamed() -> None:
    text = """standard s edition "1" {
  param n : int = "x"
  param m : int 5
  define f(c : component) = c.name ==
  requirement A shall { check product.users > }
  requirement B shall { check product.users > n and product.users < m and (some component c where f(c)) }
}
policy p edition "1" {
  use s edition "1" as s
  tighten s:A severity high
  set s.m = 3
}
test A { given { } expect pass }
"""
    assert [(d.code, d.span.line) for d in build(text).diagnostics if d.span] == [
        ("RW0301", 2),
        ("RW0106", 3),
        ("RW0103", 4),
        ("RW0106", 5),
    ]


@pytest.mark.parametrize("name", ["attributes_of", "compile", "fingerprint", "CODES", "Source", "TestCase", "Compiled"])
def test_the_public_names_are_there(name: str) -> None:
    assert getattr(dsl, name) is not None
    assert name in dsl.__all__


def test_attributes_of_vocabulary_modules() -> None:
    text = b"""vocabulary v edition "1" {
  attribute a.b : set {EU, US, ...} given { meaning "markets" "and more" unit "x" detectors document, manual merge union fresh 2w }
  attribute c : int choice
}"""
    first, second = dsl.attributes_of({"v": dsl.Source("v", text)})
    assert (first.name, first.kind, first.values, first.open_values) == ("a.b", "set", ("EU", "US"), True)
    assert (first.doc, first.unit, first.given, first.detectors, first.merge, first.fresh) == (
        "marketsand more",
        "x",
        True,
        ("document", "manual"),
        "union",
        14,
    )
    assert (second.name, second.kind, second.given, second.merge, second.fresh) == ("c", "int", False, "agree", None)


def test_a_root_that_is_not_there_is_told() -> None:
    sources = {"a.rw": dsl.Source("a.rw", BASE.encode())}
    compiled = dsl.compile(sources, ["b.rw"], vocabulary_of(sources))
    assert (compiled.program, [d.code for d in compiled.diagnostics]) == (None, ["RW0403"])
