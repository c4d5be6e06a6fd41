"""Attributes that vocabulary modules declare.

Guarantees: plain values that the caller turns into its own vocabulary before it compiles; a declaration with an error is
left out here and reported by the compilation.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.library import heads_in, read_source
from rulewright.dsl.literals import Desk, ShallowChecks, ValueType
from rulewright.dsl.module import Loaded, unique
from rulewright.dsl.names import did_you_mean
from rulewright.dsl.params import ends_of, type_of
from rulewright.dsl.requirement import EVIDENCE_LEVELS, Parts, named
from rulewright.dsl.sink import Enough, Sink
from rulewright.dsl.source import Source

MERGES = ("agree", "any", "all", "min", "max", "union", "latest", "strongest")
_KINDS = frozenset({"bool", "int", "decimal", "string", "enum", "date", "version", "license", "purl", "cpe", "set"})


@dataclass(frozen=True, slots=True)
class AttributeDecl:
    """`attribute NAME : TYPE [in LOW..HIGH] given|choice { … }`; `kind` and the words are those of `facts.types.FieldType`."""

    name: str
    kind: str
    values: tuple[str, ...]
    open_values: bool
    unit: str
    doc: str
    given: bool
    detectors: tuple[str, ...]
    merge: str
    fresh: int | None
    emb3d: tuple[str, ...] = ()
    level: int = EVIDENCE_LEVELS["enabled"]
    low: int | None = None
    """the least value that there can be, in the representation of the kind"""
    high: int | None = None


def attributes_of(sources: Mapping[str, Source]) -> tuple[AttributeDecl, ...]:
    """All attributes that the vocabulary modules among the sources declare, by name.

    Of two that differ either is taken: the compilation refuses them (`shared`).
    """
    found: dict[str, AttributeDecl] = {}
    for name in sorted(sources):
        if all(kind != "vocabulary" for kind, _ in heads_in(sources[name].text)):
            continue
        with suppress(Enough):
            found.update((a.name, a) for a in _attributes_in(sources[name]))
    return tuple(found[name] for name in sorted(found))


@lru_cache(maxsize=16)
def _attributes_in(source: Source) -> tuple[AttributeDecl, ...]:
    """The attributes of one file's vocabulary modules.  Raises Enough."""
    sink = Sink()
    file = read_source(source, sink, tests=False)
    if file is None:
        return ()
    desk = Desk(file.source, sink, ShallowChecks())
    modules = [Loaded(node, file.source, file.sha256) for node in file.file.modules if node.head.kind == "vocabulary"]
    return tuple(found for module in modules for found in declared(module, desk))


def declared(module: Loaded, desk: Desk) -> list[AttributeDecl]:
    """The attributes of a vocabulary module; errors go to the desk."""
    nodes = unique(((a.name, a) for a in module.all(tree.Attribute)), "attribute", desk)
    unique(((o.name, o) for o in module.all(tree.ObjectiveItem)), "objective", desk)
    return [found for node in nodes.values() if (found := _declared(node, desk)) is not None]


def _declared(node: tree.Attribute, desk: Desk) -> AttributeDecl | None:
    """One attribute, or None after diagnostics."""
    kind = _attribute_type(node, desk)
    domain = None if kind is None else _domain(node.domain, kind, desk)
    parts = Parts(node.parts, desk)
    if node.role.text not in {"given", "choice"}:
        hint = (
            did_you_mean(node.role.text, ("given", "choice"))
            or "`given`: the maker cannot choose it; `choice`: a design decision"
        )
        desk.error("RW0209", f"an attribute is `given` or `choice`, not `{node.role.text}`", node.role.at, hint)
        return None
    merge = parts.by_key.get("merge")
    if isinstance(merge, tree.Setting) and merge.value.text not in MERGES:
        hint = did_you_mean(merge.value.text, MERGES) or f"it is one of {', '.join(MERGES)}"
        desk.error("RW0209", f"`{merge.value.text}` is not a way to merge", merge.value.at, hint)
    if kind is None or domain is None or not parts.good:
        return None
    detectors, fresh, emb3d = (parts.by_key.get(key) for key in ("detectors", "fresh", "emb3d"))
    return AttributeDecl(
        name=node.name.text,
        kind=kind.kind,
        values=kind.values,
        open_values=kind.open_values,
        unit=parts.text("unit"),
        doc=parts.text("meaning"),
        given=node.role.text == "given",
        detectors=tuple(n.text for n in detectors.names) if isinstance(detectors, tree.Names) else (),
        merge=parts.text("merge") or "agree",
        fresh=fresh.length.days + fresh.length.months * 30 if isinstance(fresh, tree.Fresh) else None,
        emb3d=tuple(n.text for n in emb3d.names) if isinstance(emb3d, tree.Names) else (),
        level=_level(parts.by_key.get("level"), desk),
        low=domain[0],
        high=domain[1],
    )


def _domain(domain: tree.Bound | None, kind: ValueType, desk: Desk) -> tuple[int | None, int | None] | None:
    """The least and the greatest value that there can be; None after a diagnostic."""
    if domain is None:
        return None, None
    if kind.kind not in {"int", "decimal", "date"}:
        desk.error("RW0301", f"an attribute of type {kind.kind} has no range", domain.at, "list its words instead")
        return None
    ends = ends_of(domain, kind, desk)
    if ends is None:
        return None
    low, high = (end if isinstance(end, int) else None for end in ends)
    return low, high


def _level(part: object, desk: Desk) -> int:
    """From which level on a graded finding counts."""
    word = part.value if isinstance(part, tree.Setting) else None
    stated = named(word, EVIDENCE_LEVELS, "a level of evidence", desk) if isinstance(word, t.Name) else None
    return stated or EVIDENCE_LEVELS["enabled"]


def _attribute_type(node: tree.Attribute, desk: Desk) -> ValueType | None:
    """The type of an attribute: those of facts, not `duration` or `set<license>`."""
    kind = type_of(node.type, desk)
    if kind is None:
        return None
    if kind.kind not in _KINDS or (kind.kind == "set" and kind.member not in {"enum", "word", "string"}):
        desk.error(
            "RW0309", f"a fact cannot be of type `{kind}`", node.type.at, did_you_mean(kind.kind, _KINDS - {kind.kind})
        )
        return None
    return kind
