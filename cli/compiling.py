"""Rule texts to a program, through the cache.

Guarantees: a run with the cache and one without give the same program and the same diagnostics; the compiler (and with
it the parser) is imported only when the cache has no answer; a parameter that is not `NAME=VALUE` is a diagnostic.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from rulewright.cli import cache, library
from rulewright.cli.gathering import Rules
from rulewright.cli.noting import explained
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir

if TYPE_CHECKING:
    from rulewright import dsl
    from rulewright.facts.vocabulary import Attribute, Vocabulary


class _Entry(msgspec.Struct, frozen=True):
    """What the cache keeps: the program, the attributes declared, and what the compiler remarked."""

    program: msgspec.Raw
    attributes: msgspec.Raw
    diagnostics: tuple[Diagnostic, ...]


def attribute(declared: dsl.AttributeDecl) -> Attribute:
    """Turn a declaration of the rule language into an entry of the vocabulary."""
    from rulewright.facts.types import FieldType, Kind, Level
    from rulewright.facts.vocabulary import Attribute

    kind = FieldType(Kind(declared.kind), declared.values, declared.unit, declared.open_values)
    return Attribute(
        declared.name, kind, declared.doc, declared.given, declared.detectors, declared.merge, declared.fresh,
        declared.emb3d, Level(declared.level), declared.low, declared.high,
    )  # fmt: skip


def vocabulary_of(sources: Mapping[str, dsl.Source]) -> Vocabulary:
    """Return the built-in vocabulary with the attributes that some sources declare."""
    from rulewright import dsl
    from rulewright.facts.vocabulary import BUILTIN

    return BUILTIN.extended(attribute(declared) for declared in dsl.attributes_of(sources))


class Compiled(msgspec.Struct):
    """The outcome of compiling: a program, or errors among the diagnostics."""

    program: ir.Program | None
    diagnostics: tuple[Diagnostic, ...]
    attributes: bytes = b"[]"
    """The attributes that the vocabularies declare, as JSON: most runs do not need them."""
    rules: Rules | None = None
    """What was compiled, where that is of interest later."""

    def vocabulary(self) -> Vocabulary:
        """Return the built-in vocabulary with the attributes that the rules declare."""
        from rulewright.facts.vocabulary import BUILTIN, Attribute

        return BUILTIN.extended(msgspec.json.decode(self.attributes, type=list[Attribute]))


def parameters(words: Sequence[str]) -> Mapping[str, str] | list[Diagnostic]:
    """Read `NAME=VALUE` words."""
    values: dict[str, str] = {}
    wrong: list[Diagnostic] = []
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name.strip():
            values[name.strip()] = value.strip()
        else:
            wrong.append(problem("RW0005", f"`{word}` does not set a parameter", "write it as NAME=VALUE"))
    return wrong or values


def compile_rules(rules: Rules, params: Mapping[str, str], *, use_cache: bool = True) -> Compiled:
    """Compile the roots of some rules, or take the program from the cache."""
    key = _key(rules, params) if use_cache else ""
    payload = cache.load(key) if use_cache else None
    found = _decoded(payload) if payload is not None else None
    if found is not None:
        return _openly(rules, found)
    compiled, _ = _compile(rules, params)
    if use_cache and compiled.program is not None:
        entry = _Entry(
            msgspec.Raw(ir.encode(compiled.program)),
            msgspec.Raw(compiled.attributes),
            compiled.diagnostics,
        )
        cache.store(key, msgspec.json.encode(entry))
    return _openly(rules, compiled)


def _openly(rules: Rules, compiled: Compiled) -> Compiled:
    """Refuse a program in which a module takes the place of another one that nobody saw.

    Which texts take part is found by a scan of their heads.  Where the compiler read a module that the scan did not see, and the shelf
    has another text of that id and edition, it was never asked which of the two is meant.
    """
    if compiled.program is None:
        return compiled
    taken = {(module.id, module.edition): module.sha256 for module in compiled.program.modules}
    others = [
        each for each in rules.shelf
        if (each.id, each.edition) in taken and each.name not in rules.texts
        and hashlib.sha256(library.read(each)).hexdigest() != taken[each.id, each.edition]
    ]  # fmt: skip
    if not others:
        return compiled
    seen = {(each.id, each.edition) for name, data in rules.texts.items() for each in library.heads(data, name, name)}
    hint = (
        "write the heads of modules at the beginning of a line; a module of one's own has an id or edition of its own"
    )
    wrong = [
        problem("RW0401", f"`{each.id}` edition `{each.edition}` is in a file of these rules a second time: `{each.name}` has it with another text", hint)
        for each in others
        if (each.id, each.edition) not in seen
    ]  # fmt: skip
    if not wrong:
        return compiled
    return Compiled(None, (*compiled.diagnostics, *dict.fromkeys(wrong)), compiled.attributes, compiled.rules)


def _decoded(payload: bytes) -> Compiled | None:
    """Read a cache entry; `None` when it does not fit, so that it is made anew."""
    try:
        entry = msgspec.json.decode(payload, type=_Entry)
        return Compiled(ir.decode(bytes(entry.program)), entry.diagnostics, bytes(entry.attributes))
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _key(rules: Rules, params: Mapping[str, str]) -> str:
    """Digest everything that the program depends on: texts, roots, parameters, and the compiler itself."""
    from rulewright import __version__, dsl, facts

    dsl_home, facts_home = (os.path.dirname(str(module.__file__)) for module in (dsl, facts))
    identity = os.path.join(facts_home, "identity")  # licences, versions and patterns are judged while compiling
    forms = [os.path.join(dsl_home, name) for name in ("form", "layout")]  # rules in JSON are compiled by way of them
    code = cache.code_version([dsl_home, *forms, facts_home, identity, os.path.join(identity, "data")])
    digest = hashlib.sha256(f"{__version__} {code}".encode())
    parts = [*(f"{k}={v}" for k, v in sorted(params.items())), "", *rules.roots, ""]
    for part in parts:
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    for name, text in sorted(rules.texts.items()):
        digest.update(b"%d %s\0" % (len(text), name.encode("utf-8", "surrogateescape")) + text)
    return digest.hexdigest()


def compile_with_tests(rules: Rules) -> tuple[Compiled, tuple[dsl.TestCase, ...]]:
    """Compile the roots of some rules with the tests that they hold; never from the cache."""
    compiled, tests = _compile(rules, {}, tests=True)
    return _openly(rules, compiled), tests


def _compile(
    rules: Rules, params: Mapping[str, str], *, tests: bool = False
) -> tuple[Compiled, tuple[dsl.TestCase, ...]]:
    """Run the compiler: vocabularies first, then everything."""
    from rulewright import dsl
    from rulewright.cli.literals import Checks
    from rulewright.facts.vocabulary import BUILTIN

    sources = {name: dsl.Source(name, text) for name, text in rules.texts.items()}
    attributes = [attribute(declared) for declared in dsl.attributes_of(sources)]
    vocabulary = BUILTIN.extended(attributes)
    compiled = dsl.compile(sources, rules.roots, vocabulary, params, checks=Checks(), tests=tests)
    errors = any(d.is_error for d in compiled.diagnostics)
    program = None if errors else compiled.program
    found = explained(rules, compiled.diagnostics)
    return Compiled(program, found, msgspec.json.encode(attributes)), compiled.tests
