"""What the official schema of SPDX 3 says, element by element.

The schema asks each element to fit one of some sixty classes, and can only answer that it fits none.  Here each is held
to the class that its `type` names, which is the same verdict with the place of the fault.
Guarantees: the schemas are the published files, byte for byte (`schemas/NOTICE`); at most `SAME_CODE` refusals are
listed.  It says nothing about meaning, and it sees the last of two equal keys only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.findings import NOTE, WARNING, Findings, escape, shown
from rulewright.sbom.limits import SAME_CODE

if TYPE_CHECKING:
    import jsonschema_rs

SCHEMAS = {"3.0.0": "spdx/spdx-3.0.0.schema.json", "3.0.1": "spdx/spdx-3.0.1.schema.json"}
"""Version, as the context's address writes it, to the schema's file."""

Found = tuple[str, str]
_OPEN = "extension_Extension"
"""The class of all types that are IRIs: 3.0.0 lets it stand in the graph, 3.0.1 does not."""


@cache
def _schema(version: str) -> dict[str, dict[str, object]]:
    """The definitions of a version."""
    found = json.loads((files("rulewright.sbom") / "schemas" / SCHEMAS[version]).read_bytes())
    definitions = found["$defs"]
    assert isinstance(definitions, dict)
    return definitions


@cache
def _validator(version: str, kind: str) -> jsonschema_rs.Draft202012Validator:
    """The compiled schema of a list of elements of one class."""
    import jsonschema_rs

    items: dict[str, object] = {"type": "object", "$ref": f"#/$defs/{kind}", "unevaluatedProperties": False}
    return jsonschema_rs.Draft202012Validator({"type": "array", "items": items, "$defs": _schema(version)})


@cache
def _classes(version: str) -> frozenset[str]:
    """The classes of which an element may be."""
    listed = _schema(version)["AnyClass"]["anyOf"]
    assert isinstance(listed, list)
    return frozenset(str(item["$ref"]).rpartition("/")[2] for item in listed)


def judge(data: bytes | memoryview, version: str, source: str) -> tuple[Diagnostic, ...]:
    """Judge a document that is valid JSON.  A version without a schema is one note."""
    findings = Findings(source)
    if version not in SCHEMAS:
        message = f"there is no official schema for version `{shown(version)}`"
        findings.add("RW1102", NOTE, message, "/@context")
        return findings.sorted()
    try:
        document = json.loads(bytes(data))
        for message, pointer in islice(_refusals(document, version), SAME_CODE + 1):
            findings.add("RW1101", WARNING, shown(message, 200), pointer)
    except (RecursionError, ValueError) as error:
        findings.add("RW1101", WARNING, f"the document cannot be judged: {shown(str(error), 120)}", "")
    return findings.sorted()


def refused(document: dict[str, object], version: str) -> list[str]:
    """Pointers of every place in a document that its schema refuses; there has to be a schema."""
    return [pointer for _, pointer in _refusals(document, version)]


def _refusals(document: dict[str, object], version: str) -> Iterator[Found]:
    """Every refusal with its pointer."""
    address = f"https://spdx.org/rdf/{version}/spdx-context.jsonld"
    if document.get("@context") != address:
        yield f'"{address}" was expected', "/@context" if "@context" in document else ""
    if "@graph" not in document:
        rest = {key: value for key, value in document.items() if key != "@context"}
        yield from _elements([rest], version, [""])
        return
    yield from ((f"`{key}` is not expected beside `@graph`", f"/{escape(key)}") for key in document if key[:1] != "@")
    graph = document["@graph"]
    if isinstance(graph, list):
        yield from _elements(graph, version, [f"/@graph/{i}" for i in range(len(graph))])
    else:
        yield "`@graph` is not a list", "/@graph"


def _elements(elements: list[object], version: str, pointers: list[str]) -> Iterator[Found]:
    """Refusals of elements, class by class."""
    groups: dict[str, list[int]] = {}
    known = _classes(version)
    for place, element in enumerate(elements):
        stated = element.get("type") if isinstance(element, dict) else None
        kind = stated if isinstance(stated, str) and stated in known else _OPEN
        if kind in known:
            groups.setdefault(kind, []).append(place)
        else:
            yield f"{json.dumps(stated)} is no class of SPDX {version}", f"{pointers[place]}/type"
    for kind, places in groups.items():
        for error in _validator(version, kind).iter_errors([elements[place] for place in places]):
            first, *rest = error.instance_path or [0]
            pointer = pointers[places[int(first)]] + "".join(f"/{escape(str(step))}" for step in rest)
            yield error.message, pointer
