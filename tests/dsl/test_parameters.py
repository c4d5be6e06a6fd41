"""Parameters in the program: which a requirement depends on, their value, and what else it might be."""

import pytest

from rulewright.dsl import ir
from rulewright.dsl.compiler import Compiled
from tests.dsl.support import build

BASE = """standard base edition "1" {
  scope product.users > least
  param least : int = 0 in 0..9
  param n : int = 1 in 1..5
  param shown : bool = true
  param last : date = 2026-01-02 in 2026-01-01..2026-12-31
  param short : duration = 30d in 1d..13w
  param long : duration = 6m in 1m..2y
  param types : set<word> = {toy} in {toy, wearable}
  param kind : enum {consumer_iot, toy} = toy
  define enough() = product.users > n
  requirement A shall { check enough() and product.users > least }
  requirement B shall { applies when shown check { support.end within short after last; support.end within long after last } }
  requirement C shall { check product.type in types or product.type = kind }
  requirement D shall { check at least n component c where c.is_root }   # n
  requirement E shall { title "n" check iface.telnet_present }  # n
}
"""


def params(compiled: Compiled) -> dict[str, list[ir.Parameter]]:
    assert [d for d in compiled.diagnostics if d.is_error] == []
    assert compiled.program is not None
    return {r.id.partition(":")[2]: list(r.params) for r in compiled.program.requirements}


LEAST = ir.Parameter("base", "least", "int", 0, 0, 9)
N = ir.Parameter("base", "n", "int", 1, 1, 5)


def test_each_requirement_lists_what_it_depends_on() -> None:
    found = params(build(BASE))
    assert found["A"] == [LEAST, N]
    assert found["B"] == [
        ir.Parameter("base", "last", "date", 20455, 20454, 20818),
        LEAST,
        ir.Parameter("base", "long", "duration", "6m"),
        ir.Parameter("base", "short", "duration", 30, 1, 91),
        ir.Parameter("base", "shown", "bool", value=True),
    ]
    assert found["C"] == [
        ir.Parameter("base", "kind", "enum", "toy", words=("consumer_iot", "toy")),
        LEAST,
        ir.Parameter("base", "types", "set<word>", ("toy",), words=("toy", "wearable")),
    ]
    assert found["D"] == [LEAST, N]
    assert found["E"] == [LEAST]


def test_the_value_is_the_one_that_a_policy_sets_and_its_scope_counts() -> None:
    text = (
        f"# file: base.rw\n{BASE}# file: main.rw\n"
        'policy p edition "1" { use base edition "1" as base scope product.users < most '
        'param most : int = 7 set base.n = 4 because "more" requirement X shall { check iface.telnet_present } }'
    )
    found = build(text)
    most = ir.Parameter("p", "most", "int", 7)
    assert params(found)["D"] == [LEAST, ir.Parameter("base", "n", "int", 4, 1, 5), most]
    assert params(found)["X"] == [most]
    assert found.program is not None
    noted = {r.id for r in found.program.requirements if any(t.action == "set" for t in r.tailored)}
    assert noted == {"base:A", "base:D"}, "E only writes the letter n in its title and a comment"


@pytest.mark.parametrize("bound", ["3..1", "1..x", "{true}"])
def test_a_bound_with_an_error_is_told_once(bound: str) -> None:
    text = BASE.replace("= 1 in 1..5", f"= 1 in {bound}")
    assert len([d for d in build(text).diagnostics if d.is_error]) == 1
