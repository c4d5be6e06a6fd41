"""Fixes: what is safe changes no program; what overlaps waits; what the compiler says is put right by its own hint."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright import dsl
from rulewright.diagnostics import Diagnostic, Edit, Fix, Severity, Span
from rulewright.dsl import ir
from rulewright.dsl.lint.fixing import applied, settle
from rulewright.dsl.lint.repairs import repaired
from rulewright.dsl.source import Source, SourceText, decode
from tests.dsl.lint.support import build, linted

CHECKS = (
    "product.internet_connectable = true",
    "product.type in {toy, wearable, toy}",
    "not iface.telnet_present",
    "not (iface.telnet_present = true) and product.internet_connectable = true",
    "every component c where c.dev_only = true { c.name is known }",
)
ITEMS = (
    "",
    "  define unused() = iface.telnet_present\n",
    "  define a() = b()\n  define b() = iface.ssh_present\n",
    "  # a comment\n  define unused(c : component) = c.dev_only = true  # and one beside it\n",
)


def meaning(program: ir.Program | None) -> bytes:
    """A program without places, texts of people and digests of files."""
    assert program is not None
    text = ir.encode(program).decode()
    text = re.sub(r'"place":\{[^}]*\}', '"place":0', text)
    return re.sub(r'"(title|text|applies_text|sha256)":"(?:[^"\\]|\\.)*"', r'"\1":0', text).encode()


def module(check: str, item: str, title: str) -> str:
    """A standard that has something to put right."""
    body = f'    title "{title}"\n    severity high\n    applies when {check}\n    check {{\n      {check};\n    }}\n'
    return f'standard s edition "1" {{\n{item}  requirement R shall {{\n{body}  }}\n}}\n'


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CHECKS), st.sampled_from(ITEMS), st.sampled_from(("One", "One.", "One. Two.")))
def test_safe_fixes_leave_the_meaning(check: str, item: str, title: str) -> None:
    text = module(check, item, title)
    fixed, count = settle(text, "main.rw", linted, unsafe=False)
    assert meaning(build(fixed).program) == meaning(build(text).program)
    assert not any(d.fix is not None and d.fix.safe for d in linted(fixed))
    assert (fixed != text) == bool(count)


@pytest.mark.parametrize("check", CHECKS)
def test_the_meaning_compared_is_that_of_the_check(check: str) -> None:
    other = build(module("iface.ssh_present", "", "One")).program
    assert meaning(other) != meaning(build(module(check, "", "One")).program)


def edit(start: int, end: int, text: str, file: str = "a.rw") -> Fix:
    """A fix of one edit."""
    return Fix("do it", (Edit(Span(file, start, end, 1, start + 1, 1, end + 1), text),), safe=True)


class TestApplying:
    """Rounds of edits."""

    def test_edits_that_overlap_wait(self) -> None:
        assert applied("abcdef", "a.rw", [edit(0, 3, "X"), edit(2, 4, "Y"), edit(4, 6, "Z")]) == ("XdZ", 2)

    def test_two_at_one_point_do_not_both_happen(self) -> None:
        assert applied("abc", "a.rw", [edit(1, 1, "X"), edit(1, 1, "Y")]) == ("aXbc", 1)

    def test_neighbours_do(self) -> None:
        assert applied("abc", "a.rw", [edit(0, 1, "X"), edit(1, 2, "Y")]) == ("XYc", 2)

    def test_a_fix_of_another_file_is_left_alone(self) -> None:
        assert applied("abc", "a.rw", [edit(0, 1, "X", "b.rw")]) == ("abc", 0)

    def test_fixes_that_undo_each_other_come_to_an_end(self) -> None:
        def judge(text: str) -> list[Diagnostic]:
            fix = edit(0, 1, "b" if text == "a" else "a")
            return [Diagnostic("RW0732", Severity.NOTE, "m", fix.edits[0].span, fix=fix)]

        assert settle("a", "a.rw", judge, unsafe=False) == ("b", 1)

    def test_fixes_that_grow_come_to_an_end(self) -> None:
        def judge(_: str) -> list[Diagnostic]:
            return [Diagnostic("RW0732", Severity.NOTE, "m", edit(0, 0, "x").edits[0].span, fix=edit(0, 0, "x"))]

        text, count = settle("", "a.rw", judge, unsafe=False)
        assert count == len(text) == 10


REPAIRS = (
    (
        "check {\n not iface.telnet_present  # why\n product.internet_connectable }",
        "present;  # why\n",
    ),
    ("check not iface.telnet_presnt", "check not iface.telnet_present"),
    ("check iface.telnet_present == false", "check iface.telnet_present = false"),
    ("check product.internet_connectable && not iface.telnet_present", "check product.internet_connectable and not"),
    ("check not iface.telnet_present || product.internet_connectable", "present or product"),
    ("check !iface.telnet_present", "check not iface.telnet_present"),
    ("severity hihg\n check not iface.telnet_present", "severity high"),
    ("check product.type = consumer_iott", "consumer_iot\n"),
    ("title “Curly”\n check not iface.telnet_present", 'title "Curly"'),
)


@pytest.mark.parametrize(("wrong", "right"), REPAIRS)
def test_what_the_compiler_suggests_can_be_applied(wrong: str, right: str) -> None:
    text = f'standard s edition "1" {{\n  requirement R shall {{\n    {wrong}\n  }}\n}}\n'
    source = decode(Source("main.rw", text.encode()))
    assert isinstance(source, SourceText)

    def judge(now: str) -> list[Diagnostic]:
        decoded = decode(Source("main.rw", now.encode()))
        assert isinstance(decoded, SourceText)
        return [repaired(d, decoded) for d in build(now).diagnostics]

    assert settle(text, "main.rw", judge, unsafe=False) == (text, 0)
    fixed, count = settle(text, "main.rw", judge, unsafe=True)
    assert count
    assert right in fixed
    assert not any(d.is_error for d in build(fixed).diagnostics)


def test_a_use_that_is_never_mentioned_is_deleted_and_a_digest_pinned() -> None:
    other = 'standard o edition "1" { requirement R shall { check not iface.telnet_present } }\n'
    text = 'policy p edition "1" {\n  use o edition "1" as o\n}\n'
    sources = f"# file: main.rw\n{text}# file: o.rw\n{other}"
    found = next(d for d in build(sources).diagnostics if d.code == "RW0406")
    source = decode(dsl.Source("main.rw", text.encode()))
    assert isinstance(source, SourceText)
    fixed = applied(text, "main.rw", [f for f in [repaired(found, source).fix] if f is not None])[0]
    assert re.search(r'use o edition "1" sha256 "[0-9a-f]{64}" as o', fixed)
    assert build(f"# file: main.rw\n{fixed}# file: o.rw\n{other}").diagnostics == ()


@pytest.mark.parametrize("comment", ["    # {}\n    ", "    severity high  # {}\n    "])
def test_a_comment_that_ignores_nothing_is_deleted(comment: str) -> None:
    text = module(CHECKS[2], "", "One")
    line = comment.format("lint: ignore title-long because of it")
    old = "    severity high\n    " if "severity" in comment else "    "
    spoilt = text.replace(f"{old}applies", f"{line}applies", 1)
    assert spoilt != text
    assert settle(spoilt, "main.rw", linted, unsafe=False) == (text, 1)


POLICY = """policy p edition "1" {
  use o edition "1" sha256 "DIGEST" as o

  exclude R because "it is not for us"
}
"""


def test_a_guess_with_its_alias_is_put_in_whole() -> None:
    other = 'standard o edition "1" { requirement R shall { check not iface.telnet_present } }\n'
    text = POLICY.replace("DIGEST", sha256(other.encode()).hexdigest())
    source = decode(Source("main.rw", text.encode()))
    assert isinstance(source, SourceText)
    found = [repaired(d, source) for d in build(f"# file: main.rw\n{text}# file: o.rw\n{other}").diagnostics]
    fixed = applied(text, "main.rw", [d.fix for d in found if d.fix is not None])[0]
    assert 'exclude o:"R" because' in fixed
    assert build(f"# file: main.rw\n{fixed}# file: o.rw\n{other}").diagnostics == ()


def test_what_is_more_than_a_name_is_left_to_the_author() -> None:
    source = decode(Source("main.rw", b"a b"))
    assert isinstance(source, SourceText)
    found = Diagnostic("RW0201", Severity.ERROR, "m", source.span((0, 3)), hint="did you mean `c`?")
    assert repaired(found, source).fix is None
    assert repaired(Diagnostic("RW0201", Severity.ERROR, "m", hint="did you mean `c`?"), source).fix is None
