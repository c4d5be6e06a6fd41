"""`rulewright standards`: what is shipped, and what one of them asks."""

from __future__ import annotations

import sys

from rulewright.cli import exits, library
from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse
from rulewright.cli.streams import paint_for, put
from rulewright.cli.text import clean, cut, natural, pad, plural, width
from rulewright.dsl import ir


def run(request: Request) -> int:
    """List or show; return the exit code."""
    words = request.arguments or ("list",)
    paint = paint_for(sys.stdout)
    if words == ("list",):
        put("\n".join(_list(paint)) + "\n")
        return exits.OK
    if words[0] != "show" or len(words) < 2:
        hint = "`rulewright standards list`, or `rulewright standards show ID`"
        return refuse([problem("RW0002", f"`standards {' '.join(words)}` is not a command", hint)])
    return _show(words[1:], paint, use_cache="no_cache" not in request.flags)


def _list(paint: Paint) -> list[str]:
    """Write one line per shipped standard and policy."""
    modules = sorted(library.shipped(), key=lambda m: (m.kind != "standard", m.kind, natural(m.id), natural(m.edition)))
    modules = [m for m in modules if m.kind != "vocabulary"]
    names = [f"{m.id}@{m.edition}" if m.edition else m.id for m in modules]
    column = max(map(width, names), default=0)
    return [
        f"{paint(pad(name, column), Ink.NAME)}  {pad(m.kind, 8)}  {paint(m.name, Ink.DIM)}"
        for name, m in zip(names, modules, strict=True)
    ]


def _show(words: tuple[str, ...], paint: Paint, *, use_cache: bool) -> int:
    """Write the requirements of some standards."""
    for word in words:
        rules = gather([word])
        if rules.problems:
            return refuse(rules.problems)
        compiled = compile_rules(rules, {}, use_cache=use_cache)
        if compiled.program is None:
            return refuse(compiled.diagnostics, rules.texts)
        put("\n".join(_page(compiled.program, paint)) + "\n")
    return exits.OK


def _page(program: ir.Program, paint: Paint) -> list[str]:
    """Write heads and requirements."""
    lines = []
    for module in program.modules:
        if module.kind != "vocabulary":
            facts = [module.title, module.publisher, module.force, module.license]
            lines.append(paint(clean(f"{module.id} {module.edition}"), Ink.BOLD))
            lines += [f"  {clean(fact)}" for fact in facts if fact]
    lines.append("")
    ids = {r.id: clean(r.id.partition(":")[2]) for r in program.requirements}
    column = min(max(map(width, ids.values()), default=0), 28)
    for requirement in sorted(program.requirements, key=lambda r: natural(r.id)):
        name = pad(cut(ids[requirement.id], column), column)
        head = f"  {paint(name, Ink.NAME)}  {requirement.level.ljust(6)}  {requirement.severity.ljust(8)}  "
        room = paint.columns - column - 22
        lines.append(head + cut(clean(requirement.title), room, paint.symbols.ellipsis))
    return [*lines, "", plural(len(program.requirements), "requirement")]
