"""Bytes of an SPDX 3 document to typed nodes: all at once where every byte is accounted for, else node by node.

Guarantees: as for `decoding`.  A document without `@graph` is one node, and its pointer is that of the whole document.
It does not resolve references.
"""

from __future__ import annotations

from functools import partial
from typing import cast

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import accounting, decoding, exact
from rulewright.sbom.decoding import Bytes, not_json, too_deep
from rulewright.sbom.findings import NOTE, Findings, escape, refusal, shown
from rulewright.sbom.spdx3_fitting import NodeFitter
from rulewright.sbom.spdx3_model import Node, Root


class Decoded(msgspec.Struct, eq=False):
    """The context as written, and the nodes; `graph` is false where the document is one node."""

    context: bytes | None
    nodes: list[msgspec.Struct]
    fitter: NodeFitter
    graph: bool = True

    def pointer(self, place: int) -> str:
        """The JSON pointer of a node."""
        return f"/@graph/{place}" if self.graph else ""


def decode(data: Bytes, findings: Findings) -> Decoded | Diagnostic:
    """Decode a JSON object."""
    fitter = NodeFitter(findings)
    try:
        root = msgspec.json.Decoder(Root).decode(data)
        if root.graph is not None and accounting.balanced(root, data, ("graph",)):
            return Decoded(_context(root.context_), cast("list[msgspec.Struct]", root.graph), fitter)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        wrong = not_json(data, findings.source)
        if wrong:
            return wrong
    try:
        return _by_node(data, fitter)
    except RecursionError:
        return too_deep(findings.source)
    except ValueError as error:
        return refusal("RW1002", findings.source, f"the document is not JSON: {shown(str(error))}")


def _context(raw: msgspec.Raw | msgspec.UnsetType | decoding.Twice | None) -> bytes | None:
    if isinstance(raw, decoding.Twice):
        again = NodeFitter._raw(raw.value)  # noqa: SLF001 - one idea in two modules
        return bytes(again) if isinstance(again, msgspec.Raw) and raw.value is not None else None
    return None if raw is msgspec.UNSET or raw is None else bytes(raw)


def _by_node(data: Bytes, fitter: NodeFitter) -> Decoded:
    """Decode each node on its own."""
    raws = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    if "@graph" not in raws:
        whole = exact.parse(data)
        assert isinstance(whole, exact.Object)
        if "@context" in whole.twice:
            fitter._agreed(whole.twice["@context"], "@context", "/@context")  # noqa: SLF001 - one idea in two modules
        node = exact.Object([(key, part) for key, part in whole.items() if key != "@context"])
        node.twice = {key: given for key, given in whole.twice.items() if key != "@context"}
        return Decoded(_context(raws.get("@context")), [fitter.node(node, "")], fitter, graph=False)
    sections = decoding._sections(data, fitter)  # noqa: SLF001 - one idea in two modules
    for key in sections:
        if key not in {"@context", "@graph"}:
            fitter.findings.add("RW1013", NOTE, f"unknown field `{shown(key)}`", f"/{escape(key)}")
    context = _context(sections["@context"][0]) if "@context" in sections else None
    return Decoded(context, _graph(sections["@graph"][0], fitter), fitter)


def _graph(raw: msgspec.Raw | decoding.Twice, fitter: NodeFitter) -> list[msgspec.Struct]:
    """The nodes of the graph; a graph that is one node is a list of one, one that is given twice has the nodes of both."""
    if isinstance(raw, decoding.Twice):
        nodes = raw.value if isinstance(raw.value, list) else [] if raw.value is None else [raw.value]
        return [fitter.node(node, f"/@graph/{place}") for place, node in enumerate(nodes)]
    try:
        raws = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except msgspec.ValidationError:
        value = exact.parse(memoryview(raw))
        if not isinstance(value, exact.Object):
            fitter.unfit(list[str], value, "/@graph")
            return []
        return [fitter.node(value, "/@graph")]
    decoder = msgspec.json.Decoder(Node)
    return [decoding.item(r, decoder, partial(fitter.node, pointer=f"/@graph/{i}")) for i, r in enumerate(raws)]
