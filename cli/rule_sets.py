"""From the words for policies and standards to programs for the analyser: as few as there can be.

Guarantees: a program holds one edition at most of a standard (requirements of two editions share their ids), so words that
need two editions of one standard end up in several programs; without words, everything that is shipped takes part.
`again` compiles with other parameters no more than the rules that a parameter is part of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from rulewright.cli import library, shelf
from rulewright.cli.compiling import Compiled, compile_rules, parameters
from rulewright.cli.gathering import Rules, gather
from rulewright.cli.options import Request
from rulewright.cli.overwriting import overwriting
from rulewright.cli.problems import refuse, show
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl import ir
from rulewright.facts.vocabulary import Vocabulary

Editions = dict[str, str]


class RuleSet(msgspec.Struct):
    """The programs of a run, their vocabulary, and how to compile them again."""

    programs: list[ir.Program]
    vocabulary: Vocabulary
    rules: list[Rules]
    params: Mapping[str, str]

    def again(self, changed: Mapping[str, str]) -> list[ir.Program] | None:
        """The programs that the parameters `MODULE.NAME` are part of, with other values; None where these do not fit."""
        modules = {name.rpartition(".")[0] for name in changed}
        found = []
        for rules, program in zip(self.rules, self.programs, strict=True):
            mine = {module.id: module for module in program.modules}
            if not modules <= mine.keys():
                continue
            part = rules
            if all(mine[m].kind == "standard" for m in modules) and not any(
                module.kind == "policy" for module in program.modules
            ):
                part = gather([f"{m}@{mine[m].edition}" for m in sorted(modules)])
            compiled = compile_rules(part, {**self.params, **changed}, use_cache=False)
            if compiled.program is None:
                return None
            found.append(compiled.program)
        return found

    def base(self) -> list[ir.Program]:
        """The programs without what their policies `set`; those that do not compile so are left out."""
        made = []
        for rules, program in zip(self.rules, self.programs, strict=True):
            plain = msgspec.structs.replace(rules, texts=_unset(rules.texts, program))
            compiled = compile_rules(plain, self.params, use_cache=False)
            if compiled.program is not None:
                made.append(compiled.program)
        return made


def _unset(texts: Mapping[str, bytes], program: ir.Program) -> dict[str, bytes]:
    """The rule texts with the lines blank on which a `set` of the program stands."""
    places = {(t.place.file, t.place.line) for r in program.requirements for t in r.tailored if t.action == "set"}
    found = dict(texts)
    for name, number in places:
        lines = found[name].splitlines(keepends=True)
        lines[number - 1] = b"\n"
        found[name] = b"".join(lines)
    return found


def rule_set(request: Request, words: Sequence[str], day: str) -> RuleSet | int:
    """Compile what some words name; an int is the exit code after saying why not."""
    params = parameters(request.many("param"))
    if isinstance(params, list):
        return refuse(params)
    quiet, use_cache = "quiet" in request.flags, "no_cache" not in request.flags
    found: list[tuple[Rules, Compiled]] = []
    for roots in groups(words, day) if words else shelf.layers():
        rules = gather(roots, day)
        problems = rules.problems or overwriting(request, rules)
        if problems:
            return refuse(problems)
        compiled = compile_rules(rules, params, use_cache=use_cache)
        if compiled.program is None:
            return refuse(compiled.diagnostics, rules.texts)
        show(_warnings(compiled.diagnostics), rules.texts, quiet=quiet)
        found.append((rules, compiled))
    programs = [made.program for _, made in found if made.program is not None]
    return RuleSet(programs, _vocabulary(found), [rules for rules, _ in found], params)


def _warnings(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [d for d in diagnostics if d.severity is Severity.WARNING]


def _vocabulary(found: Sequence[tuple[Rules, Compiled]]) -> Vocabulary:
    """The vocabularies of all programs together."""
    whole = found[0][1].vocabulary()
    for _, compiled in found[1:]:
        whole = whole.extended(compiled.vocabulary().attributes.values())
    return whole


def groups(words: Sequence[str], day: str) -> list[list[str]]:
    """The words in groups that need one edition at most of every standard, each word in the first group it fits."""
    made: list[tuple[list[str], Editions]] = []
    for word in dict.fromkeys(words):
        needs = _editions(gather([word], day))
        for group, held in made:
            if all(held.get(name, edition) == edition for name, edition in needs.items()):
                group.append(word)
                held.update(needs)
                break
        else:
            made.append(([word], dict(needs)))
    return [group for group, _ in made]


def _editions(rules: Rules) -> Editions:
    """The standards and policies in some rule texts."""
    heads = [m for name, data in rules.texts.items() for m in library.heads(data, name, name)]
    return {module.id: module.edition for module in heads if module.kind != "vocabulary"}
