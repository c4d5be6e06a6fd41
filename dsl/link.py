"""Link modules: find what is used, put its requirements together, hand them to the tailoring.

Guarantees: modules are found by id and pinned edition (and digest, where stated); a module is made once per user with the
parameters that the user sets; the order of items and of files does not matter.
A policy's scope and dates narrow its own requirements and those that it uses.  A standard's `use` gives names only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from msgspec.structs import replace as struct_replace

from rulewright.diagnostics import Label, Severity
from rulewright.dsl import ir, tree
from rulewright.dsl.literals import listing
from rulewright.dsl.lower import Lowering
from rulewright.dsl.module import Bench, Loaded, axioms_of, check_items, conjunction, lowering_of, scope_of, unique
from rulewright.dsl.names import did_you_mean
from rulewright.dsl.objectives import Objectives
from rulewright.dsl.params import Override, parameter
from rulewright.dsl.requirement import Surroundings, dates, earlier, later, lower_requirement
from rulewright.dsl.shared import said_once
from rulewright.dsl.terms import Context


@dataclass(slots=True)
class Instance:
    """What a module contributes to the program, so far."""

    requirements: dict[str, ir.Requirement] = field(default_factory=dict)
    excluded: dict[str, ir.Excluded] = field(default_factory=dict)
    waivers: list[ir.Waiver] = field(default_factory=list)
    assumptions: list[ir.Assumption] = field(default_factory=list)
    unstated_open: set[str] = field(default_factory=set)
    axioms: dict[str, ir.Axiom] = field(default_factory=dict)
    modules: dict[tuple[str, str], ir.ModuleInfo] = field(default_factory=dict)
    facts: set[str] = field(default_factory=set)
    questions: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """by requirement: its questions by the names of their answers"""

    def absorb(self, other: Instance) -> None:
        """Take in what a used module contributes."""
        self.requirements.update(other.requirements)
        self.excluded.update(other.excluded)
        self.waivers += other.waivers
        self.assumptions += other.assumptions
        self.unstated_open |= other.unstated_open
        self.axioms.update(other.axioms)
        for key, info in other.modules.items():
            known = self.modules.get(key)
            self.modules[key] = info if known is None or info.pinned else known
        self.facts |= other.facts
        self.questions.update(other.questions)


@dataclass(frozen=True, slots=True)
class Used:
    """A `use` that was found."""

    node: tree.Use
    module: Loaded


@dataclass(frozen=True, slots=True)
class Frame:
    """A module while its items are put together."""

    module: Loaded
    lowering: Lowering
    uses: Mapping[str, Used]
    result: Instance

    @property
    def context(self) -> Context:
        """What its expressions may name."""
        return self.lowering.context


class Linker:
    """All modules of a compilation."""

    def __init__(self, modules: Iterable[Loaded], bench: Bench, book: Objectives | None = None) -> None:
        self.bench = bench  # for the registering; the objectives come with the vocabularies
        self.modules: dict[tuple[str, str], Loaded] = {}
        for module in modules:
            self._register(module)
        vocabularies = [m for m in self.modules.values() if m.kind == "vocabulary"]
        if book is None:
            said_once(vocabularies, bench.sink)
        self.book = book or Objectives(vocabularies, bench)
        self.bench = replace(bench, book=self.book)
        self.objectives = frozenset(self.book.names)
        attributes = bench.vocabulary.attributes.values()
        self.detectors = frozenset({"sbom"} | {d for a in attributes for d in a.detectors})
        self._clauses: dict[int, frozenset[str]] = {}

    def _register(self, module: Loaded) -> None:
        """Remember a module; a second one of the same id and edition is a diagnostic."""
        key = (module.id, module.edition)
        first = self.modules.setdefault(key, module)
        if first is not module and not (first.sha256 == module.sha256 and first.source.name != module.source.name):
            label = (Label(first.source.span(first.node.head.at), "the first one"),)
            message = f"`{module.id}` edition `{module.edition}` stands here a second time"
            self.bench.sink.add("RW0401", message, module.source, module.node.head.at, labels=label)

    def clauses_of(self, module: Loaded) -> frozenset[str]:
        """Ids and clauses that a reference to a module may name, broken ones included."""
        found = self._clauses.get(id(module))
        if found is None:
            nodes = list(module.all(tree.Requirement))
            ids = {n.id.text for n in nodes}
            clauses = {
                p.value.text for n in nodes for p in n.parts if isinstance(p, tree.Setting) and p.key == "clause"
            }
            found = self._clauses[id(module)] = frozenset(ids | clauses | module.node.broken)
        return found

    def instantiate(
        self, module: Loaded, overrides: Mapping[str, Override], chain: tuple[Loaded, ...] = ()
    ) -> Instance:
        """Everything that a module contributes, tailored."""
        from rulewright.dsl.tailor import apply_tailoring
        from rulewright.dsl.waiver import lower_waivers

        lowering = lowering_of(module, overrides, self.bench)
        desk = lowering.context.desk
        check_items(module, desk)
        uses = self._uses(module, lowering)
        frame = Frame(module, lowering, uses, Instance())
        frame.result.modules[module.id, module.edition] = module.info()
        if module.kind == "policy":
            self._absorb_uses(frame, (*chain, module))
        self._own(frame)
        apply_tailoring(frame)
        lower_waivers(frame)
        self._narrow(frame)
        self._unused(frame)
        frame.result.facts |= lowering.context.facts
        return frame.result

    def _uses(self, module: Loaded, lowering: Lowering) -> dict[str, Used]:
        """The modules that `use` names, by alias."""
        desk = lowering.context.desk
        found = {}
        for alias, node in unique(((u.alias, u) for u in module.all(tree.Use)), "alias", desk).items():
            target = self._find(node, module)
            if target is not None:
                found[alias] = Used(node, target)
        return found

    def _find(self, node: tree.Use, user: Loaded) -> Loaded | None:
        """The module that a `use` pins."""
        sink, source = self.bench.sink, user.source
        wanted = (node.module.text, node.edition.text)
        target = self.modules.get(wanted)
        if target is None:
            editions = sorted(e for i, e in self.modules if i == wanted[0])
            if editions:
                message = f"`{wanted[0]}` has no edition `{wanted[1]}` here"
                sink.add("RW0403", message, source, node.edition.at, hint=f"there is {listing(editions)}")
            else:
                hint = did_you_mean(wanted[0], (i for i, _ in self.modules))
                sink.add("RW0403", f"no module is called `{wanted[0]}`", source, node.module.at, hint=hint)
            return None
        if node.sha256 is None and target.source is user.source:
            return target  # a file cannot hold its own digest
        if node.sha256 is None:
            hint = f'pin it: `sha256 "{target.sha256}"`'
            message = f"the digest of `{wanted[0]}` is not pinned"
            sink.add("RW0406", message, source, node.at, hint=hint, severity=Severity.NOTE)
        elif node.sha256.text.lower() != target.sha256:
            notes = (f"the file at hand has {target.sha256}",)
            hint = "read what changed with `rulewright diff`, then pin the new digest"
            message = f"`{wanted[0]}` is not the file that was pinned"
            sink.add("RW0407", message, source, node.sha256.at, notes=notes, hint=hint)
            return None
        return target

    def _absorb_uses(self, frame: Frame, chain: tuple[Loaded, ...]) -> None:
        """Instantiate what a policy uses, with the parameters that it sets."""
        from rulewright.dsl.tailor import overrides_of

        for alias, used in frame.uses.items():
            if used.module in chain:
                self.bench.sink.add("RW0404", f"`{used.module.id}` uses itself", frame.module.source, used.node.at)
                continue
            if used.module.kind == "vocabulary":
                frame.result.modules.setdefault((used.module.id, used.module.edition), used.module.info())
                continue
            child = self.instantiate(used.module, overrides_of(frame, alias, used.module), chain)
            if used.node.sha256 is not None:
                key = (used.module.id, used.module.edition)
                child.modules[key] = struct_replace(child.modules[key], pinned=True)
            frame.result.absorb(child)

    def _own(self, frame: Frame) -> None:
        """The module's own requirements and axioms."""
        module, lowering, uses = frame.module, frame.lowering, frame.uses
        desk = lowering.context.desk
        start, end = dates(next((d for d in module.all(tree.Dates) if d.key == "valid"), None), desk)
        lowering.context.mentioned.clear()
        scope = scope_of(module, lowering)
        around = Surroundings(
            module=module.id,
            edition=module.edition,
            source=module.setting("source"),
            scope=conjunction(() if scope is None else (scope,)),
            start=start,
            end=end,
            aliases={alias: used.module.id for alias, used in uses.items()},
            clauses={used.module.id: self.clauses_of(used.module) for used in uses.values()},
            objectives=self.objectives,
            detectors=self.detectors,
            params=frozenset(lowering.context.mentioned),
        )
        for node in unique(((r.id, r) for r in module.all(tree.Requirement)), "requirement", desk).values():
            found, questions = self.lower(node, lowering, around)
            if found is not None:
                frame.result.requirements[found.id] = found
                frame.result.questions[found.id] = questions
        frame.result.axioms.update(axioms_of(module, lowering))

    def lower(
        self, node: tree.Requirement, lowering: Lowering, around: Surroundings
    ) -> tuple[ir.Requirement | None, Mapping[str, str]]:
        """A requirement in the IR, and its questions; who remembers requirements does it here."""
        return lower_requirement(node, lowering, around)

    def _narrow(self, frame: Frame) -> None:
        """A policy's scope and dates hold for what it uses, too."""
        if frame.module.kind != "policy":
            return
        silent = replace(frame.context.desk)
        frame.context.mentioned.clear()
        start, end = dates(next((d for d in frame.module.all(tree.Dates) if d.key == "valid"), None), silent)
        scope = scope_of(frame.module, frame.lowering)
        if scope is None:
            return
        own = f"{frame.module.id}:"
        params = tuple(parameter(frame.module.id, n, frame.context.params[n]) for n in frame.context.mentioned)
        for key, found in frame.result.requirements.items():
            if not key.startswith(own):
                frame.result.requirements[key] = struct_replace(
                    found,
                    scope=conjunction((found.scope, scope)),
                    valid_from=later(found.valid_from, start),
                    valid_until=earlier(found.valid_until, end),
                    params=tuple(sorted({*found.params, *params}, key=lambda p: (p.module, p.name))),
                )

    def _unused(self, frame: Frame) -> None:
        """A standard that uses a module and never mentions it."""
        if frame.module.kind == "policy":
            return  # a policy takes in what it uses
        for alias, used in frame.uses.items():
            if f"use {alias}" not in frame.context.used and used.module.kind != "vocabulary":
                message = f"`{alias}` is never mentioned"
                self.bench.sink.add(
                    "RW0408",
                    message,
                    frame.module.source,
                    used.node.at,
                    severity=Severity.WARNING,
                    hint="delete this `use`",
                )
