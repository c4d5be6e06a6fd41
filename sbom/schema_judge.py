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
    ("openvex", "0.2.0"): "openvex/openvex-0.2.0.schema.json",
    ("csaf", "2.0"): "csaf/csaf-2.0.schema.json",
    ("csaf", "2.1"): "csaf/csaf-2.1.schema.json",
}
"""Family and version, as the document writes it, to the schema's file."""

ERRATA = {("spdx", "SPDX-2.2"): frozenset({"PACKAGE-MANAGER", "AMENDS"})}
"""Words that the specification's own text lists (SPDX 2.2, clauses 3.21 and 7.1) and its schema forgot."""

_SHARED = {
    "cyclonedx": {
        f"http://cyclonedx.org/schema/{name}.schema.json": f"cyclonedx/{name}.schema.json"
        for name in ("jsf-0.82", "spdx", "cryptography-defs")
    },
    "csaf": {
        f"https://www.first.org/cvss/cvss-v{version}.json": f"csaf/cvss-v{version}.schema.json"
        for version in ("2.0", "3.0", "3.1", "4.0")
    },
}
"""Schemas that those of a family refer to."""
_UNJUDGED = {
    "csaf": (
        "https://certcc.github.io/SSVC/data/schema/v2/SelectionList_2_0_0.schema.json",
        "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-content.json",
    )
}
"""Schemas that are referred to and not shipped: what they are about is not judged."""
_KEYS = {"spdx": "/spdxVersion", "openvex": "/@context", "csaf": "/document/csaf_version"}
"""Where a family says its version; elsewhere it is `/specVersion`."""


def _load(name: str) -> dict[str, object]:
    """One schema of this package."""
    found = json.loads((files("rulewright.sbom") / "schemas" / name).read_bytes())
    assert isinstance(found, dict)
    if "json-schema.org" not in str(found.get("$schema", "")):
        found.pop("$schema", None)  # a dialect of the format's own, which only adds annotations
    return found


@cache
def _validator(family: str, version: str) -> jsonschema_rs.Draft7Validator | jsonschema_rs.Draft202012Validator:
    """The compiled schema, by the draft that it names."""
    import jsonschema_rs

    shared = [(address, _load(path)) for address, path in _SHARED.get(family, {}).items()]
    shared += [(address, {}) for address in _UNJUDGED.get(family, ())]
    schema = _load(SCHEMAS[family, version])
    newer = "2020-12" in str(schema.get("$schema")) or family == "csaf"
    draft = jsonschema_rs.Draft202012Validator if newer else jsonschema_rs.Draft7Validator
    return draft(schema, validate_formats=True, registry=jsonschema_rs.Registry(shared))


def refused(document: object, family: str, version: str) -> list[str]:
    """Pointers of every place in a document that its schema refuses; there has to be a schema."""
    found = (error.instance_path for error in _validator(family, version).iter_errors(document))
    return ["".join(f"/{escape(str(step))}" for step in path) for path in found]


def judge(
    data: bytes | memoryview, family: str, version: str, source: str, without: frozenset[str] = frozenset()
) -> tuple[Diagnostic, ...]:
    """Judge a document that is valid JSON; `without` the keywords that do not hold for the encoding it came in.

    A version without a schema is one note.
    """
    findings = Findings(source)
    if (family, version) not in SCHEMAS:
        message = f"there is no official schema for version `{shown(version)}`"
        findings.add("RW1102", NOTE, message, _KEYS.get(family, "/specVersion"))
        return findings.sorted()
    try:
        document = json.loads(bytes(data))
        words = ERRATA.get((family, version), frozenset())
        found = (e for e in _validator(family, version).iter_errors(document) if not _is_erratum(e, words))
        if without:
            found = (e for e in found if without.isdisjoint(map(str, e.schema_path[-1:])))
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
