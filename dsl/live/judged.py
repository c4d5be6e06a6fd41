"""What was judged of the requirements of a module, and what of it still holds.

Guarantees: a judgement is used again only where nothing changed that it depends on: the requirement's text, and of what
is around it whatever it mentions.  A requirement without findings depends on names that stand in its text; one with
findings also on all names that a hint is chosen from; and both on the names of parameters and of `use`s, which a word
that merely resembles them is held against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir, tree
from rulewright.dsl.literals import ParamValue
from rulewright.dsl.requirement import Surroundings
from rulewright.dsl.terms import Context


@dataclass(slots=True)
class Judged:
    """A requirement's judgement: what was said (places relative), what it is, which names it used, how large it is."""

    requirement: ir.Requirement | None
    questions: Mapping[str, str]
    said: tuple[Diagnostic, ...]
    used: frozenset[str]
    nodes: int
    stale: bool = False


@dataclass(frozen=True, slots=True)
class _Around:
    """What requirements may mention: whatever of it changes, those that mention it are judged again."""

    names: tuple[object, ...]
    """what a mere likeness to counts: a change concerns all"""
    defines: Mapping[str, tree.Define]
    params: Mapping[str, ParamValue]
    broken: frozenset[str]
    cyclic: frozenset[str]
    clauses: Mapping[str, frozenset[str]]

    def differs(self, other: _Around) -> set[str] | None:
        """The names whose meaning differs; None when every requirement may be concerned."""
        if self.names != other.names:
            return None
        found = set(self.broken ^ other.broken) | set(self.cyclic ^ other.cyclic)
        for name in {*self.defines, *other.defines}:
            if self.defines.get(name) != other.defines.get(name):
                found.add(name)
        found.update(name for name, value in self.params.items() if value != other.params.get(name))
        for module, known in self.clauses.items():
            now = other.clauses[module]
            if known is not now:
                found |= known ^ now
        return None if any('"' in name or "\\" in name or not name for name in found) else found


def _around(context: Context, around: Surroundings) -> _Around:
    """What requirements may mention, by what it is."""
    return _Around(
        names=(dict(around.aliases), frozenset(around.clauses), frozenset(context.params)),
        defines=context.defines,
        params=context.params,
        broken=context.broken,
        cyclic=context.cyclic,
        clauses=around.clauses,
    )


@dataclass(slots=True)
class Chamber:
    """The judgements of one module, by the text of the piece and the place of the requirement in it."""

    known: dict[tuple[str, int], Judged] = field(default_factory=dict)
    around: _Around | None = None

    def enter(self, context: Context, around: Surroundings) -> None:
        """Begin a round: mark what no longer holds since the last one."""
        now = _around(context, around)
        before, self.around = self.around, now
        changed = None if before is None else before.differs(now)
        if changed is not None:
            _widen(changed, context)
        if changed is None or changed:
            for (text, _), judged in self.known.items():
                if changed is None or judged.said or any(name in text for name in changed):
                    judged.stale = True

    def forget(self, texts: frozenset[str]) -> None:
        """Keep what is said of these texts only."""
        self.known = {key: judged for key, judged in self.known.items() if key[0] in texts}


def _widen(changed: set[str], context: Context) -> None:
    """Add the `define`s that mention what changed, directly or not."""
    text = context.desk.source.text
    bodies = {name: text[node.at[0] : node.at[1]] for name, node in context.defines.items()}
    todo = set(changed)
    while todo:
        found = {name for name, body in bodies.items() if name not in changed and any(word in body for word in todo)}
        changed |= found
        todo = found
