"""What tests of the views share: contexts with one and two products, official schemas, changes to documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from msgspec.structs import replace

from rulewright.attest.canonical import canonical, dump
from rulewright.attest.views.context import Context
from rulewright.engine.result import ProductInfo, Report
from rulewright.sbom.schema_judge import refused
from tests.attest import good
from tests.attest.views import contexts
from tests.cli import reports

OSCAL = Path("vectors/oscal/json-schema")
Change = Callable[[Any], object]


def two_products() -> Report:
    """A report about two products, of which one has only a requirement that does not apply."""
    found = contexts.every_status()
    other = replace(reports.ABSENT, product="p2")
    also = replace(reports.FAIL, product="p3", waived=reports.WAIVED.waived)
    infos = (*found.products, ProductInfo("p2", "Second", "2", ()), ProductInfo("p3", "Third <b>", "", ()))
    return replace(found, products=infos, results=(*found.results, other, also))


@cache
def given(name: str) -> Context:
    """A context by its name: `every-status`, `two-products`, `camera`, `all-pass`."""
    made: dict[str, Callable[[], Report]] = {
        "every-status": contexts.every_status,
        "two-products": two_products,
        "camera": good.report,
        "all-pass": lambda: reports.report(reports.PASS),
    }
    return contexts.context(made[name]())


NAMES = ("every-status", "two-products", "camera", "all-pass")


@cache
def oscal_schema(shared: Path, kind: str) -> jsonschema_rs.Validator:
    """The official schema of an OSCAL model."""
    plain = json.loads((shared / OSCAL / f"oscal_{kind}_schema.json").read_bytes())
    return jsonschema_rs.validator_for(plain, validate_formats=True)


def oscal_errors(shared: Path, kind: str, document: bytes) -> list[str]:
    """What the official schema refuses."""
    return [error.message for error in oscal_schema(shared, kind).iter_errors(json.loads(document))]


def cyclonedx_errors(document: bytes, version: str) -> list[str]:
    """The places that the official schema of CycloneDX refuses."""
    return refused(json.loads(document), "cyclonedx", version)


def changed(document: bytes, change: Change) -> bytes:
    """A document with a change, in canonical form."""
    plain = canonical(document)
    change(plain)
    return dump(plain)


def texts(tree: object) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from texts(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from texts(item)


def by_status(context: Context, status: str) -> list[str]:
    """The requirements with a status."""
    return [row.requirement for row in context.rows if row.status == status]
