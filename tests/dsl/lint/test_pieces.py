"""A comment that lets a finding stand counts for its piece: whatever the layout, and in the JSON form; the day changes nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.gathering import gather
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.form.comments import comments_in
from rulewright.dsl.form.reading import converted
from rulewright.dsl.layout import layout
from rulewright.dsl.lex import lex
from rulewright.dsl.lint import Options, lint_source
from rulewright.dsl.lint.fixing import settle
from rulewright.dsl.lint.registry import ALL
from rulewright.dsl.lint.run import for_persona
from tests.dsl.lint.support import DAY, build, linted, sources_of
from tests.dsl.programs import programs

LOOSE = """standard s edition "1" { title "A standard."
  define unused() = iface.telnet_present = true   define other(c : component) =
      c.dev_only = true
  param ok : set<license> = {MIT, Apache-2.0, MIT}
  requirement a shall { title "There is no telnet service." severity high
    applies when product.type in {toy,
       wearable, toy} check { not not iface.telnet_present; product.internet_connectable = true;
       every component c where c.dev_only = true { c.name is known; c.name is known } } fix "" }
  requirement B shall { title "One" check not iface.telnet_present and not iface.telnet_present }
}
test a { given { iface.telnet_present = true } expect fail given { iface.telnet_present = true } expect fail }
"""
NAMES = {rule.name for rule in ALL}
AUTHOR = for_persona("author")


def in_json(text: str) -> tuple[Diagnostic, ...]:
    """What is found in the JSON form of a text."""
    form = converted(dsl.Source("main.rw", text.encode()), "json")
    assert isinstance(form, bytes)
    sources = {**sources_of(text), "main.rw": dsl.Source("main.rw", form)}
    return lint_source("main.rw", sources, vocabulary_of(sources), AUTHOR, options=Options(DAY))


def found(diagnostics: tuple[Diagnostic, ...]) -> Counter[tuple[str, str]]:
    """Codes and messages, however often."""
    return Counter((d.code, d.message) for d in diagnostics)


def laid(text: str) -> str:
    """A text, laid out."""
    made = layout(dsl.Source("main.rw", text.encode()))
    assert isinstance(made, str)
    return made


def with_comments() -> Iterator[str]:
    """The text with a comment at the end of each line, before each line, and both."""
    names = ", ".join(sorted({_name(d.code) for d in linted(LOOSE, AUTHOR)}))
    why = f"# lint: ignore {names} because it is an example"
    lines = LOOSE.split("\n")
    for n in range(len(lines) - 1):
        yield "\n".join([*lines[:n], f"{lines[n]}  {why}", *lines[n + 1 :]])
        yield "\n".join([*lines[:n], f"  {why}", *lines[n:]])


def _name(code: str) -> str:
    return next(rule.name for rule in ALL if rule.code == code)


def test_the_sample_has_findings_everywhere() -> None:
    assert len(linted(LOOSE, AUTHOR)) >= 15
    assert {d.code for d in linted(LOOSE, AUTHOR)} >= {"RW0701", "RW0707", "RW0725", "RW0728", "RW0730", "RW0732"}


def test_neither_the_layout_nor_the_form_changes_what_is_let_stand() -> None:
    everything = found(linted(LOOSE, AUTHOR))
    fewer = 0
    for text in with_comments():
        before = found(linted(text, AUTHOR))
        assert found(linted(laid(text), AUTHOR)) == before
        assert found(in_json(text)) == before
        fewer += sum((everything - before).values())
    assert fewer >= 30


@settings(max_examples=20, deadline=None)
@given(programs(), st.randoms(use_true_random=False))
def test_nor_does_the_layout_in_generated_files(text: str, random: Random) -> None:
    plain = text.removeprefix("\ufeff")
    ends = [token.end for token in lex(plain, 0, len(plain))]
    codes = sorted({d.code for d in linted(plain)}) or ["RW0701"]
    for end in random.sample(ends, min(len(ends), 3)):
        before = random.choice((" ", "\n", "\f", "\r\n"))
        commented = f"{plain[:end]}{before}# lint: ignore {random.choice(codes)} because of it\n{plain[end:]}"
        assert found(linted(laid(commented))) == found(linted(commented))


LONG = "MIT, Apache-2.0, BSD-2-Clause, BSD-3-Clause, ISC, Zlib, X11, Unlicense, MPL-2.0, EPL-2.0, LGPL-2.1-only, MIT"


ONE = 'title "One{}" {} severity high check iface.ssh_present }}'
MOVED = (
    (f"  param ok : set<license> = {{{LONG}}} # lint: ignore repeated-member, unused-param because twice\n", "RW0728"),
    (
        "  requirement one shall { " + ONE.format("", "# lint: ignore requirement-without-test because of it\n") + "\n",
        "RW0707",
    ),
    (
        "  requirement one shall { # lint: ignore requirement-without-test because of it\n" + ONE.format("", "") + "\n",
        "RW0707",
    ),
    (
        "  requirement one shall { "
        + ONE.format(".", "")
        + " # lint: ignore requirement-without-test, title-full-stop because of it\n",
        "RW0732",
    ),
)


@pytest.mark.parametrize(("body", "code"), MOVED)
def test_what_fmt_moves_is_still_let_stand(body: str, code: str) -> None:
    text = f'standard s edition "1" {{\n{body}}}\n'
    plain = re.sub(" *#.*", "", text)
    assert code in {d.code for d in linted(plain, AUTHOR)}
    assert linted(text, AUTHOR) == linted(laid(text), AUTHOR) == in_json(text) == ()
    assert settle(laid(text), "main.rw", lambda now: linted(now, AUTHOR), unsafe=False) == (laid(text), 0)


def test_a_shipped_file_is_as_clean_in_json() -> None:
    rules = gather(["eu.cra@2024"])
    text = rules.texts[rules.roots[0]]
    assert b"# lint: ignore" in text
    form = converted(dsl.Source("cra.json", text), "json")
    assert isinstance(form, bytes)
    sources = {name: dsl.Source(name, data) for name, data in {**rules.texts, rules.roots[0]: form}.items()}
    assert lint_source(rules.roots[0], sources, vocabulary_of(sources), AUTHOR, options=Options(DAY)) == ()


def test_a_module_is_not_silenced_as_a_whole() -> None:
    why = "# lint: ignore title-full-stop because of it\n"
    codes = [d.code for d in linted(why + LOOSE, AUTHOR)]
    assert "RW0732" in codes
    assert "RW0739" in codes


def test_at_the_end_of_a_block_it_stands_at_nothing() -> None:
    text = LOOSE.replace('fix "" }', 'fix ""\n # lint: ignore title-full-stop because of it\n }')
    assert {"RW0732", "RW0739"} <= {d.code for d in linted(text, AUTHOR)}


def test_in_json_nothing_is_offered_that_cannot_be_done() -> None:
    text = LOOSE.replace("severity high\n", "severity high # lint: ignore title-long because of it\n")
    told = [d for d in in_json(text) if d.code == "RW0739"]
    assert [d.fix for d in told] == [None]
    assert told[0].notes
    assert next(d for d in linted(text, AUTHOR) if d.code == "RW0739").fix is not None


WAIVER = next(rule for rule in ALL if rule.name == "waiver-expiring").avoid.replace(
    "    until ", "    # lint: ignore waiver-expiring because renewal is under way\n    until "
)


def test_what_depends_on_the_day_is_kept_for_the_day() -> None:
    sources = sources_of(WAIVER)
    for day in (DAY - 60, DAY, DAY + 200):
        told = lint_source("main.rw", sources, vocabulary_of(sources), ALL, options=Options(day))
        assert "RW0739" not in {d.code for d in told}
        assert ("RW0717" in {d.code for d in told}) == (day == DAY + 200)
        assert "RW0716" not in {d.code for d in told}


def test_what_the_analyser_answers_is_kept_where_it_is_not_asked() -> None:
    text = LOOSE.replace("  requirement a", "  # lint: ignore dead-applicability because of it\n  requirement a")
    assert "RW0739" not in {d.code for d in linted(text)}


def test_where_a_piece_cannot_be_read_nothing_is_said_to_be_unused() -> None:
    text = LOOSE.replace("check not", "# lint: ignore double-negation because of it\n check not ==")
    assert "RW0739" not in {d.code for d in linted(text)}


# --- fixes ----------------------------------------------------------------------------------------------------------------

SPOTS = (
    "  param fine : set<license> = {MIT, Apache-2.0, # from legal, ticket 77\n    MIT}\n",
    "  define unused() = iface.telnet_present # why\n    = true\n",
    "  define unused(c : component) = c.dev_only and # why\n    c.name is known # and how\n",
    '  requirement q may { title "Q." # a stop\n check iface.ssh_present = # yes or no\n true }\n',
    '  requirement q may { title "Q\\"# no comment." check iface.ssh_present = true # why\n }\n',
)


def comments(text: str) -> list[str]:
    """The comments of a text but for those that let findings stand."""
    found = (text[start:end].strip() for start, end in comments_in(text))
    return [each for each in found if "lint:" not in each]


@pytest.mark.parametrize("spot", SPOTS)
def test_a_safe_fix_keeps_every_comment(spot: str) -> None:
    text = LOOSE.replace("  requirement a", f"{spot}  requirement a")
    for start in (text, *(f"{text}# lint: ignore {name} because of it\n" for name in ("title-long",))):
        fixed, count = settle(start, "main.rw", lambda now: linted(now, AUTHOR), unsafe=False)
        assert count
        assert comments(fixed) == comments(text)
        assert not any(d.is_error for d in build(fixed).diagnostics if d not in build(text).diagnostics)
    assert comments(text)


def test_a_comment_between_every_two_words_survives() -> None:
    words = re.findall(r'"[^"\n]*"|[\w.\-]+|\S', LOOSE)
    text = "".join(f"{word} # {number}\n" for number, word in enumerate(words))
    fixed, _ = settle(text, "main.rw", lambda now: linted(now, AUTHOR), unsafe=False)
    assert comments(fixed) == comments(text)
    assert any(d.fix is not None and not d.fix.safe and "comment" in d.fix.title for d in linted(text, AUTHOR))


# --- depth ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", ["not ", "iface.ssh_present implies ", "all{", "any {iface.ssh_present; all {"])
@pytest.mark.parametrize("where", ["check {}", "define deep() = {}"])
def test_what_the_compiler_refuses_for_its_depth_is_not_linted(head: str, where: str) -> None:
    deep = head * 1_000 + "iface.telnet_present" + "}" * (head.count("{") * 1_000)
    item = where.replace("{}", deep)
    old, before = ("check not", "") if where.startswith("check") else ("param", "  ")
    text = LOOSE.replace(old, f'{item} note "n" {old}' if not before else f"{item}\n  {old}", 1)
    assert "RW0602" in {d.code for d in build(text).diagnostics}
    told = linted(text, AUTHOR)
    assert {"RW0728", "RW0732"} <= {d.code for d in told}
    assert sum(d.code == "RW0725" for d in told) <= 1
