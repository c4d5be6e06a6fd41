"""Compiled rules to the bytes of a document for others.

Guarantees: valid by the official schema of the format, two spaces of indentation, one line feed at the end; the same rules
and day give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl import ir
from rulewright.standards.exchange import cyclonedx_write, oscal_catalog, oscal_profile
from rulewright.standards.exchange.described import described, modules
from rulewright.standards.exchange.model import Standard

FORMATS = ("oscal-catalog", "oscal-profile", "cyclonedx", "cyclonedx-1.6", "cyclonedx-1.7")
NEWEST = "1.7"


class Rules(msgspec.Struct, frozen=True):
    """A compiled word of the command line: its program, all texts behind it, and the name of the one that was meant."""

    word: str
    program: ir.Program
    texts: Mapping[str, bytes]
    root: str


class Exported(msgspec.Struct, frozen=True):
    """The document, and what there is to say of it."""

    data: bytes
    diagnostics: tuple[Diagnostic, ...] = ()


def export(rules: Sequence[Rules], form: str, day: str = "") -> Exported | Diagnostic:
    """Write rules in a format; `day` (ISO 8601) is that of the document, else the first day of the newest edition."""
    if form == "oscal-profile":
        return _profile(rules, day)
    found: dict[str, Standard] = {}
    for item in rules:
        for standard in own(item):
            if not standard.entries:
                return _refused(
                    f"`{standard.name}` has no requirement of its own", "its selection is an `oscal-profile`"
                )
            found.setdefault(standard.name, standard)
    standards = list(found.values())
    stated = day or max(s.since for s in standards)
    if not stated:
        return _undated(standards)
    if form != "oscal-catalog":
        version = form.partition("-")[2] or NEWEST
        return Exported(_bytes(cyclonedx_write.document(standards, stated, version)))
    twice = [s.id for s in standards if sum(other.id == s.id for other in standards) > 1]
    if twice:
        return _refused(f"a catalogue holds one edition of `{twice[0]}`", "write one catalogue for each edition")
    return Exported(_bytes(oscal_catalog.catalog(standards, stated)))


def own(rules: Rules) -> list[Standard]:
    """The modules of the file that was meant."""
    return _described(rules, {hashlib.sha256(rules.texts[rules.root]).hexdigest()})


def _described(rules: Rules, wanted: Collection[str]) -> list[Standard]:
    """The standards and policies of a program that stand in some files, by their digests."""
    infos = [m for m in rules.program.modules if m.kind != "vocabulary" and m.sha256 in wanted]
    parsed = modules({n: x for n, x in rules.texts.items() if hashlib.sha256(x).hexdigest() in wanted})
    return [described(rules.program, m, *parsed[m.id, m.edition]) for m in infos]


def _profile(rules: Sequence[Rules], day: str) -> Exported | Diagnostic:
    """The profile of one policy; of a standard, the one that takes all of it."""
    if len(rules) != 1:
        return _refused("a profile is the selection of one policy", "export the policies one by one")
    item = rules[0]
    found = own(item)
    if len(found) != 1:
        return _refused(f"`{item.word}` holds {len(found)} modules, and a profile is of one", "name one of them")
    policy = found[0]
    used = [s for s in _described(item, {m.sha256 for m in item.program.modules}) if s.name != policy.name]
    if policy.kind == "standard":
        policy, used = replace(policy, entries=(), parameters=()), [policy]
    stated = day or policy.since
    if not stated:
        return _undated([policy])
    used = [s for s in used if s.entries or any(x.id.startswith(f"{s.id}:") for x in item.program.excluded)]
    if not used and not policy.entries:
        return _refused(f"`{policy.name}` selects nothing", "a profile takes requirements from catalogues")
    sets = oscal_profile.settings(*modules({item.root: item.texts[item.root]})[policy.id, policy.edition])
    tree = oscal_profile.profile(item.program, policy, used, sets, stated)
    counted = ", ".join(
        f"{count:,} {kind if count > 1 else kind.removesuffix('s')}"
        for kind, count in oscal_profile.left_out(item.program).items()
    )
    note = Diagnostic("RW3106", Severity.NOTE, f"not in the profile, which has no place for rules: {counted}")
    return Exported(_bytes(tree), (note,))


def _bytes(tree: object) -> bytes:
    """A tree as JSON."""
    return msgspec.json.format(msgspec.json.encode(tree), indent=2) + b"\n"


def _undated(standards: Sequence[Standard]) -> Diagnostic:
    """Say that there is no day."""
    names = ", ".join(f"`{s.name}`" for s in standards)
    return _refused(f"{names} says no first day, and a document has one", "give a day with `--as-of`")


def _refused(message: str, hint: str) -> Diagnostic:
    """An error of what was asked for."""
    return Diagnostic("RW3105", Severity.ERROR, message, hint=hint)
