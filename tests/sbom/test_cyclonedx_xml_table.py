"""The table of CycloneDX XML has every element and attribute of the eight official schemas."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from rulewright.sbom import cyclonedx_xml_judge
from rulewright.sbom.cyclonedx_xml_table import Kind, Rule, Table, lines, rule

X = "{http://www.w3.org/2001/XMLSchema}"
GROUPS = ("sequence", "choice", "all", "complexContent", "simpleContent", "extension")
# 1.2 to 1.7 let a graph nest; the reader flattens it, so its type is followed once
FLAT = {"dependency", "provides"}


class Schema:
    """One XSD: types by name, and what they hold."""

    def __init__(self, path: Path) -> None:
        self.root = etree.parse(path).getroot()
        self.types = {t.get("name"): t for t in self.root.iter(f"{X}complexType") if t.get("name")}
        self.groups = {g.get("name"): g for g in self.root.iter(f"{X}attributeGroup") if g.get("name")}

    def bom(self) -> Any:
        return next(e for e in self.root.iterchildren(f"{X}element") if e.get("name") == "bom")

    def type_of(self, element: Any) -> Any:
        inner = element.find(f"{X}complexType")
        return inner if inner is not None else self.types.get((element.get("type") or "").rpartition(":")[2])

    def inside(self, kind: Any) -> Iterator[tuple[str, Any]]:
        for child in kind:
            tag = str(child.tag).removeprefix(X)
            if tag in GROUPS:
                yield from self.inside(child)
            elif tag in {"element", "attribute"}:
                yield tag, child
            elif tag == "attributeGroup":
                yield from self.inside(self.groups[child.get("ref").rpartition(":")[2]])


def unknown(schema: Schema, table: Table, kind: Any, ours: str, at: str, done: set[tuple[str, str]]) -> Iterator[str]:
    """Paths that the schema has and the table has not."""
    here = (schema.root.getroottree().getpath(kind), ours)
    if here in done:
        return
    done.add(here)
    known = table[ours]
    for tag, found in schema.inside(kind):
        name = found.get("name") or found.get("ref")
        if tag == "attribute":
            if name not in known.attributes:
                yield f"{at}/@{name}"
        elif table.prefix + name not in known.elements:
            yield f"{at}/{name}"
        else:
            yield from below(
                schema, table, schema.type_of(found), known.elements[table.prefix + name], f"{at}/{name}", done
            )


def below(schema: Schema, table: Table, kind: Any, made: Rule, at: str, done: set[tuple[str, str]]) -> Iterator[str]:
    """Paths below one field."""
    if kind is None:
        # plain text; an object that may be a text as well, or that has a text of its own, says so
        if made.type and made.kind != Kind.EITHER and table[made.type].text is None:
            yield f"{at}: not an object"
    elif made.kind == Kind.LIST:
        assert made.item is not None
        items = {e.get("name"): e for tag, e in schema.inside(kind) if tag == "element"}
        if made.item.name not in items:
            yield f"{at}: no {made.item.name}"
        for name, item in items.items():
            if name != made.item.name:
                yield f"{at}/{name}"
            elif made.item.kind != Kind.REFERENCE:
                yield from below(schema, table, schema.type_of(item), made.item, f"{at}/{name}", done)
    elif made.type == "dependency":
        names = {e.get("name") for tag, e in schema.inside(kind) if tag == "element"}
        yield from (f"{at}/{name}" for name in names - FLAT)
    elif not made.type:
        yield f"{at}: an object"
    else:
        yield from unknown(schema, table, kind, made.type, at, done)


@pytest.mark.parametrize("version", cyclonedx_xml_judge.VERSIONS)
def test_the_table_has_every_field_of_the_schema(version: str, root: Path) -> None:
    schema = Schema(root / "sbom" / "schemas" / "cyclonedx" / f"bom-{version}.xsd")
    table = Table(f"http://cyclonedx.org/schema/bom/{version}")
    found = unknown(schema, table, schema.type_of(schema.bom()), "bom", "bom", set())
    assert sorted(found) == []


def test_every_word_of_the_table_is_understood() -> None:
    table = Table("urn:x")
    for name in table.names():
        assert table[name].by_key, name
    types = {made.type for fields in lines().values() for _, made in (rule(f, "") for f in fields) if made.type}
    items = {
        made.item.type for fields in lines().values() for _, made in (rule(f, "") for f in fields) if made.item
    } - {""}
    assert types | items <= set(lines()), (types | items) - set(lines())
    assert set(lines()) - types - items == {"bom"}
    with pytest.raises(ValueError, match="notation"):
        rule("name:raw:raw", "")
