"""Columns of cryptographic assets (CBOM) among CycloneDX components.

Guarantees: all cryptographic properties of a document are decoded when it is read, each byte accounted for; a document
that has none never imports this.  A column is built when it is asked for.
It does not judge: whether an algorithm is weak or a certificate has expired is for rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import cast

from msgspec import UNSET

from rulewright.facts.table import Column
from rulewright.facts.types import State
from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom import words
from rulewright.sbom.cyclonedx_components import ComponentColumns, day, word_of, words_set
from rulewright.sbom.cyclonedx_crypto_model import Certificate, Crypto, Protocol
from rulewright.sbom.cyclonedx_model import Component
from rulewright.sbom.decoding import section
from rulewright.sbom.fitting import Fitter

_ASSETS = frozenset(BUILTIN.collections["component"].fields["asset_type"].type.values)

Read = Callable[..., words.Cell]

_ALGORITHM: dict[str, tuple[str, Read]] = {
    "crypto_primitive": ("primitive", words.same),
    "crypto_parameter": ("parameter_set_identifier", words.text),
    "quantum_level": ("nist_quantum_security_level", words.same),
    "classical_level": ("classical_security_level", words.same),
    "crypto_family": ("algorithm_family", words.text),
    "crypto_mode": ("mode", words.text),
    "crypto_padding": ("padding", words.text),
    "crypto_environment": ("execution_environment", words.text),
}
_CERTIFICATE: dict[str, tuple[str, Read]] = {
    "certificate_subject": ("subject_name", words.text),
    "certificate_issuer": ("issuer_name", words.text),
    "certificate_serial": ("serial_number", words.text),
    "certificate_format": ("certificate_format", words.text),
    "not_valid_before": ("not_valid_before", day),
    "not_valid_after": ("not_valid_after", day),
    "signature_algorithm": ("signature_algorithm_ref", words.text),
    "public_key": ("subject_public_key_ref", words.text),
}
_MATERIAL: dict[str, tuple[str, Read]] = {
    "material_type": ("type", words.text),
    "material_state": ("state", words.text),
    "material_size": ("size", words.same),
    "material_expires": ("expiration_date", day),
    "crypto_algorithm": ("algorithm_ref", words.text),
}
_PROTOCOL: dict[str, tuple[str, Read]] = {
    "protocol_type": ("type", words.text),
    "protocol_version": ("version", words.text),
}
PARTS = {
    "algorithm_properties": _ALGORITHM,
    "certificate_properties": _CERTIFICATE,
    "related_crypto_material_properties": _MATERIAL,
    "protocol_properties": _PROTOCOL,
}
"""Attribute of the cryptographic properties; field of the vocabulary; attribute of the part, and how it is read."""


def decoded(items: Sequence[Component], pointer: Callable[[int], str], fitter: Fitter) -> list[Crypto | None]:
    """The cryptographic properties of each component; what does not fit is a finding and marked on the component."""
    found: list[Crypto | None] = [None] * len(items)
    for row, item in enumerate(items):
        if item.crypto_properties is not UNSET:
            before = fitter.findings.total()
            value = section(item.crypto_properties, Crypto, f"{pointer(row)}/cryptoProperties", fitter)
            if fitter.findings.total() != before:
                fitter.mark(item, "cryptoProperties", State.MALFORMED)
            found[row] = value if isinstance(value, Crypto) else None
    return found


class _Assets:
    """The cryptographic properties of all components."""

    def __init__(self, columns: ComponentColumns, items: Sequence[Crypto | None]) -> None:
        self.columns = columns
        self.items = items

    def column(self, cell: Callable[[Crypto], object], read: Read) -> Column:
        """A column of one value of each asset."""
        found = [None if crypto is None else cell(crypto) for crypto in self.items]
        return self.columns.patched(words.column(cast("list[str | None]", found), read), "cryptoProperties")

    def part(self, part: str, name: str, read: Read) -> Callable[[], Column]:
        """The builder of a column of one field of one part."""
        get_part, get = attrgetter(part), attrgetter(name)

        def cell(crypto: Crypto) -> object:
            held = get_part(crypto)
            return None if held is None else get(held)

        return partial(self.column, cell, read)

    def listed(self, part: str, names: Callable[..., list[str | None] | None]) -> Callable[[], Column]:
        """The builder of a column of the words that one part lists."""
        get_part = attrgetter(part)

        def cell(crypto: Crypto) -> object:
            held = get_part(crypto)
            return tuple(filter(None, names(held) or ())) or None if held is not None else None

        return partial(self.column, cell, words_set)


def _states(certificate: Certificate) -> list[str | None]:
    """The states of a certificate, of the list or with names of their own."""
    return [item.state or item.name for item in certificate.certificate_state or ()]


def _suites(protocol: Protocol) -> list[str | None]:
    """The cipher suites of a protocol, by name; one without a name by its identifiers."""
    return [item.name or " ".join(item.identifiers or ()) for item in protocol.cipher_suites or ()]


def _mechanism(crypto: Crypto) -> str | None:
    """How a key or another secret is secured."""
    material = crypto.related_crypto_material_properties
    return material.secured_by.mechanism if material is not None and material.secured_by is not None else None


def _curve(crypto: Crypto) -> str | None:
    """The elliptic curve: the field of 1.7, else that of 1.6."""
    algorithm = crypto.algorithm_properties
    return None if algorithm is None else algorithm.elliptic_curve or algorithm.curve


def builders(columns: ComponentColumns, items: Sequence[Crypto | None]) -> dict[str, Callable[[], Column]]:
    """Every column of the vocabulary's component that is about cryptographic assets."""
    assets = _Assets(columns, items)
    found = {
        field: assets.part(part, name, read) for part, fields in PARTS.items() for field, (name, read) in fields.items()
    }
    return found | {
        "asset_type": partial(assets.column, attrgetter("asset_type"), word_of(_ASSETS)),
        "oid": partial(assets.column, attrgetter("oid"), words.text),
        "crypto_curve": partial(assets.column, _curve, words.text),
        "crypto_functions": assets.listed("algorithm_properties", attrgetter("crypto_functions")),
        "crypto_certification": assets.listed("algorithm_properties", attrgetter("certification_level")),
        "certificate_states": assets.listed("certificate_properties", _states),
        "cipher_suites": assets.listed("protocol_properties", _suites),
        "material_secured_by": partial(assets.column, _mechanism, words.text),
    }
