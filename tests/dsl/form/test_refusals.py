"""What is wrong with JSON is told by code and pointer; what the schema refuses is refused in reading; no text becomes more than text."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.diagnostics import Severity
from rulewright.dsl.form.codes import CODES
from rulewright.dsl.form.document import loaded
from rulewright.dsl.form.reading import json_form
from tests.dsl.form.support import SAMPLE, VALID, first, good, policy, reading, wrong_in

MADE = json.loads(json_form(good(SAMPLE)))
EXAMPLES = {code: entry.example for code, entry in CODES.items() if code < "RW0850"}
DEEP = '{"not": ' * 70 + '"x"' + "}" * 70


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_the_example_provokes_the_code(code: str) -> None:
    example = EXAMPLES[code].replace("…", DEEP)
    assert code in {d.code for d in wrong_in(example)}


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_the_entry_is_complete(code: str) -> None:
    entry = CODES[code]
    assert entry.code == code
    assert entry.title
    assert not entry.title.endswith(".")
    assert entry.page.endswith(".")


@pytest.mark.parametrize(
    ("item", "code", "pointer", "words"),
    [
        ({"requirement": "R", "sevrity": "high"}, "RW0803", "/sevrity", "no member `sevrity`"),
        ({"requirement": "R", "severity": 3}, "RW0806", "/severity", "expected a name, found a number"),
        ({"requirement": "R", "check": []}, "RW0806", "/check", "at least 1"),
        ({"requirement": "R", "check": "x"}, "RW0806", "/check", "an array of conditions"),
        ({"requirement": "R", "check": [{"all": ["x"], "any": ["y"]}]}, "RW0803", "/check/0/any", "no member `any`"),
        ({"requirement": "R", "check": [{"everry": "component"}]}, "RW0805", "/check/0", "no condition"),
        ({"requirement": "R", "check": [{"value": "a", "=": 1.5}]}, "RW0806", "/check/0/=", "a number"),
        ({"requirement": "R", "check": [{"value": "a", "=": "9 5"}]}, "RW0807", "/check/0/=", "`9 5`"),
        ({"requirement": "R", "check": [{"value": "a", "=": "2026-02-30"}]}, "RW0807", "/check/0/=", "no day"),
        ({"requirement": "R", "check": [{"value": "a", "=": 10**18}]}, "RW0807", "/check/0/=", "18 digits"),
        ({"requirement": "R", "check": [{"value": "a", "=": "1.1234567"}]}, "RW0807", "/check/0/=", "more digits"),
        ({"requirement": "R", "check": [{"value": "a", "=": "9999y"}]}, "RW0807", "/check/0/=", "1,000 years"),
        ({"requirement": "x } requirement"}, None, "", ""),
        ({"axiom": "x } requirement y", "holds": "a"}, "RW0807", "/axiom", "not a name"),
        ({"axiom": "x # y", "holds": "a"}, "RW0807", "/axiom", "not a name"),
        ({"scope": "a and b"}, "RW0807", "/scope", "not a name"),
        ({"scope": {"every": "c\n}", "as": "x"}}, "RW0807", "/scope/every", "not a name"),
        ({"title": "a\nb"}, "RW0807", "/title", "a line break"),
        ({"title": "a\u202eb"}, "RW0807", "/title", "U+202E"),
        ({"title": "\ud800"}, "RW0807", "/title", "U+D800"),
        ({"title": "a", "comments": ["x\ny"]}, "RW0807", "/comments/0", "a line break"),
        ({"title": "a", "comments": [{"text": "x", "at": "fix"}]}, "RW0803", "/comments/0/at", "no such part"),
        ({"title": "a", "comments": [{"text": "x", "line": 0}]}, "RW0804", "/comments/0", "needs `at`"),
        ({"exclude": "R"}, "RW0804", "", "needs the member `because`"),
        ({"tighten": "R", "severty": "high"}, "RW0803", "/severty", "no member `severty`"),
        ({"use": "a", "edition": "1", "as": "b c"}, "RW0807", "/as", "not a name"),
        ({"valid": {}}, "RW0804", "/valid", "`from` or `until`"),
        ({"requirement": "R", "evidence": {"need": "any"}}, "RW0804", "/evidence", "stand together"),
        ({"requirement": "R", "right": 1}, "RW0806", "/right", "`true`"),
        ({"requirement": "R", "comments": [{"text": "a", "place": "behind"}] * 2}, "RW0805", "/comments/1", "two"),
        ({"scope": "not"}, "RW0809", "", "something else"),
        ({"scope": {"value": "any", "is": "not"}}, "RW0809", "", "something else"),
        ({"param": "p", "type": "set", "value": ["a", "...", "b"]}, "RW0807", "/value/1", "not a word"),
        ("title", "RW0806", "", "expected an item"),
    ],
)
def test_what_is_wrong_is_told_with_its_pointer(item: object, code: str | None, pointer: str, words: str) -> None:
    text = policy({"title": "before"}, item)
    found = reading(text)[1]
    if code is None:
        assert found == ()
        return
    (diagnostic,) = found
    assert diagnostic.code == code
    assert diagnostic.pointer == f"/modules/0/items/1{pointer}"
    assert diagnostic.source == "x"
    assert diagnostic.severity is Severity.ERROR
    assert words in diagnostic.message


def test_every_wrong_item_is_told() -> None:
    found = reading(policy({"titel": "a"}, {"force": "a b"}, {"title": "c"}))[1]
    assert [d.pointer for d in found] == ["/modules/0/items/0", "/modules/0/items/1/force"]
    assert found[0].hint == "did you mean `title`?"


@pytest.mark.parametrize(
    ("text", "code", "pointer"),
    [
        ('{"format": "rulewright-rules/1", "modules": [}', "RW0801", None),
        ('{"format": "rulewright-rules/1", "modules": []', "RW0801", None),
        ('{"format": NaN}', "RW0801", None),
        ('{"format": 1%s}' % ("0" * 5000), "RW0801", None),
        ('{"format": "rulewright-rules/1", "tests": [], "tests": []}', "RW0801", "/tests"),
        (policy({"title": "a"}).replace('"title": "a"', '"title": "a", "title": "b"'), "RW0801", "/modules/0/items/0/title"),
        (r'{"\ud800": 1, "\ud800": 2}', "RW0801", "/\\ud800"),
        ("{}", "RW0802", None),
        ('{"format": "rulewright-rules/2"}', "RW0802", "/format"),
        ('{"format": "rulewright-rules/1", "rules": []}', "RW0803", "/rules"),
        ('{"format": "rulewright-rules/1", "modules": {}}', "RW0806", "/modules"),
        ('{"format": "rulewright-rules/1", "modules": [{"polcy": "a"}]}', "RW0805", "/modules/0"),
        ('{"format": "rulewright-rules/1", "modules": [{"policy": "a", "edition": "1"}]}', "RW0804", "/modules/0"),
        ('{"format": "rulewright-rules/1", "modules": ' + "[" * 100_000 + "]" * 100_000 + "}", "RW0810", None),
        (policy({"scope": json.loads(DEEP)}), "RW0810", "/modules/0/items/0"),
    ],
    ids=range(15),
)  # fmt: skip
def test_a_file_that_is_wrong_as_a_whole(text: str, code: str, pointer: str | None) -> None:
    diagnostic = first(text)
    assert (diagnostic.code, diagnostic.pointer) == (code, pointer)


def test_bytes_that_are_no_text_and_too_many_of_them() -> None:
    assert first(b'{"format": "\xff"}').code == "RW0101"
    assert first(b'{"' + b" " * 4_000_000).code == "RW0601"


def places(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to each value in a JSON value."""
    yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*way, key))


WAYS = [way for way in places(MADE) if way]
ODD: list[Any] = [
    None, True, False, 0, -3, 1.5, "", "x", "a b", "}", '"', "\\", "#", "not", "any", "30d", "...", "1.0", [], ["x"], {}, {"text": "x"},
    {"name": "x"}, {"value": "x", "is": "known"}, "a\nb", "\u202e",
]  # fmt: skip


@given(st.sampled_from(WAYS), st.sampled_from(["replace", "drop", "add"]), st.sampled_from(ODD))
def test_what_the_schema_refuses_is_refused_in_reading(way: tuple[str | int, ...], how: str, odd: Any) -> None:
    value = copy.deepcopy(MADE)
    owner = value
    for key in way[:-1]:
        owner = owner[key]
    if how == "replace":
        owner[way[-1]] = odd
    elif how == "drop":
        del owner[way[-1]]
    elif isinstance(owner, dict):
        owner["extra"] = odd
    else:
        owner.append(odd)
    document, wrong = loaded(value)
    if not VALID.is_valid(value):
        assert wrong
    file, found = reading(json.dumps(value))
    assert bool(file) == (not found)
    assert file is None or file.file == document.file


@given(st.text(min_size=1, max_size=12))
def test_a_text_stays_a_text_and_a_name_a_name(word: str) -> None:
    target = json.dumps({"exclude": word, "because": word})
    file, found = reading(policy(json.loads(target), {"define": word, "holds": word}))
    if file is not None:
        (module,) = file.file.modules
        assert len(module.items) == 2
    else:
        assert {d.code for d in found} <= {"RW0807", "RW0809"}
