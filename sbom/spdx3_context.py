"""The JSON-LD context of an SPDX 3 document: which version it names, which prefixes it defines.

The specification fixes the context, so it is known and nothing is ever fetched.
Guarantees: whatever else the context says is a finding; a document of which all contexts are foreign is refused, since
its words may mean anything.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import exact
from rulewright.sbom.findings import WARNING, Findings, escape, refusal, shown
from rulewright.sbom.fitting import fields
from rulewright.sbom.spdx3_fitting import classes

_OFFICIAL = re.compile(r"https://spdx\.org/rdf/(3\.\d+(?:\.\d+)?)/spdx-context\.jsonld\Z")
_NAME = "spdx-context.jsonld"
_HINT = "give the context of the specification, https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_LONGEST = 256
"""Characters of a namespace that a prefix stands for; identifiers are written out, so a long one would grow them all."""


class Context(msgspec.Struct, frozen=True):
    """`version` is that of the context's address, empty where it has none."""

    version: str = ""
    prefixes: dict[str, str] = msgspec.field(default_factory=dict)

    def expand(self, ident: str) -> str:
        """An identifier with its prefix written out."""
        prefix, colon, rest = ident.partition(":")
        if not colon or rest.startswith("//") or prefix not in self.prefixes:
            return ident
        return self.prefixes[prefix] + rest


def understand(raw: bytes | None, findings: Findings) -> Context | Diagnostic:
    """Read the context."""
    if raw is None:
        findings.add("RW1022", WARNING, "the document has no `@context`; read by that of SPDX 3.0.1", "", _HINT)
        return Context()
    value = exact.parse(raw)
    parts = value if isinstance(value, list) else [value]
    places = [f"/@context/{i}" for i in range(len(parts))] if isinstance(value, list) else ["/@context"]
    addresses = [part for part in parts if isinstance(part, str)]
    ours = [address for address in addresses if address.endswith(_NAME)]
    if addresses and not ours:
        message = f"the document is written by the context `{shown(addresses[0])}`, which is not that of SPDX"
        return refusal("RW1022", findings.source, message, None, _HINT)
    if not ours:
        findings.add(
            "RW1022", WARNING, "the context is not that of SPDX; read by that of SPDX 3.0.1", "/@context", _HINT
        )
    version, prefixes = "", dict[str, str]()
    for part, place in zip(parts, places, strict=True):
        if isinstance(part, str):
            version = _address(part, place, findings) or version
        elif isinstance(part, exact.Object):
            prefixes |= _local(part, place, findings)
        else:
            findings.add("RW1010", WARNING, "a context is an address or an object", place)
    return Context(version, prefixes)


def _address(address: str, place: str, findings: Findings) -> str:
    """The version that an address names; foreign ones and mirrors are reported."""
    found = _OFFICIAL.match(address)
    if found:
        return found[1]
    what = "is not the official address" if address.endswith(_NAME) else "is not that of SPDX and not read"
    findings.add("RW1022", WARNING, f"the context `{shown(address)}` {what}", place, _HINT)
    return ""


def _local(part: exact.Object, place: str, findings: Findings) -> dict[str, str]:
    """The prefixes of a local context."""
    known = frozenset(classes()) | {name for kind in classes().values() for name in fields(kind)}
    found: dict[str, str] = {}
    for key, value in part.items():
        address = value.get("@id") if isinstance(value, exact.Object) else value
        usable = isinstance(address, str) and len(address) <= _LONGEST and ":" not in key
        if key.startswith("@") or key in known or not usable:
            what = "redefines" if key in known or key.startswith("@") else "defines"
            findings.add(
                "RW1022", WARNING, f"the context {what} `{shown(key)}`, which is not read", f"{place}/{escape(key)}"
            )
        else:
            found[key] = str(address)
    return found
