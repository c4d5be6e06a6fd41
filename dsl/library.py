"""Which of the given sources are needed, read once each.

Guarantees: the roots, the vocabulary modules and whatever these use, directly or not, are read; other sources cost a
search for their heads only, and what is wrong in them is not told.  Reading the same bytes again is free: reading is pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import lru_cache

from rulewright.diagnostics import Diagnostic
from rulewright.dsl import tree
from rulewright.dsl.form.recognised import plain
from rulewright.dsl.read import ReadFile, read
from rulewright.dsl.sink import Enough, Sink
from rulewright.dsl.source import Source

# Each begins with what is searched for at the speed of memory, not with a condition that is tried at every byte.
_HEAD = re.compile(
    rb"(standard(?<!\wstandard)|policy(?<!\wpolicy)|vocabulary(?<!\wvocabulary))"
    rb'(?:\s|#[^\n]*\n)+([\w.\-]+)(?:\s|#[^\n]*\n)+edition(?:\s|#[^\n]*\n)+"'
)


@lru_cache(maxsize=256)
def _read(source: Source, *, tests: bool) -> tuple[ReadFile | None, tuple[Diagnostic, ...]]:
    """Read a file and keep what was said about it."""
    sink = Sink()
    file = None
    with suppress(Enough):
        file = read(source, sink, tests=tests)
    return file, sink.everything()


def read_source(source: Source, sink: Sink, *, tests: bool) -> ReadFile | None:
    """Read a file, from memory when these bytes were read before."""
    file, found = _read(source, tests=tests)
    for diagnostic in found:
        sink.put(diagnostic)
    return file


def heads_in(text: bytes) -> list[tuple[str, str]]:
    """Kind and id of whatever looks like the head of a module."""
    return [(kind.decode(), module.decode("ascii", "replace")) for kind, module in _HEAD.findall(plain(text))]


def read_needed(
    sources: Mapping[str, Source], roots: Collection[str], sink: Sink, *, tests: bool
) -> dict[str, ReadFile]:
    """The files that a compilation of `roots` needs, by name, in order of name."""
    holders: dict[str, list[str]] = {}
    files: dict[str, ReadFile | None] = {}
    todo = [name for name in sorted(roots) if name in sources]
    for name in sorted(sources):
        for kind, module in heads_in(sources[name].text):
            holders.setdefault(module, []).append(name)
            if kind == "vocabulary":
                todo.append(name)
    while todo:
        name = todo.pop()
        if name in files:
            continue
        file = files[name] = read_source(sources[name], sink, tests=tests and name in roots)
        for wanted in uses_of(file):
            todo += holders.get(wanted, sorted(sources))
    return {name: file for name in sorted(files) if (file := files[name]) is not None}


def uses_of(file: ReadFile | None) -> list[str]:
    """Ids of the modules that a file's modules use and that it does not hold itself."""
    modules = file.file.modules if file is not None else ()
    return [u.module.text for m in modules for u in m.items if isinstance(u, tree.Use)]
