"""SPDX 3 documents in which every class and every field of the model is used, and small ones put together by hand."""

import types
import typing
from typing import Any

import msgspec

from rulewright.sbom import Document, read
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.fitting import fields
from tests.sbom.samples import dumps

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
INFO = {
    "type": "CreationInfo",
    "@id": "_:info",
    "specVersion": "3.0.1",
    "created": "2026-01-02T03:04:05Z",
    "createdBy": ["https://e.org/acme"],
}
ACME = {"type": "Organization", "spdxId": "https://e.org/acme", "creationInfo": "_:info", "name": "Acme"}


def tag(kind: type[msgspec.Struct]) -> str:
    """The `type` of a class."""
    return str(kind.__struct_config__.tag)


def every_class() -> list[type[msgspec.Struct]]:
    """The classes that may stand in the graph."""
    return list(typing.get_args(model.Node))


def _value(kind: Any, hint: str) -> Any:
    choices = (
        typing.get_args(kind)
        if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union
        else (kind,)
    )
    listed = next((typing.get_args(c)[0] for c in choices if typing.get_origin(c) is list), None)
    if listed is not None:
        return [_value(listed, hint)]
    if msgspec.Raw in choices:
        return []
    if bool in choices:
        return True
    nodes = [c for c in choices if isinstance(c, type) and issubclass(c, model.Base) and c is not model.Typed]
    if 0 < len(nodes) < 8:
        return {"type": tag(nodes[0]), **{key: "x" for key, (_, k) in fields(nodes[0]).items() if k == (str | None)}}
    return f"https://e.org/{hint}"


def full(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """An element with every field of its class."""
    own = {key: _value(hint, key) for key, (_, hint) in fields(kind).items()}
    own.pop("@id") if "spdxId" in own else own.update({"@id": f"_:{tag(kind)}"})
    if "spdxId" in own:
        own["spdxId"] = f"https://e.org/{tag(kind)}"
    return {"type": tag(kind), **own}


def everything() -> dict[str, Any]:
    """A document with an element of every class."""
    return {"@context": CONTEXT, "@graph": [full(kind) for kind in every_class()]}


def element(kind: str, ident: str, **more: Any) -> dict[str, Any]:
    """An element."""
    return {"type": kind, "spdxId": f"https://e.org/{ident}", "creationInfo": "_:info", **more}


def package(ident: str, **more: Any) -> dict[str, Any]:
    """A package."""
    return element("software_Package", ident, name=ident, **more)


def related(start: str, kind: str, *ends: str, cls: str = "Relationship", **more: Any) -> dict[str, Any]:
    """A relationship; ends without a colon are of this document."""
    to = [end if ":" in end or end[:1].isupper() else f"https://e.org/{end}" for end in ends]
    ident = f"{start}-{kind}-{'-'.join(e.rpartition('/')[2] for e in ends)}-{cls}{len(more)}"
    return element(cls, ident, **{"from": f"https://e.org/{start}", "relationshipType": kind, "to": to, **more})


def document(*elements: dict[str, Any], root: str = "r", **more: Any) -> dict[str, Any]:
    """A document."""
    own = element("SpdxDocument", "doc", rootElement=[f"https://e.org/{root}"], **more)
    return {"@context": CONTEXT, "@graph": [INFO, ACME, own, *elements]}


def made(*elements: dict[str, Any], root: str = "r", **more: Any) -> Document:
    """A document as read."""
    found = read(dumps(document(*elements, root=root, **more)), "a.json")
    assert isinstance(found, Document), found
    assert [row for row in found.receipt if row[1] != row[2]] == []
    return found
