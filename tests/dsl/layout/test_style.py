"""What a layout looks like: one case per rule of docs/reference/layout.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulewright.dsl import layout as layouts
from rulewright.dsl.layout import layout
from rulewright.dsl.layout import structure as structures
from rulewright.dsl.source import Source
from tests.dsl.layout.support import holds, laid
from tests.dsl.programs import reading

LONG = "a_rather_long_name_of_a_fact"
CASES = {
    "values start in one column": (
        'policy a edition "1" {\ntitle "t"\njurisdiction EU\nrequirement r shall {\ntitle "t"\ncheck x\napplies when y\n}\n}',
        (
            'policy a edition "1" {\n  title     "t"\n  jurisdiction EU\n\n  requirement r shall {\n    title     "t"\n'
            "    check     x\n    applies when y\n  }\n}\n"
        ),
    ),
    "waivers and objectives have columns of their own": (
        (
            'policy a edition "1" {\nwaiver w for r {\nproduct "p"\napproved by "me" on 2026-01-01\n}\n'
            'objective O "o" {\nattributes x\nfix "f"\n}\n}'
        ),
        (
            'policy a edition "1" {\n  waiver w for r {\n    product  "p"\n    approved by "me" on 2026-01-01\n  }\n\n'
            '  objective O "o" {\n    attributes x\n    fix        "f"\n  }\n}\n'
        ),
    ),
    "a block on one line that fits stays there": (
        'policy a edition "1" { requirement r { check { x ;y }\n note "n" } }',
        'policy a edition "1" {\n  requirement r { check { x; y }  note "n" }\n}\n',
    ),
    "lines of a check that were set apart stay so": (
        'policy a edition "1" { requirement r { check {\nx ;y }}}',
        'policy a edition "1" {\n  requirement r {\n    check {\n      x;\n      y\n    }\n  }\n}\n',
    ),
    "a row stays on its line however long": (
        'vocabulary a edition "1" { attribute x : enum {'
        + LONG
        + ", "
        + LONG * 3
        + '} given { meaning "m" merge any } }',
        'vocabulary a edition "1" {\n  attribute x : enum {'
        + LONG
        + ", "
        + LONG * 3
        + '} given { meaning "m"  merge any }\n}\n',
    ),
    "chains end lines before the operator": (
        f'policy a edition "1" {{ scope {" or ".join([LONG] * 5)} }}',
        f'policy a edition "1" {{\n  scope     {LONG} or {LONG} or {LONG}\n    or {LONG} or {LONG}\n}}\n',
    ),
    "what binds more tightly stays together": (
        f'policy a edition "1" {{ scope {LONG} and {LONG} or {LONG} and {LONG} and {LONG} }}',
        f'policy a edition "1" {{\n  scope     {LONG} and {LONG}\n    or {LONG} and {LONG} and {LONG}\n}}\n',
    ),
    "sets are filled": (
        f'policy a edition "1" {{ param p : set<string> = {{{", ".join([LONG] * 5)}}} }}',
        f'policy a edition "1" {{\n  param p : set<string> = {{\n    {LONG}, {LONG}, {LONG},\n    {LONG}, {LONG}\n  }}\n}}\n',
    ),
    "sets with a line for each member keep them": (
        'policy a edition "1" { param p : set<string> = {\na,\nb} }',
        'policy a edition "1" {\n  param p : set<string> = {\n    a,\n    b\n  }\n}\n',
    ),
    "several strings stand under one another": (
        'policy a edition "1" { title "a" "b" }',
        'policy a edition "1" {\n  title     "a"\n            "b"\n}\n',
    ),
    "because goes to a line of its own when it must": (
        f'policy a edition "1" {{ exclude r because "{"x " * 60}" }}',
        f'policy a edition "1" {{\n  exclude r\n    because "{"x " * 60}"\n}}\n',
    ),
    "facts that were broken are filled": (
        f'test r {{ given {{ {LONG} = [ {{ a = 1 }} ] complete,\n{LONG}.b = "{LONG * 3}" }} expect pass }}',
        f'test r {{\n  given {{\n    {LONG} = [ {{ a = 1 }} ] complete,\n    {LONG}.b = "{LONG * 3}"\n  }} expect pass\n}}\n',
    ),
    "empty lines": (
        '\n\npolicy a edition "1" {\n\n\n  title "t"\n\n\n  force x\n  requirement r {\n    check x\n  }\n  right_of = 1\n}'.replace(
            "  right_of = 1\n", '  source "s"\n'
        )
        + "\ntest r { }\n",
        (
            'policy a edition "1" {\n  title     "t"\n\n  force     x\n\n  requirement r {\n    check     x\n  }\n\n  source    "s"\n}\n\n'
            "test r { }\n"
        ),
    ),
    "comments keep their places": (
        (
            '# file\n\n# module\npolicy a edition "1" { # open\n# first\ntitle "t"# behind\n# above\n'
            "requirement r { # r\ncheck { # c\nx; # x\n# y\ny }\n# end\n}\n# last\n}\n# after"
        ),
        (
            '# file\n\n# module\npolicy a edition "1" {  # open\n  # first\n  title     "t"  # behind\n\n  # above\n'
            "  requirement r {  # r\n    check {  # c\n      x;  # x\n      # y\n      y\n    }\n    # end\n  }\n  # last\n}\n# after\n"
        ),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_rule(case: tuple[str, str]) -> None:
    text, expected = case
    assert holds(text) == expected


def test_line_ends_and_a_byte_order_mark_are_made_plain() -> None:
    assert laid('\ufeffpolicy a edition "1" {\r\n}\r\n\r\n') == 'policy a edition "1" {\n}\n'
    assert laid("\r\n# only a comment  ") == "# only a comment\n"
    assert laid("\n \n") == ""


@pytest.mark.parametrize(
    "word", ["title", "requirement", "waiver", "attribute", "note", "test", "policy", "set", "use"]
)
def test_no_word_comes_to_the_start_of_a_line_where_it_would_start_an_item(word: str) -> None:
    filler = " or ".join([LONG] * 3)
    for line in (
        f"scope {filler} or {word} is known",
        f"requirement r {{ objective {', '.join([LONG] * 5)}, {word} }}",
        f"requirement r {{ check {{ {filler}; {word} is may; {word} in{{a}}; {word} is for }} }}",
        f"define d() = any {{ {filler}; every {word} v{{ a }}; {word} = x }}",
        f"param p : set<string> = {{{', '.join([LONG] * 4)}, {word}, {word}}}",
        f"requirement r {{ check every # why\n {word} v{{ a }} }}",
    ):
        text = f'policy a edition "1" {{\n  {line}\n}}\n'
        read, flaws = reading(text)
        assert read is not None
        assert not flaws.failed, (text, flaws.result())
        holds(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'policy a edition "1" {\n  titel "t"\n}', "RW0106"),
        (b'policy a edition "1" {', "RW0107"),
        (b"\xff", "RW0101"),
        (b"hello", "RW0108"),
        (b'policy a edition "1" { title "\xe2\x80\xae" }', "RW0102"),
        (b"#" * 4_000_001, "RW0601"),
        (b'policy a edition "1" { scope ' + b"(" * 70 + b"a" + b")" * 70 + b" }", "RW0602"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_and_not_laid_out(text: bytes, code: str) -> None:
    done = layout(Source("t.rw", text))
    assert not isinstance(done, str)
    assert code in {d.code for d in done}


def test_a_layout_that_could_not_be_read_again_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    nested = "define a() = " + "(" * 60 + 'b = "' + "x" * 60 + '"' + ")" * 60 + "\n"
    source = Source("t.rw", ('policy a edition "1" {\n' + nested * 3 + "}").encode())
    assert isinstance(layout(source), str)
    monkeypatch.setattr(layouts, "MAX_BYTES", 10_000)
    done = layout(source)
    assert not isinstance(done, str)
    assert [(d.code, d.message) for d in done] == [("RW0601", "laid out, the file would be too large to be read")]


def test_items_on_one_line_count_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structures, "MAX_ITEMS", 10)
    done = layout(Source("t.rw", b'policy a edition "1" {' + b'title "a" ' * 11 + b"}"))
    assert not isinstance(done, str)
    assert [d.code for d in done] == ["RW0603"]


def test_the_sample_of_the_page_is_laid_out() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/reference/layout.md").read_text(encoding="utf-8")
    sample = page[page.index("policy acme.camera") : page.rindex("```")]
    assert holds(sample) == sample


@pytest.mark.parametrize(
    "item",
    [
        "axiom a : " + "not " * 3_000 + "b",
        "axiom a : " + "b implies " * 3_000 + "b",
        "scope a in {" + "b," * 3_000 + "}",
    ],
)
def test_long_items_are_laid_out_without_recursion(item: str) -> None:
    done = layout(Source("t.rw", ('policy a edition "1" {\n' + item + "}").encode()))
    assert isinstance(done, str)
    assert max(map(len, done.split("\n"))) <= (120 if "not" not in item else len(item) + 2)
