"""The first judge: what the official schema says.

Guarantees: the schemas are the published files, byte for byte (`schemas/NOTICE`), with formats checked; CycloneDX 1.2
and 1.3 are judged by their strict variants, the others are strict themselves.  Every refusal has its JSON pointer; at
most `SAME_CODE` are listed.  It says nothing about meaning, and it sees the last of two equal keys only.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.findings import NOTE, WARNING, Findings, escape, shown
from rulewright.sbom.limits import SAME_CODE

if TYPE_CHECKING:
    import jsonschema_rs

SCHEMAS = {
    ("cyclonedx", "1.2"): "cyclonedx/bom-1.2-strict.schema.json",
    ("cyclonedx", "1.3"): "cyclonedx/bom-1.3-strict.schema.json",
    ("cyclonedx", "1.4"): "cyclonedx/bom-1.4.schema.json",
    ("cyclonedx", "1.5"): "cyclonedx/bom-1.5.schema.json",
    ("cyclonedx", "1.6"): "cyclonedx/bom-1.6.schema.json",
    ("cyclonedx", "1.7"): "cyclonedx/bom-1.7.schema.json",
    ("spdx", "SPDX-2.2"): "spdx/spdx-2.2.schema.json",
    ("spdx", "SPDX-2.3"): "spdx/spdx-2.3.schema.json",
}
"""Family and version, as the document writes it, to the schema's file."""

ERRATA = {("spdx", "SPDX-2.2"): frozenset({"PACKAGE-MANAGER", "AMENDS"})}
"""Words that the specification's own text lists (SPDX 2.2, clauses 3.21 and 7.1) and its schema forgot."""

_SHARED = ("jsf-0.82", "spdx", "cryptography-defs")


def _load(name: str) -> dict[str, object]:
    """One schema of this package."""
    found = json.loads((files("rulewright.sbom") / "schemas" / name).read_bytes())
    assert isinstance(found, dict)
    return found


@cache
def _validator(family: str, version: str) -> jsonschema_rs.Draft7Validator:
    """The compiled schema."""
    import jsonschema_rs

    shared = [_load(f"cyclonedx/{name}.schema.json") for name in _SHARED] if family == "cyclonedx" else []
    named = zip(_SHARED, shared, strict=False)
    registry = jsonschema_rs.Registry([(f"http://cyclonedx.org/schema/{name}.schema.json", s) for name, s in named])
    schema = _load(SCHEMAS[family, version])
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True, registry=registry)


def judge(data: bytes | memoryview, family: str, version: str, source: str) -> tuple[Diagnostic, ...]:
    """Judge a document that is valid JSON.  A version without a schema is one note."""
    findings = Findings(source)
    if (family, version) not in SCHEMAS:
        key = "specVersion" if family == "cyclonedx" else "spdxVersion"
        message = f"there is no official schema for version `{shown(version)}`"
        findings.add("RW1102", NOTE, message, f"/{key}")
        return findings.sorted()
    try:
        document = json.loads(bytes(data))
        words = ERRATA.get((family, version), frozenset())
        found = (e for e in _validator(family, version).iter_errors(document) if not _is_erratum(e, words))
        refusals = list(islice(found, SAME_CODE + 1))
    except (RecursionError, ValueError) as error:
        findings.add("RW1101", WARNING, f"the document cannot be judged: {shown(str(error), 120)}", "")
        return findings.sorted()
    for refusal in refusals:
        pointer = "".join(f"/{escape(str(step))}" for step in refusal.instance_path)
        findings.add("RW1101", WARNING, shown(refusal.message, 200), pointer)
    return findings.sorted()


def _is_erratum(error: jsonschema_rs.ValidationError, words: frozenset[str]) -> bool:
    """Whether the schema refuses only a word that the specification allows."""
    return isinstance(error.instance, str) and error.instance in words
