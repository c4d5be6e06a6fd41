"""What `standards export` and `standards import` share: rules to a document for others, and such a document to rules.

Guarantees: a document is written whole or not at all, and never over something that was read; words about it go to stderr.
It writes and reads no format itself (`standards.exchange`).
"""

from __future__ import annotations

import sys

from rulewright.cli import days, exits
from rulewright.cli.check import deliver
from rulewright.cli.compiling import compile_rules
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import Rules, gather, unreadable
from rulewright.cli.options import Request
from rulewright.cli.overwriting import overwriting
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.streams import say
from rulewright.cli.text import plural
from rulewright.diagnostics import Diagnostic
from rulewright.standards.exchange import exported, imported
from rulewright.standards.exchange.bounds import MAX_BYTES


def export(request: Request) -> int:
    """Write standards, or the selection of a policy, in a format for others; return the exit code."""
    day = _day(request)
    if isinstance(day, Diagnostic):
        return refuse([day])
    form = request.one("format") or ""
    if form not in exported.FORMATS:
        listed = ", ".join(f"`{name}`" for name in exported.FORMATS)
        return refuse([problem("RW0002", "`standards export` needs a `--format`", f"there is {listed}")])
    found: list[exported.Rules] = []
    for word in request.arguments:
        rules = gather([word], day)
        problems = rules.problems or overwriting(request, rules)
        if problems:
            return refuse(problems, rules.texts)
        compiled = compile_rules(rules, {}, use_cache="no_cache" not in request.flags)
        if compiled.program is None:
            return refuse(compiled.diagnostics, rules.texts)
        found.append(exported.Rules(word, compiled.program, rules.texts, rules.roots[0]))
    made = exported.export(found, form, day)
    if isinstance(made, Diagnostic):
        return refuse([made])
    code = deliver(made.data.decode(), request.one("output"), utf8=True)
    if code == exits.OK:
        show(made.diagnostics)
    return code


def _day(request: Request) -> str | Diagnostic:
    """The day that was given, or nothing."""
    stated = request.one("as_of")
    if stated is None:
        return ""
    parsed = days.parse(stated, "--as-of")
    return parsed if isinstance(parsed, Diagnostic) else days.text(parsed)


def import_(request: Request) -> int:
    """Write the rule file of a standard that others published; return the exit code."""
    (path,) = request.arguments
    name = name_of(path)
    problems = overwriting(request, Rules())
    if problems:
        return refuse(problems)
    try:
        data = _read(path)
    except OSError as error:
        return refuse([unreadable(name, error)])
    vocabularies = gather([])
    wanted = (request.one("id") or "", request.one("edition") or "")
    made = imported.take(data, name.rpartition("/")[2], wanted, _objectives(vocabularies))
    if not made.text:
        return refuse(made.diagnostics)
    flaws = _compiled(vocabularies, made.text)
    if flaws:
        return refuse(flaws, {PACK: made.text.encode()})
    code = deliver(made.text, request.one("output"), utf8=True)
    if code == exits.OK:
        show(made.diagnostics)
        for standard in made.standards:
            say(
                f"imported: {standard.name}, {plural(len(standard.entries), 'requirement')}, each a question to a person"
            )
    return code


PACK = "the imported pack"


def _read(path: str) -> bytes:
    """The bytes of a file or of stdin, one more than allowed at most.  Raises `OSError`."""
    if path == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with open(path, "rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _objectives(rules: Rules) -> frozenset[str]:
    """The objectives that the vocabularies declare."""
    from rulewright.dsl import tree
    from rulewright.standards.exchange.described import modules

    items = [item for module, _ in modules(rules.texts).values() for item in module.items]
    return frozenset(item.name.text for item in items if isinstance(item, tree.ObjectiveItem))


def _compiled(vocabularies: Rules, text: str) -> list[Diagnostic]:
    """What keeps the pack from being used: nothing, or nothing is written."""
    rules = Rules(texts={**vocabularies.texts, PACK: text.encode()}, roots=[PACK])
    compiled = compile_rules(rules, {}, use_cache=False)
    return [] if compiled.program is not None else list(compiled.diagnostics)
