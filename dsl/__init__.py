"""The rule language: text, syntax tree, names, types and the intermediate form (IR).

Guarantees: importing this package, or `rulewright.dsl.ir`, loads no part of the compiler; the names below load it when
they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rulewright.dsl.attributes import AttributeDecl, attributes_of
    from rulewright.dsl.codes import CODES
    from rulewright.dsl.compiler import Compiled
    from rulewright.dsl.compiler import compile_sources as compile  # noqa: A004 - the word for it
    from rulewright.dsl.digest import fingerprint
    from rulewright.dsl.ir_cases import TestCase
    from rulewright.dsl.literals import LiteralChecks, ShallowChecks
    from rulewright.dsl.source import Source

_HOMES = {
    "AttributeDecl": ("attributes", "AttributeDecl"),
    "CODES": ("codes", "CODES"),
    "Compiled": ("compiler", "Compiled"),
    "LiteralChecks": ("literals", "LiteralChecks"),
    "ShallowChecks": ("literals", "ShallowChecks"),
    "Source": ("source", "Source"),
    "TestCase": ("ir_cases", "TestCase"),
    "attributes_of": ("attributes", "attributes_of"),
    "compile": ("compiler", "compile_sources"),
    "fingerprint": ("digest", "fingerprint"),
}

__all__ = [
    "CODES",
    "AttributeDecl",
    "Compiled",
    "LiteralChecks",
    "ShallowChecks",
    "Source",
    "TestCase",
    "attributes_of",
    "compile",
    "fingerprint",
]


def __getattr__(name: str) -> object:
    """Load a part of the compiler when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"rulewright.dsl.{home[0]}"), home[1])
