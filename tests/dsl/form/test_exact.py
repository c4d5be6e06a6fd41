"""From text to JSON and back nothing is lost: trees, comments, meaning; on every shipped file, the samples of the docs, generated programs."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given

from docs.scripts import schemas
from rulewright.cli.compiling import compile_with_tests
from rulewright.cli.gathering import gather
from rulewright.dsl import ir
from rulewright.dsl.form.reading import converted, json_form, rule_text
from rulewright.dsl.form.shape import Wrong
from rulewright.dsl.read import ReadFile
from rulewright.dsl.source import Source
from tests.dsl.form.support import FILES, ROOT, SAMPLE, SCHEMA, exact, good, reading
from tests.dsl.programs import examples, programs
from tests.dsl.programs import reading as generated

REFUSED = re.compile("stands twice|is given twice|ends with `\\+`|between sets|inside one another")
"""What the JSON form cannot say; the compiler takes none of it."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_shipped_file(path: Path) -> None:
    exact(good(path.read_bytes(), path.name))


def test_something_of_everything() -> None:
    value = exact(good(SAMPLE))
    assert rule_text(json.dumps(value).encode()).count("#") == SAMPLE.count("#")


def test_the_samples_of_the_docs() -> None:
    found = 0
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for sample in re.findall(r"^```rw\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            file, wrong = reading(sample)
            if file is not None and not wrong:
                exact(file)
                found += 1
    assert found >= 10


def test_the_sample_of_the_page_is_what_would_be_written() -> None:
    page = (ROOT / "docs/reference/json-form.md").read_text(encoding="utf-8")
    (sample,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert converted(Source("page.json", sample.encode()), "json") == sample.encode()


def test_the_schema_is_that_of_the_tables() -> None:
    assert schemas.path(schemas.RULES).read_text(encoding="utf-8") == schemas.text(schemas.RULES)
    jsonschema_rs.meta.validate(SCHEMA)


def test_the_schema_describes_every_member() -> None:
    objects = [node for node in every(SCHEMA) if node.get("type") == "object"]
    assert len(objects) > 60
    for node in objects:
        if "propertyNames" in node:
            continue  # facts: any name
        assert node.get("additionalProperties") is False
        assert node["title"]
        for name, member in node["properties"].items():
            assert member["description"], (node["title"], name)


def every(node: Any) -> Iterator[dict[str, Any]]:
    """All objects in a JSON value."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every(inner)


@examples
@given(programs())
def test_generated_programs(text: str) -> None:
    file, sink = generated(text)
    assert file is not None
    assert not sink.failed
    refused = refusal(file)
    if refused is None:
        exact(file)
    else:
        assert refused.code in {"RW0808", "RW0810"}
        assert REFUSED.search(refused.message)


def refusal(file: ReadFile) -> Wrong | None:
    """Why a file has no JSON form."""
    try:
        json_form(file)
    except Wrong as wrong:
        return wrong
    return None


def test_converting_a_form_to_itself_changes_nothing() -> None:
    form = json_form(good(SAMPLE))
    assert converted(Source("x.json", form), "json") == form
    text = converted(Source("x.json", form), "rw")
    assert isinstance(text, bytes)
    assert converted(Source("x.rw", text), "rw") == text
    assert converted(Source("x.rw", text), "json") == form


def test_how_json_is_spaced_and_ordered_does_not_matter() -> None:
    value = json.loads(json_form(good(SAMPLE)))
    other = json.dumps({key: value[key] for key in reversed(value)}, indent=7).encode()
    assert converted(Source("x", other), "json") == json_form(good(SAMPLE))


def meaning(program: ir.Program | None, *without: str) -> Any:
    """A program without places, digests, and the words of its lines (their brackets may be fewer)."""
    left_out = without or ("place", "sha256", "text", "applies_text")
    assert program is not None

    def bare(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: bare(v) for k, v in node.items() if k not in left_out}
        return [bare(item) for item in node] if isinstance(node, list) else node

    return bare(msgspec.json.decode(ir.encode(program)))


@pytest.mark.parametrize("path", ["policies/example.rw", "standards/etsi.en_303_645/3.1.3.rw"])
def test_the_meaning_stays(path: str) -> None:
    rules = gather([str(ROOT / path)])
    assert rules.problems == []
    first, cases = compile_with_tests(rules)
    root = rules.roots[0]
    rules.texts[root] = json_form(good(rules.texts[root]))
    second, again = compile_with_tests(rules)
    assert meaning(second.program) == meaning(first.program)
    assert [case.expect for case in again] == [case.expect for case in cases]
    rules.texts[root] = rule_text(rules.texts[root]).encode()
    third, _ = compile_with_tests(rules)
    assert third.program is not None
    assert second.program is not None
    assert meaning(third.program, "place", "sha256") == meaning(second.program, "place", "sha256")
