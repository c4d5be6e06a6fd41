"""Axioms: background knowledge of vocabularies, standards and policies, in every program."""

import pytest

from rulewright.dsl import ir
from rulewright.dsl.compiler import Compiled
from tests.dsl.support import WORDS, build

HELD = WORDS.decode().replace(
    "  attribute product.users",
    "  axiom wan-needs-telnet : iface.telnet_reachable_wan   # a comment\n    implies iface.telnet_present\n  attribute product.users",
)
RULES = """standard s edition "1" {
  param n : int = 3
  axiom users : product.users < n
  requirement R shall { check not iface.telnet_present }
}
policy p edition "1" {
  use s edition "1" as s
  axiom markets : "EU" in product.markets
}
"""


def compiled(rules: str = RULES, words: str = HELD) -> Compiled:
    return build(f"# file: words.rw\n{words}# file: main.rw\n{rules}")


def test_axioms_of_every_module_are_in_the_program_by_id() -> None:
    found = compiled().program
    assert found is not None
    assert [(a.id, a.text) for a in found.axioms] == [
        ("p:markets", '"EU" in product.markets'),
        ("s:users", "product.users < n"),
        ("words:wan-needs-telnet", "iface.telnet_reachable_wan implies iface.telnet_present"),
    ]
    assert found.axioms[1].expr == ir.Atom(ir.Attr("product.users", "int"), ir.Cmp("<", 3))
    assert [a.place.file for a in found.axioms] == ["main.rw", "main.rw", "words.rw"]
    assert ir.decode(ir.encode(found)) == found


@pytest.mark.parametrize(
    ("axiom", "code"),
    [
        ("iface.telnet_presen", "RW0201"),
        ("product.users", "RW0302"),
        ('manual "Is it so?"', "RW0417"),
    ],
)
def test_a_bad_axiom_of_a_vocabulary_is_told(axiom: str, code: str) -> None:
    words = WORDS.decode().replace("  attribute product.users", f"  axiom a : {axiom}\n  attribute product.users")
    found = compiled(words=words)
    assert found.program is None
    assert [d.code for d in found.diagnostics if d.is_error] == [code]


def test_two_policies_cannot_set_the_parameter_of_one_axiom_differently() -> None:
    other = RULES.replace("policy p", "policy q").split("policy", 1)
    rules = f"{other[0]}policy{RULES.split('policy', 1)[1]}policy{other[1]}".replace(
        "axiom markets", "set s.n = 4\n  axiom markets", 1
    )
    codes = {d.code for d in compiled(rules).diagnostics if d.is_error}
    assert codes == {"RW0413"}


def test_a_text_in_parentheses_over_several_lines_is_shown_as_on_one() -> None:
    rules = RULES.replace(
        "product.users < n", 'not (\n    product.users < n   # few\n    or "a ( b" in product.markets\n  )'
    )
    found = compiled(rules).program
    assert found is not None
    assert found.axioms[1].text == 'not (product.users < n or "a ( b" in product.markets)'
