"""Cryptographic properties of a CycloneDX component out of facts.

Guarantees: fields are those that `cyclonedx_crypto` reads; what 1.6 has no field for is left out.  It checks no words.
"""

from __future__ import annotations

from rulewright.facts.types import Kind
from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom.cyclonedx_crypto import PARTS
from rulewright.sbom.write_common import filled, midnight
from rulewright.sbom.write_view import Tree, View

_FIELDS = BUILTIN.collections["component"].fields
_NEWER = frozenset({"algorithm_family", "serial_number", "certificate_state"})
"""Fields that came with 1.7."""


def crypto(view: View, row: int, version: str) -> Tree | None:
    """`cryptoProperties`, `None` where the component is no cryptographic asset."""
    asset = view.value("component", "asset_type", row)
    if not isinstance(asset, str):
        return None
    made: Tree = {"assetType": asset.replace("_", "-")}
    for part, fields in PARTS.items():
        held = {
            camel(name): _plain(view, field, row)
            for field, (name, _) in fields.items()
            if version >= "1.7" or name not in _NEWER
        }
        held |= _lists(view, row, part, version)
        written = filled(held.items())
        if written:
            made[camel(part)] = written
    made |= filled([("oid", view.text("component", "oid", row))])
    return made


def _lists(view: View, row: int, part: str, version: str) -> Tree:
    """The fields of a part that are more than one word."""

    def words(field: str) -> list[str]:
        return list(view.words("component", field, row))

    match part:
        case "algorithm_properties":
            curve = "ellipticCurve" if version >= "1.7" else "curve"
            return {
                curve: view.text("component", "crypto_curve", row),
                "cryptoFunctions": words("crypto_functions"),
                "certificationLevel": words("crypto_certification"),
            }
        case "certificate_properties" if version >= "1.7":
            return {"certificateState": [_state(word) for word in words("certificate_states")]}
        case "related_crypto_material_properties":
            mechanism = view.text("component", "material_secured_by", row)
            return {"securedBy": {"mechanism": mechanism} if mechanism else None}
        case "protocol_properties":
            return {"cipherSuites": [{"name": word} for word in words("cipher_suites")]}
        case _:
            return {}


def _state(word: str) -> Tree:
    listed = {"pre-activation", "active", "suspended", "deactivated", "revoked", "destroyed"}
    return {"state": word} if word in listed else {"name": word}


def _plain(view: View, field: str, row: int) -> object:
    """A value as JSON has it."""
    if _FIELDS[field].type.kind is Kind.DATE:
        day = view.number("component", field, row)
        return None if day is None else midnight(day)
    found = view.value("component", field, row)
    return view.text("component", field, row) if found is None else found


def camel(name: str) -> str:
    """`algorithm_ref` as `algorithmRef`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
