"""Colours, symbols, folds, selections, links, inlays, actions."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.diagnostics import Diagnostic, Edit, Fix, Severity
from rulewright.dsl.editing import structure
from rulewright.dsl.editing.actions import Action, actions
from rulewright.dsl.editing.colours import LEGEND, colours
from rulewright.dsl.editing.outline import Outline, outline
from rulewright.dsl.limits import MAX_TOKENS
from rulewright.dsl.source import Source, SourceText, decode
from tests.dsl.editing.support import after, judged, project, workspace


def read(text: str) -> Outline:
    decoded = decode(Source("x.rw", text.encode()))
    assert isinstance(decoded, SourceText)
    return outline(decoded)


def kinds(text: str) -> dict[str, str]:
    return {text[c.start : c.end]: c.kind for c in colours(read(text))}


def test_words_have_the_colour_of_what_they_are_there() -> None:
    found = kinds(project()["policy.rw"])
    expected = {
        "policy": "keyword", "acme.camera": "namespace", "base": "namespace", "ok_licenses": "parameter",
        "set": "keyword", "shipped": "function", "component": "type", "c": "variable", "type": "property",
        "library": "enumMember", "acme.kind": "property", "lib-hygiene": "class", "ACME-LIST": "decorator",
        "high": "enumMember", "14": "number", "2026-08-01": "number", '"🎥"': "string", ">=": "operator",
    }  # fmt: skip
    assert {word: found[word] for word in expected} == expected
    assert "# Ein Prüfprogramm 🎥 für Kameras" in found


def test_a_word_is_a_keyword_only_where_the_grammar_takes_it_for_one() -> None:
    text = 'policy a.b edition "1" { define test(c : component) = c.type = test }'
    found = [(text[c.start : c.end], c.kind) for c in colours(read(text))]
    assert ("type", "property") in found
    assert found.count(("test", "function")) == 1
    assert ("test", "enumMember") in found
    assert ("test", "keyword") not in found


@given(st.data())
def test_colours_are_in_order_and_apart_in_whatever_is_typed(data: st.DataObject) -> None:
    text = project()["policy.rw"]
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    broken = text[:start] + data.draw(st.sampled_from(["", '"', "}", "{", "# ", "c."])) + text[end:]
    last = 0
    for colour in colours(read(broken)):
        assert last <= colour.start < colour.end <= len(broken)
        assert "\n" not in broken[colour.start : colour.end]
        assert colour.kind in LEGEND
        last = colour.end


@pytest.mark.parametrize("count", [1_000, 50_000])
def test_what_is_nested_too_deeply_has_colours_and_no_names(count: int) -> None:
    text = 'standard a.b edition "1" {\n  requirement x shall { check ' + "not " * count + "product.users > 3 }\n}\n"
    found = read(text)
    kinds_of_not = {c.kind for c in colours(found) if text[c.start : c.end] == "not"}
    assert kinds_of_not == ({"keyword"} if count < MAX_TOKENS else {"keyword", "enumMember"})
    assert [s.name for s in structure.symbols(found)] == ["a.b"]
    assert structure.selections(found, len(text) // 2)[-1] == (0, len(text))


def test_symbols_name_what_is_declared() -> None:
    found = structure.symbols(read(project()["policy.rw"]))
    assert [(s.name, s.kind) for s in found] == [("acme.camera", "policy"), ("test lib-hygiene", "test")]
    names = [s.name for s in found[0].children]
    assert names == ["base", "ok_licenses", "stop_score", "shipped", "lib-hygiene", "w-1"]
    for child in found[0].children:
        assert found[0].at[0] <= child.at[0] <= child.name_at[0] < child.name_at[1] <= child.at[1] <= found[0].at[1]


def test_symbols_of_the_workspace_are_found_by_name_and_title() -> None:
    found = structure.found_symbols(workspace(dict(project())), "TELNET")
    assert [(file, symbol.name) for file, _, symbol in found] == [("baseline.rw", "4.1"), ("words.rw", "acme.telnet")]


def test_folds_are_brackets_and_runs_of_comments_over_several_lines() -> None:
    text = 'policy a.b edition "1" {\n  # one\n  # two\n  requirement x shall {\n    check true\n  }\n}\n'
    found = [(text[slice(*at)].partition("\n")[0].strip(), comment) for at, comment in structure.folds(read(text))]
    assert found == [("{", False), ("# one", True), ("{", False)]


@given(st.integers(0, 1_300))
def test_selections_grow(offset: int) -> None:
    read_file = read(project()["policy.rw"])
    around = structure.selections(read_file, min(offset, len(read_file.source.text)))
    assert around[-1] == (0, len(read_file.source.text))
    assert all(b[0] <= a[0] and a[1] <= b[1] and a != b for a, b in pairwise(around))


def test_links_lead_to_modules_and_fixtures() -> None:
    around = workspace({**project(), "x.rw": 'policy a.b edition "1" { use acme.baseline edition "2.0" as b }\n'
                        'test x { given "fixtures/a.json" expect pass }'})  # fmt: skip
    found = [(link.file, link.fixture) for link in structure.links(around.outline("x.rw"), around)]
    assert found == [("baseline.rw", False), ("fixtures/a.json", True)]


def test_the_standards_behind_an_objective_are_counted() -> None:
    around = workspace(dict(project()))
    read_file = around.outline("baseline.rw")
    found = list(structure.inlays(read_file, around, (0, 10_000)))
    assert [(i.text, i.tip) for i in found] == [("1 standard", "acme.baseline")]
    assert read_file.source.text[: found[0].offset].endswith("objective ACME-IFACE")
    assert not list(structure.inlays(read_file, around, (0, 10)))


def applied(text: str, action: Action) -> str:
    for change in sorted(action.changes, key=lambda c: c.at, reverse=True):
        text = text[: change.at[0]] + change.text + text[change.at[1] :]
    return text


def test_pinning_a_digest_settles_the_remark() -> None:
    read_file, around, offset = after("policy.rw", "use acme")
    before = judged(dict(project()), "policy.rw")
    assert "RW0406" in [d.code for d in before]
    found = [a for a in actions(read_file, around, (offset, offset), before) if a.title == "pin the digest"]
    assert found[0].about is not None
    text = applied(project()["policy.rw"], found[0])
    assert "RW0406" not in [d.code for d in judged({**project(), "policy.rw": text}, "policy.rw")]


def test_a_first_test_compiles_and_is_offered_once() -> None:
    read_file, around, offset = after("baseline.rw", 'requirement "4.2')
    found = [a for a in actions(read_file, around, (offset, offset), ()) if a.title.startswith("add a test")]
    text = applied(project()["baseline.rw"], found[0])
    assert text.endswith('test "4.2" {\n  given { acme.tries = ? } expect unknown\n}\n')
    assert not [d for d in judged({**project(), "baseline.rw": text}, "baseline.rw") if d.is_error]
    again = workspace({**project(), "baseline.rw": text})
    assert not actions(again.outline("baseline.rw"), again, (offset, offset), ())


@pytest.mark.parametrize("safe", [True, False])
def test_a_fix_is_an_action_and_says_when_it_is_not_safe(*, safe: bool) -> None:
    read_file, around, offset = after("policy.rw", "title")
    span = read_file.source.span((offset - 5, offset))
    finding = Diagnostic("RW0700", Severity.WARNING, "odd", span, fix=Fix("delete it", (Edit(span, ""),), safe))
    found = actions(read_file, around, (offset, offset), [finding])
    assert [(a.title, a.safe, a.about) for a in found] == [
        ("delete it" if safe else "delete it (may change the meaning)", safe, finding)
    ]


@given(st.text("ab\n", max_size=30), st.text("ab\n", max_size=30))
def test_differences_turn_one_text_into_the_other(old: str, new: str) -> None:
    text = old
    for (start, end), piece in reversed(list(structure.differences(old, new))):
        text = text[:start] + piece + text[end:]
    assert text == new
