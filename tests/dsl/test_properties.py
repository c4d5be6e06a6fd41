"""Order of items, white space and comments do not matter; the tables are those of the grammar."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.dsl import ir
from rulewright.dsl.cut import cut
from rulewright.dsl.generate import tables
from rulewright.dsl.lex import lex
from rulewright.dsl.parser import parse
from rulewright.dsl.tables import ACTIONS, WORDS
from tests.dsl.support import build
from tests.dsl.test_sample import SAMPLE

ROOT = Path(__file__).resolve().parents[2]
PIECES = cut(SAMPLE)
NOWHERE = ir.Place("", 0, 0)


def placeless(program: ir.Program | None) -> ir.Program:
    """Return a program without its places and digests."""
    assert program is not None
    text = ir.encode(program)
    found = ir.decode(text)
    return replace(
        found,
        modules=tuple(replace(m, sha256="") for m in found.modules),
        requirements=tuple(
            replace(
                r,
                place=NOWHERE,
                lines=tuple(replace(line, place=NOWHERE, text=line.text.replace(" ", "")) for line in r.lines),
                tailored=tuple(replace(x, place=NOWHERE) for x in r.tailored),
            )
            for r in found.requirements
        ),
        excluded=tuple(replace(x, place=NOWHERE) for x in found.excluded),
        waivers=tuple(replace(w, place=NOWHERE) for w in found.waivers),
        assumptions=tuple(replace(a, place=NOWHERE) for a in found.assumptions),
    )


MEANING = placeless(build(SAMPLE).program)


def assembled(orders: Sequence[Sequence[int]]) -> str:
    """Put the sample together with the items of each module in another order."""
    out = []
    for module, order in zip(PIECES.modules, orders, strict=True):
        items = [SAMPLE[slice(*module.items[n].at)] for n in order]
        out.append(SAMPLE[slice(*module.head)] + "{\n" + "\n".join(items) + "\n}\n")
    return "\n".join(out + [SAMPLE[slice(*test.at)] for test in PIECES.tests])


@given(st.tuples(*(st.permutations(range(len(m.items))) for m in PIECES.modules)))
def test_the_order_of_items_does_not_matter(orders: tuple[list[int], ...]) -> None:
    assert placeless(build(assembled(orders)).program) == MEANING


@given(st.lists(st.sampled_from([" ", "\n", "\t", "\r\n", ' # a comment { " }\n', "\n\n"]), min_size=40, max_size=40))
def test_white_space_and_comments_do_not_matter(spaces: list[str]) -> None:
    out, end, number = [], 0, 0
    for token in lex(SAMPLE, 0, len(SAMPLE)):
        gap = SAMPLE[end : token.start]
        if gap and not gap.strip() and end and SAMPLE[token.start - 1] != "\n":
            gap = spaces[number % len(spaces)]
            number += 1
        out.append(gap + token.text)
        end = token.end
    assert placeless(build("".join(out) + "\n").program) == MEANING


def test_one_line_is_enough() -> None:
    tokens = " ".join(t.text for t in lex(SAMPLE, 0, len(SAMPLE)))
    assert placeless(build(tokens).program) == MEANING


def test_equality_of_nodes_leaves_out_places() -> None:
    one = "define f(c : component) = c.name is known and not c.dev_only"
    two = "define  f( c:component )\n = (c.name is known)\n and not (c.dev_only)"
    assert parse(one, (0, len(one)), "items") == parse(two, (0, len(two)), "items")
    assert parse(one, (0, len(one)), "items") != parse(one.replace("name", "type"), (0, len(one)), "items")


def test_the_tables_are_those_of_the_grammar() -> None:
    grammar = (ROOT / "dsl" / "grammar.lark").read_text("utf-8")
    assert tables(grammar) == (ROOT / "dsl" / "tables.py").read_text("utf-8")


def test_keywords_win_over_names_in_few_known_places() -> None:
    """Where a name and a keyword can both stand, the keyword wins: where a condition starts, and before optional words."""
    both = {
        frozenset(word for word, terminal in WORDS.items() if row.get(terminal, -1) >= 0)
        for row in ACTIONS
        if row.get("NAME", -1) >= 0
    }
    # an attribute cannot have these names
    conditions = frozenset({"all", "any", "at", "every", "manual", "meets", "no", "not", "some"})
    assert both == {frozenset(), frozenset({"not"}), frozenset({"in"}), conditions}


def test_the_program_does_not_depend_on_the_order_of_sources() -> None:
    texts = {
        "b.rw": b'standard b edition "1" { requirement R shall { check true } }',
        "a.rw": b'policy a edition "1" { use b edition "1" as b }',
    }
    one = {name: dsl.Source(name, text) for name, text in texts.items()}
    two = dict(reversed(one.items()))
    first, second = (dsl.compile(s, ["a.rw"], vocabulary_of(s)) for s in (one, two))
    assert first == second
    assert dsl.fingerprint(one, ["a.rw"]) == dsl.fingerprint(two, ["a.rw"])


def test_the_fingerprint_sees_every_change() -> None:
    source = {"a.rw": dsl.Source("a.rw", b"x")}
    prints = {
        dsl.fingerprint(source, ["a.rw"]),
        dsl.fingerprint({"a.rw": dsl.Source("a.rw", b"y")}, ["a.rw"]),
        dsl.fingerprint({"b.rw": dsl.Source("b.rw", b"x")}, ["a.rw"]),
        dsl.fingerprint(source, []),
        dsl.fingerprint(source, ["a.rw"], {"n": "1"}),
        dsl.fingerprint(source, ["a.rw"], {"n": "2"}),
        dsl.fingerprint(source, ["a.rw"], None, "vocabulary"),
    }
    assert len(prints) == 7


def test_compiling_imports_nothing_heavy() -> None:
    code = (
        "import sys; from rulewright import dsl; s = {'a': dsl.Source('a', b'standard a edition \"1\" { requirement r shall { check true } }')};"
        "from rulewright.facts.vocabulary import BUILTIN; assert dsl.compile(s, ['a'], BUILTIN).program;"
        "print(sorted({'lark', 'numpy', 'univers', 'yaml', 'pydantic', 'rich', 'license_expression'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
