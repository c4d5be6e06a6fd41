"""The files beside the edited one: read once, their objectives and modules judged once, while the shelf is the same.

Guarantees: what is said of them is said again in every round, so that a round hears all that a compilation does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from rulewright.diagnostics import Diagnostic
from rulewright.dsl import tree
from rulewright.dsl.compiler import judge_vocabulary
from rulewright.dsl.library import heads_in, read_source, uses_of
from rulewright.dsl.link import Instance, Linker
from rulewright.dsl.live.analysis import Shelf
from rulewright.dsl.live.relay import Relay
from rulewright.dsl.lower import Budget
from rulewright.dsl.module import Bench, Loaded
from rulewright.dsl.objectives import Objectives
from rulewright.dsl.params import Override
from rulewright.dsl.read import ReadFile
from rulewright.dsl.sink import Sink

InstanceKey = tuple[str, str, tuple[tuple[str, object], ...]]


@dataclass(frozen=True, slots=True)
class Other:
    """Another file: what was read of it, what was said about that, and the modules that it uses."""

    read: ReadFile | None
    modules: tuple[Loaded, ...]
    said: tuple[Diagnostic, ...]
    uses: tuple[str, ...]


@dataclass(slots=True)
class Neighbours:
    """The other files that take part in a compilation, and what was judged of them."""

    files: Mapping[str, Other]
    book: Objectives
    read_said: tuple[Diagnostic, ...]
    """about their texts"""
    judged_said: tuple[Diagnostic, ...]
    """about the vocabularies among them and their objectives"""
    keys: frozenset[tuple[str, str]]
    borrowed: frozenset[str]
    """ids of the modules that they use"""
    instances: dict[InstanceKey, tuple[Instance, tuple[Diagnostic, ...], int]] = field(default_factory=dict)


class Others:
    """All sources of a shelf but one."""

    def __init__(self, name: str, shelf: Shelf, relay: Relay) -> None:
        self.name = name
        self.shelf = shelf
        self.relay = relay
        self._files: dict[str, Other] = {}
        self._last: tuple[frozenset[str], Neighbours] | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the other sources, in order."""
        return tuple(sorted(name for name in self.shelf.sources if name != self.name))

    @cached_property
    def holders(self) -> dict[str, list[str]]:
        """By module: the files that hold it."""
        found: dict[str, list[str]] = {}
        for name in self.names:
            for _, module in heads_in(self.shelf.sources[name].text):
                found.setdefault(module, []).append(name)
        return found

    @cached_property
    def vocabularies(self) -> tuple[str, ...]:
        """The files that hold vocabularies: they take part in every compilation."""
        return tuple(
            name for name in self.names if any(k == "vocabulary" for k, _ in heads_in(self.shelf.sources[name].text))
        )

    def file(self, name: str) -> Other:
        """Another file, read."""
        found = self._files.get(name)
        if found is None:
            sink = Sink()
            read = read_source(self.shelf.sources[name], sink, tests=False)
            modules = () if read is None else tuple(Loaded(m, read.source, read.sha256) for m in read.file.modules)
            found = self._files[name] = Other(read, modules, sink.everything(), tuple(uses_of(read)))
        return found

    def needed(self, uses: Iterable[str], own: Callable[[str], bool]) -> Neighbours:
        """The files that a text needs which uses these modules; `own` tells which of them it holds itself."""
        found: set[str] = set()
        todo = list(self.vocabularies) + self._holding(uses, own)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self._holding(self.file(name).uses, own)
        names = frozenset(found)
        if self._last is None or self._last[0] != names:
            self._last = names, self._judged({name: self.file(name) for name in sorted(names)})
        return self._last[1]

    def _holding(self, uses: Iterable[str], own: Callable[[str], bool]) -> list[str]:
        """The other files in which modules may stand: all, where one stands nowhere."""
        found: list[str] = []
        for module in uses:
            if module in self.holders:
                found += self.holders[module]
            elif not own(module):
                found += self.names
        return found

    def _judged(self, files: Mapping[str, Other]) -> Neighbours:
        """Judge the vocabularies of some files."""
        read_said = tuple(diagnostic for file in files.values() for diagnostic in file.said)
        with self.relay.recording() as heard:
            bench = Bench(self.shelf.vocabulary, self.shelf.checks, self.relay, Budget())
            linker = Linker((m for file in files.values() for m in file.modules), bench)
            linker.book.judge()
            for module in linker.modules.values():
                if module.kind == "vocabulary":
                    judge_vocabulary(module, linker.book, replace(bench, book=linker.book))
        used = (use.module.text for file in files.values() for m in file.modules for use in m.all(tree.Use))
        keys = frozenset(linker.modules)
        return Neighbours(files, linker.book, read_said, heard.everything(), keys, frozenset(used))


def instance_key(module: Loaded, overrides: Mapping[str, Override]) -> InstanceKey:
    """What an instance of a module depends on, beside the other files."""
    return module.id, module.edition, tuple((name, overrides[name].value) for name in sorted(overrides))
