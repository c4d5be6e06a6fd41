"""What `standards export` and `standards import` share: rules to a document for others, and such a document to rules.

Guarantees: a document is written whole or not at all, and never over something that was read; words about it go to stderr.
It writes and reads no format itself (`standards.exchange`).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial

from rulewright.cli import days, exits, library
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
from rulewright.standards.exchange.model import Standard


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
    shelf = (*library.shipped(), *(library.neighbours(path) if path != "-" else ()))
    made = imported.take(data, name.rpartition("/")[2], wanted, _objectives(vocabularies), partial(_pack, shelf))
    if not made.text:
        return refuse(made.diagnostics)
    flaws = _compiled(vocabularies, made.text, shelf)
    if flaws:
        return refuse(flaws, {PACK: made.text.encode()})
    code = deliver(made.text, request.one("output"), utf8=True)
    if code == exits.OK:
        show(made.diagnostics)
        if made.policy is not None:
            found = made.policy
            selection = f"{plural(found.standards, 'standard')}, {plural(found.excluded, 'requirement')} excluded"
            say(f"imported: the policy {found.id}@{found.edition}, {selection}")
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


def _pack(shelf: Sequence[library.Module], name: str, edition: str) -> Standard | None:
    """A pack that is shipped or lies beside the file, as the exchange sees it; None where there is none that compiles."""
    found = next((m for m in shelf if (m.id, m.edition) == (name, edition) and m.kind != "vocabulary"), None)
    if found is None:
        return None
    rules = gather([f"{name}@{edition}" if found.shipped else found.path])
    compiled = compile_rules(rules, {})
    if rules.problems or compiled.program is None:
        return None
    made = exported.Rules(name, compiled.program, rules.texts, rules.roots[0])
    return next((s for s in exported.own(made) if s.name == f"{name}@{edition}"), None)


def _compiled(vocabularies: Rules, text: str, shelf: Sequence[library.Module]) -> list[Diagnostic]:
    """What keeps the rule file from being used: nothing, or nothing is written."""
    rules = Rules(texts={**vocabularies.texts, PACK: text.encode()}, roots=[PACK])
    wanted = set(library.uses(rules.texts[PACK]))
    for module in shelf:
        if (module.id, module.edition) in wanted:
            rules.texts.setdefault(module.name, library.read(module))
    compiled = compile_rules(rules, {}, use_cache=False)
    return [] if compiled.program is not None else list(compiled.diagnostics)
