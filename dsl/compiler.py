"""From sources to a program: the front end's one way through.

read (decode, cut, parse) → load → link (parameters, requirements, tailoring, waivers) → program.
Guarantees: pure; user errors are diagnostics; the same sources give the same bytes, in whatever order they come; with an
error there is no program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl import ir, tree
from rulewright.dsl.cases import lower_tests
from rulewright.dsl.digest import LANGUAGE
from rulewright.dsl.ir_cases import TestCase
from rulewright.dsl.library import read_needed
from rulewright.dsl.link import Instance, Linker
from rulewright.dsl.literals import LiteralChecks, ShallowChecks
from rulewright.dsl.lower import Budget, Lowering
from rulewright.dsl.module import Bench, Loaded, axioms_of, check_items
from rulewright.dsl.names import VocabularyLike
from rulewright.dsl.objectives import Objectives
from rulewright.dsl.params import Override, overrides_for
from rulewright.dsl.read import ReadFile
from rulewright.dsl.requirement import EVIDENCE_LEVELS
from rulewright.dsl.sink import Enough, Sink
from rulewright.dsl.source import Source, SourceText
from rulewright.dsl.terms import Context

SHALLOW = ShallowChecks()
FRESH_ANSWER = 365
"""For how many days an answer counts."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The program (None when there is an error), all diagnostics by place, and the in-file tests of the roots."""

    program: ir.Program | None
    diagnostics: tuple[Diagnostic, ...]
    tests: tuple[TestCase, ...]


def compile_sources(
    sources: Mapping[str, Source],
    roots: Sequence[str],
    vocabulary: VocabularyLike,
    params: Mapping[str, str] | None = None,
    *,
    checks: LiteralChecks = SHALLOW,
    tests: bool = True,
) -> Compiled:
    """Compile the policies and standards in the sources named by `roots`; the other sources may be used by them.

    `params` sets parameters from outside: `NAME` (of a root) or `MODULE.NAME`.  Without `tests` the in-file tests are
    not read.
    """
    sink = Sink()
    program: ir.Program | None = None
    cases: tuple[TestCase, ...] = ()
    with suppress(Enough):
        program, cases = _compile(sources, roots, Bench(vocabulary, checks, sink, Budget()), params or {}, tests=tests)
    return Compiled(None if sink.failed else program, sink.result(), cases)


def _compile(
    sources: Mapping[str, Source], roots: Sequence[str], bench: Bench, params: Mapping[str, str], *, tests: bool
) -> tuple[ir.Program | None, tuple[TestCase, ...]]:
    """The program and the tests.  Raises Enough."""
    sink = bench.sink
    files = read_needed(sources, roots, sink, tests=tests)
    loaded = [Loaded(m, f.source, f.sha256) for f in files.values() for m in f.file.modules]
    linker = Linker(loaded, bench)
    chosen = roots_of(roots, files, loaded, sink)
    overrides = _outside(params, chosen, loaded, bench)
    whole = Instance()
    for module in chosen:
        merge_root(whole, linker.instantiate(module, overrides.get(module.id, {})), module, sink)
    _vocabularies(whole, linker, bench)
    cases = lower_tests([files[r] for r in roots if r in files], linker, whole, bench) if tests else ()
    return None if sink.failed else _program(whole, bench.vocabulary, linker.book), cases


def roots_of(roots: Sequence[str], files: Mapping[str, ReadFile], loaded: Sequence[Loaded], sink: Sink) -> list[Loaded]:
    """The modules to evaluate: of each root file those that no other one of that file uses."""
    chosen: list[Loaded] = []
    for name in dict.fromkeys(roots):
        file = files.get(name)
        if file is None:
            if not sink.failed:
                sink.put(Diagnostic("RW0403", Severity.ERROR, f"no source is called `{name}`", source=name))
            continue
        own = [m for m in loaded if m.source is file.source and m.kind != "vocabulary"]
        used = {(u.module.text, u.edition.text) for m in own if m.kind == "policy" for u in m.all(tree.Use)}
        found = [m for m in own if (m.id, m.edition) not in used] or own[:1]
        if not found and not file.file.modules and not sink.failed:
            message = "the file holds no module"
            sink.add("RW0108", message, file.source, (0, 0), hint='write `policy ID edition "1" { … }`')
        chosen += found
    return chosen


def _outside(
    params: Mapping[str, str], roots: Sequence[Loaded], loaded: Iterable[Loaded], bench: Bench
) -> dict[str, dict[str, Override]]:
    """Parameters set from outside, by module; a name that no module has is a diagnostic."""
    if not params:
        return {}
    found: dict[str, dict[str, Override]] = {}
    taken: set[str] = set()
    for module in loaded:
        known = {p.name.text for p in module.all(tree.Param)}
        for name, (key, text) in overrides_for(module.id, root=module in roots, given=params).items():
            if name not in known:
                continue
            taken.add(key)
            desk = bench.desk(SourceText(f"parameter {key}", text, (0,)))
            found.setdefault(module.id, {})[name] = Override(text, desk, (0, len(text)))
    for key in sorted(set(params) - taken):
        message = f"no module here has a parameter `{key}`"
        bench.sink.put(Diagnostic("RW0203", Severity.ERROR, message, source=f"parameter {key}"))
    return found


def merge_root(whole: Instance, part: Instance, module: Loaded, sink: Sink) -> None:
    """Take in a root; two roots may share a standard only when both leave it the same.

    What a policy says of the completeness of lists holds for the whole run, so all roots must say the same.
    """
    if whole.modules and _on_completeness(whole) != _on_completeness(part):
        message = (
            f"`{module.id}` and the other policies of this run say different things about which lists are complete"
        )
        sink.add("RW0413", message, module.source, module.node.head.at, hint="check the policies in separate runs")
    for key, found in part.requirements.items():
        known = whole.requirements.get(key)
        differs = known is not None and (known != found or _waived(whole, key) != _waived(part, key))
        if differs or key in whole.excluded:
            message = f"`{key}` comes from two policies that tailor it differently"
            sink.add("RW0413", message, module.source, module.node.head.at, hint="check the policies in separate runs")
    for key, axiom in part.axioms.items():
        if whole.axioms.get(key, axiom) != axiom:
            message = f"the axiom `{key}` comes from two policies that set its parameters differently"
            sink.add("RW0413", message, module.source, module.node.head.at, hint="check the policies in separate runs")
    for key in part.excluded:
        if key in whole.requirements:
            message = f"`{key}` is taken out by one policy and kept by another"
            sink.add("RW0413", message, module.source, module.node.head.at, hint="check the policies in separate runs")
    whole.absorb(part)


def _on_completeness(found: Instance) -> tuple[set[tuple[str, str]], set[str]]:
    """What a root says about which lists are complete."""
    return {(a.collection, a.state) for a in found.assumptions}, found.unstated_open


def _waived(found: Instance, key: str) -> set[tuple[object, ...]]:
    """The waivers of a root for a requirement, wherever they are written."""
    return {
        (w.product, w.because, w.approved_by, w.approved_on, w.until, w.provided)
        for w in found.waivers
        if w.requirement == key
    }


def _vocabularies(whole: Instance, linker: Linker, bench: Bench) -> None:
    """Vocabulary modules take part in every program; their own items are judged here."""
    linker.book.judge()
    for key, module in linker.modules.items():
        if module.kind == "vocabulary":
            whole.modules.setdefault(key, module.info())
            whole.axioms.update(judge_vocabulary(module, linker.book, bench))


def judge_vocabulary(module: Loaded, book: Objectives, bench: Bench) -> dict[str, ir.Axiom]:
    """Judge the items of a vocabulary, its objectives apart; its axioms."""
    from rulewright.dsl.attributes import declared

    desk = bench.desk(module.source)
    check_items(module, desk)
    declared(module, desk)
    context = Context(desk, bench.vocabulary, {}, {}, book.broken)
    return axioms_of(module, Lowering(context, Budget(), book))


def _program(whole: Instance, vocabulary: VocabularyLike, book: Objectives) -> ir.Program:
    """The program, in an order that does not depend on the order of the sources."""
    used = {name: vocabulary.attributes[name] for name in sorted(whole.facts)}
    asked = sorted((n, q) for key in whole.requirements for n, q in whole.questions.get(key, {}).items())
    fresh = {name: found.fresh for name, found in used.items() if found.fresh is not None}
    levels = {name: int(a.level) for name, a in used.items() if a.level != EVIDENCE_LEVELS["enabled"]}
    named = sorted({name for r in whole.requirements.values() for name in r.objective})
    return ir.Program(
        language=LANGUAGE,
        modules=tuple(whole.modules[k] for k in sorted(whole.modules)),
        requirements=tuple(sorted(whole.requirements.values(), key=lambda r: r.id)),
        excluded=tuple(whole.excluded[k] for k in sorted(whole.excluded)),
        waivers=tuple(sorted(whole.waivers, key=lambda w: w.id)),
        assumptions=tuple(sorted(whole.assumptions, key=lambda a: (a.collection, a.because))),
        unstated_open=tuple(sorted(whole.unstated_open)),
        detectors={n: tuple(a.detectors) for n, a in used.items() if a.detectors} | {n: ("manual",) for n, _ in asked},
        axioms=tuple(whole.axioms[k] for k in sorted(whole.axioms)),
        fresh=fresh | {name: FRESH_ANSWER for name, _ in asked},
        levels=levels,
        questions=dict(asked),
        objectives=tuple(found for name in named if (found := book.info(name)) is not None),
    )
