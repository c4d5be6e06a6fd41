"""In-file tests as data."""

import pytest

from rulewright.dsl.ir_cases import GivenTable, Open
from tests.dsl.support import build

HEAD = 'standard s edition "1" { requirement R shall { check some component c where c.name is known } }\n'


def given(facts: str) -> tuple[GivenTable, ...]:
    compiled = build(f"{HEAD}test R {{ given {facts} expect pass }}")
    assert compiled.diagnostics == ()
    return compiled.tests[0].tables


def test_a_table_with_children_and_dependencies() -> None:
    (table,) = given("""{ components = [
      { name = "a", supplier = ?, license = "MIT OR X", version = "1", end_of_support = 2026-01-01, hash_algorithms = {SHA-512, MD5},
        hashes = [ { valid = true } ], depends = ["b"] },
      { name = ? withheld }
    ] complete }""")
    assert (table.collection, table.extent) == ("component", "closed")
    first, second = table.rows
    assert dict(first.fields) == {
        "name": "a",
        "supplier": Open("missing"),
        "license": "MIT OR X",
        "version": "1",
        "end_of_support": 20454,
        "hash_algorithms": ("MD5", "SHA-512"),
    }
    assert first.depends == ("b",)
    assert [(c.collection, c.extent, len(c.rows)) for c in first.children] == [("hash", "closed", 1)]
    assert dict(second.fields) == {"name": Open("withheld")}


@pytest.mark.parametrize(
    ("text", "extent"),
    [("[]", "unstated"), ("[] complete", "closed"), ("[] incomplete", "open"), ("[] open", "open"), ("?", "absent")],
)
def test_the_extent_of_a_table(text: str, extent: str) -> None:
    (table,) = given(f"{{ component = {text} }}")
    assert (table.extent, table.rows) == (extent, ())


def test_a_test_may_stand_before_its_module_and_name_it_by_id() -> None:
    compiled = build(f"test s:R {{ given {{ }} expect unknown }}\n{HEAD}")
    assert [(c.requirement, c.as_of, c.expect) for c in compiled.tests] == [("s:R", None, "unknown")]


def test_an_excluded_requirement_has_no_test() -> None:
    text = f'{HEAD}policy p edition "1" {{ use s edition "1" as s exclude s:R because "r" }}\ntest s:R {{ given {{ }} expect pass }}'
    assert [d.code for d in build(text).diagnostics] == ["RW0501"]


def test_two_modules_with_the_same_id_need_a_name() -> None:
    text = HEAD + HEAD.replace("standard s", "standard t") + "test R { given { } expect pass }"
    (found,) = build(text).diagnostics
    assert (found.code, found.hint) == ("RW0501", 'write `s:"R"`')
