"""A policy as an OSCAL profile: what it takes of which catalogue, and what it changes.

Guarantees: valid by the schema of OSCAL 1.1.3; the controls are named as `oscal_catalog` names them, and what is taken out
stands in it with its reason; the same policy gives the same bytes.
What it does not carry: checks, waivers and assumptions; `left_out` counts them.  Requirements of the policy's own are
imported from a catalogue of the policy itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from rulewright.dsl import ir, tree
from rulewright.dsl.source import SourceText
from rulewright.standards.exchange.described import literal
from rulewright.standards.exchange.model import Standard
from rulewright.standards.exchange.names import line, reference, token, uuid
from rulewright.standards.exchange.oscal import Tree, back_matter, kept, metadata, prop, props

CATALOG = "{name}.oscal-catalog.json"
"""What the file of a catalogue is called, for the links of a profile."""


class Setting(msgspec.Struct, frozen=True):
    """A parameter that the policy sets: of which standard, its name, its value as written, why."""

    standard: str
    name: str
    value: str
    because: str = ""


def settings(module: tree.Module, source: SourceText) -> tuple[Setting, ...]:
    """What a policy sets in the standards that it uses."""
    uses = {item.alias.text: item.module.text for item in module.items if isinstance(item, tree.Use)}
    found = []
    for item in module.items:
        alias, _, name = item.path.text.rpartition(".") if isinstance(item, tree.SetParam) else ("", "", "")
        if isinstance(item, tree.SetParam) and alias in uses:
            because = item.because.text if item.because is not None else ""
            found.append(Setting(uses[alias], name, literal(source.clean(item.value.at)), because))
    return tuple(found)


def profile(program: ir.Program, policy: Standard, used: Sequence[Standard], sets: Sequence[Setting], day: str) -> Tree:
    """The document; `used` are the standards, `policy` the policy with its own requirements."""
    catalogs = [*used, *([policy] if policy.entries else [])]
    modify = kept({
        "set-parameters": [_set(s) for s in sets],
        "alters": [a for r in program.requirements if (a := _alter(r))],
    })  # fmt: skip
    gone = [prop("excluded", token(*_split(x.id)), x.because) for x in program.excluded]
    head = metadata([policy], day, policy.title or policy.name, policy.edition)
    known = head.get("props", [])
    assert isinstance(known, list)
    return {
        "profile": kept({
            "uuid": uuid("profile", day, policy.name, *(f"{s.name} {s.sha256}" for s in catalogs)),
            "metadata": head | {"props": [*known, *gone]},
            "imports": [_import(s, program) for s in catalogs],
            "merge": {"as-is": True},
            "modify": modify,
            "back-matter": back_matter([policy], [_resource(s) for s in catalogs]),
        })
    }  # fmt: skip


def left_out(program: ir.Program) -> Mapping[str, int]:
    """How many things of a policy a profile has no place for, by kind."""
    found = {
        "checks": len(program.requirements),
        "waivers": len(program.waivers),
        "assumptions": len(program.assumptions) + len(program.unstated_open),
        "preferences": sum(t.action == "prefer" for r in program.requirements for t in r.tailored) // 2,
    }
    return {kind: count for kind, count in found.items() if count}


def _split(name: str) -> tuple[str, str]:
    """Standard and name of a full id."""
    standard, _, own = name.partition(":")
    return standard, own


def _set(found: Setting) -> Tree:
    """A parameter with the value that the policy gives it."""
    because = props([("because", found.because)])
    return kept(
        {
            "param-id": token(found.standard, found.name),
            "props": because,
            "values": [line(found.value)] if line(found.value) else [],
        }
    )


def _resource(standard: Standard) -> Tree:
    """The catalogue that an import leads to."""
    return {
        "uuid": uuid("catalog-file", standard.name),
        "title": f"Catalogue of {standard.name}",
        "props": props([("standard", standard.id), ("edition", standard.edition), ("sha256", standard.sha256)]),
        "rlinks": [{"href": CATALOG.format(name=reference(standard.name)), "media-type": "application/oscal+json"}],
    }


def _import(standard: Standard, program: ir.Program) -> Tree:
    """What is taken of a catalogue, and what is taken out."""
    ids = [token(standard.id, e.id) for e in standard.entries]
    gone = [token(*_split(x.id)) for x in program.excluded if _split(x.id)[0] == standard.id]
    return kept({
        "href": f"#{uuid('catalog-file', standard.name)}",
        "include-controls": [{"with-ids": ids}] if ids else [{}],
        "exclude-controls": [{"with-ids": gone}] if gone else [],
    })  # fmt: skip


def _alter(found: ir.Requirement) -> Tree:
    """What the policy changed in level and severity, nothing when it did not."""
    changes = [t for t in found.tailored if t.action in {"tighten", "weaken"}]
    if not changes:
        return {}
    removes, adds = [], []
    for aspect, value, because in _aspects(found, changes):
        removes.append({"by-name": aspect, "by-item-name": "prop"})  # the schema of 1.1.3 takes no URI for `by-ns`
        adds.append(prop(aspect, value, because))
    return {"control-id": token(*_split(found.id)), "removes": removes, "adds": [{"position": "ending", "props": adds}]}


def _aspects(found: ir.Requirement, changes: Sequence[ir.Tailored]) -> Iterator[tuple[str, str, str]]:
    """The aspects that changed, with the value that holds now and why."""
    for change in changes:
        aspect = change.detail.partition(" ")[0]
        value = found.level if aspect == "level" else found.severity
        yield (
            aspect,
            value,
            f"{change.action}: {change.detail}" + (f", because {change.because}" if change.because else ""),
        )
