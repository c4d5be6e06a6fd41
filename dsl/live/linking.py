"""A linker that remembers: requirements of the edited file, and modules of the others.

Guarantees: what it hands over, and what it says, is what a new linker would; unless its allowance runs short: then some
requirements are as they were, or not judged yet, and `short` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir, tree
from rulewright.dsl.link import Instance, Linker
from rulewright.dsl.live.judged import Chamber, Judged
from rulewright.dsl.live.moving import moved
from rulewright.dsl.live.others import Neighbours, instance_key
from rulewright.dsl.live.records import Record
from rulewright.dsl.live.relay import Relay, kept, told
from rulewright.dsl.lower import Lowering
from rulewright.dsl.module import Bench, Loaded
from rulewright.dsl.params import Override
from rulewright.dsl.requirement import Surroundings

_NOT_YET = Judged(None, {}, (), frozenset(), 0)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a requirement of the edited file stands: its piece, its number in it, and where the piece starts."""

    record: Record
    number: int
    base: int


@dataclass(slots=True)
class Memory:
    """What was judged while the other files are the same."""

    chambers: dict[tuple[str, str], Chamber] = field(default_factory=dict)
    cases: dict[tuple[str, int | None], tuple[Diagnostic, ...]] = field(default_factory=dict)
    """of the tests, by text and number of questions"""
    standards: dict[str, tuple[Instance, tuple[Diagnostic, ...], int]] = field(default_factory=dict)
    """of the edited file's standards, by text: what they are, what was said (places relative), how large they are"""

    def forget(self, texts: frozenset[str]) -> None:
        """Keep what is said of these requirements and tests only."""
        for chamber in self.chambers.values():
            chamber.forget(texts)
        self.cases = {key: said for key, said in self.cases.items() if key[0] in texts}


@dataclass(slots=True)
class Round:
    """What one version of the file brings: its requirements by identity, and how many characters may be judged."""

    homes: dict[int, Home] = field(default_factory=dict)
    allowance: int | None = None
    short: bool = False

    def may(self, size: int) -> bool:
        """Whether so much more may be judged in this round."""
        if self.allowance is not None:
            if self.allowance < 0:
                self.short = True
                return False
            self.allowance -= size
        return True


class LiveLinker(Linker):
    """Links the modules of a file that is alive."""

    def __init__(
        self,
        modules: Iterable[Loaded],
        bench: Bench,
        relay: Relay,
        neighbours: Neighbours,
        memory: Memory,
        current: Round,
    ) -> None:
        super().__init__(modules, bench, neighbours.book)
        self.relay = relay
        self.neighbours = neighbours
        self.memory = memory
        self._standards, memory.standards = memory.standards, {}
        self.current = current
        self._entered: dict[int, tuple[Lowering, Chamber]] = {}

    def instantiate(
        self, module: Loaded, overrides: Mapping[str, Override], chain: tuple[Loaded, ...] = ()
    ) -> Instance:
        """Everything that a module contributes; of another file's, from memory."""
        if (module.id, module.edition) not in self.neighbours.keys:
            return self._of_this_file(module, overrides, chain)
        key = instance_key(module, overrides)
        found = self.neighbours.instances.get(key)
        if found is None:
            before = self.bench.budget.left_all
            with self.relay.recording() as heard:
                made = super().instantiate(module, overrides, chain)
            said = heard.everything()
            found = made, said, before - self.bench.budget.left_all
            if not any(d.span is not None and d.span.file == chain[-1].source.name for d in said):
                self.neighbours.instances[key] = found
        else:
            for diagnostic in found[1]:
                self.relay.put(diagnostic)
            self.bench.budget.left_all -= found[2]
        return replace(found[0], modules=dict(found[0].modules))

    def _of_this_file(self, module: Loaded, overrides: Mapping[str, Override], chain: tuple[Loaded, ...]) -> Instance:
        """What a module of the edited file contributes: a standard that is as it was, and names no other one of this file, from memory."""
        named = {(use.module.text, use.edition.text) for use in module.all(tree.Use)}
        if module.kind != "standard" or chain or overrides or not named <= self.neighbours.keys:
            return super().instantiate(module, overrides, chain)
        at = module.node.at
        text = module.source.text[at[0] : at[1]]
        known = self._standards.get(text)
        if known is not None:
            self.memory.standards[text] = known
            for found in known[1]:
                self.relay.put(told(found, module.source, at, {}))
            self.bench.budget.left_all -= known[2]
            return known[0]
        before = self.bench.budget.left_all
        with self.relay.recording() as heard:
            made = super().instantiate(module, overrides, chain)
        said = [kept(d, module.source, at, {}) for d in heard.everything()]
        if None not in said and not self.current.short:
            relative = tuple(d for d in said if d is not None)
            self.memory.standards[text] = made, relative, before - self.bench.budget.left_all
        return made

    def lower(
        self, node: tree.Requirement, lowering: Lowering, around: Surroundings
    ) -> tuple[ir.Requirement | None, Mapping[str, str]]:
        """A requirement and its questions; of the edited file's, from memory where nothing changed for it."""
        home = self.current.homes.get(id(node))
        if home is None:
            return super().lower(node, lowering, around)
        chamber = self._chamber(lowering, around)
        key = home.record.text, home.number
        judged = chamber.known.get(key)
        if judged is None or judged.stale:
            if self.current.may(len(home.record.text)):
                return self._judge(home, lowering, around, chamber)
            judged = judged or _NOT_YET
        context = lowering.context
        for found in judged.said:
            self.relay.put(told(found, context.desk.source, node.at, context.defines))
        context.used.update(judged.used)
        lowering.budget.left_all -= judged.nodes
        return judged.requirement, judged.questions

    def _chamber(self, lowering: Lowering, around: Surroundings) -> Chamber:
        """The judgements of the module that is being linked."""
        entered = self._entered.get(id(lowering))
        if entered is None:
            chamber = self.memory.chambers.setdefault((around.module, around.edition), Chamber())
            chamber.enter(lowering.context, around)
            entered = self._entered[id(lowering)] = lowering, chamber
        return entered[1]

    def _judge(
        self, home: Home, lowering: Lowering, around: Surroundings, chamber: Chamber
    ) -> tuple[ir.Requirement | None, Mapping[str, str]]:
        """Judge a requirement, and remember it unless a finding cannot be kept."""
        node = moved(home.record.read.nodes[home.number], home.base)
        assert isinstance(node, tree.Requirement)
        context = lowering.context
        used, before = set(context.used), lowering.budget.left_all
        context.used.clear()
        with self.relay.recording() as heard:
            found, questions = super().lower(node, lowering, around)
        said = [kept(d, context.desk.source, node.at, context.defines) for d in heard.everything()]
        judged = Judged(
            found,
            questions,
            tuple(d for d in said if d is not None),
            frozenset(context.used),
            before - lowering.budget.left_all,
            stale=None in said,
        )
        chamber.known[home.record.text, home.number] = judged
        context.used.update(used)
        return found, questions
