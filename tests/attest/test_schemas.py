"""The published schemas are those of the model, take real documents, and refuse what the reader refuses."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from jsonschema import Draft202012Validator

from docs.scripts import schemas
from rulewright.attest import container, disclose, disclosure, dsse, model
from rulewright.attest.canonical import dump
from rulewright.cli.enclosing import run_of
from tests.attest import good

NAMES = tuple(schemas.DOCUMENTS)
Case = tuple[str, Any, jsonschema_rs.Draft202012Validator]


def document(name: str) -> Any:
    """A real document of each kind, as plain data."""
    held = container.decode(good.bundle())
    match name:
        case "root":
            return json.loads(dsse.decode(held["root.dsse.json"]).payload)
        case "rows" | "seed":
            return json.loads(held[f"{name}.json"])
        case "run":
            run = good.report().run
            assert run is not None
            return json.loads(model.encode(run_of(run)))
        case "trust":
            return json.loads(dsse.decode(good.trust_file()).payload)
        case "status":
            gone = model.StatusEntry(root="ab" * 32, state="revoked", since="2026-01-01", reason="why", by=None)
            return json.loads(dsse.decode(good.status_list((gone,))).payload)
        case _:
            return disclosed(held)


def disclosed(held: dict[str, bytes]) -> Any:
    """Two rows and a name."""
    rows, seed = json.loads(held["rows.json"])["rows"], good.SEED
    tree = disclosure.Tree(seed, msgspec.convert(rows, tuple[model.Row, ...]))
    return json.loads(disclose.make(tree, "ab" * 32, (0, 2), (1,)))


@pytest.fixture(scope="module", params=NAMES)
def case(request: pytest.FixtureRequest) -> Case:
    name = request.param
    return name, document(name), jsonschema_rs.Draft202012Validator(json.loads(schemas.path(name).read_bytes()))


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_what_the_model_says(name: str) -> None:
    assert schemas.path(name).read_text(encoding="utf-8") == schemas.text(name), "run `make pages`"
    Draft202012Validator.check_schema(schemas.schema(name))


def test_every_document_that_has_a_format_has_a_schema() -> None:
    kinds = [kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    formats = {str(kind.__annotations__["format"]) for kind in kinds if "format" in kind.__annotations__}
    named = {match[1] for text in formats for match in [re.search(r"rulewright-(\w+)/1", text)] if match}
    assert named | {"root"} == set(NAMES)


def test_a_real_document_fits(case: Case) -> None:
    _, plain, validator = case
    validator.validate(plain)


def changes(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Members that can be left out, and objects that a stranger can be put into."""
    if isinstance(node, dict):
        yield place, "more"
        for key in node:
            yield (*place, key), "less"
            yield from changes(node[key], (*place, key))
    elif isinstance(node, list):
        for index, item in enumerate(node[:2]):
            yield from changes(item, (*place, index))


def changed(plain: Any, place: tuple[Any, ...], how: str) -> Any:
    made = copy.deepcopy(plain)
    node = made
    for step in place[:-1] if how == "less" else place:
        node = node[step]
    if how == "less":
        del node[place[-1]]
    else:
        node["stranger"] = []
    return made


def test_schema_and_reader_agree_on_what_is_left_out_and_put_in(case: Case) -> None:
    name, plain, validator = case
    kind = schemas.DOCUMENTS[name][0]
    refused = 0
    for place, how in changes(plain):
        made = changed(plain, place, how)
        said = validator.is_valid(made)
        try:
            model.decode(dump(made), kind, 1 << 20)  # type: ignore[type-var]  # all of them are documents of the model
            read = True
        except model.ModelError:
            read = False
        assert said == read, (place, how)
        refused += not said
    assert refused >= 3


def test_a_wrong_digest_and_a_wrong_day_are_refused() -> None:
    validator = Draft202012Validator(schemas.schema("root"))
    for member, wrong in (("validUntil", "2026-1-1"), ("asOf", "2026-01-01"), ("program", "AB" * 32)):
        plain = document("root")
        plain["predicate"][member] = wrong
        assert not validator.is_valid(plain), member
