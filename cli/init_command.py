"""`rulewright init`: a declaration about the product to fill in, asking only what the chosen standards need.

Guarantees: the file is a facts file as written and states nothing that nobody said; on a terminal it asks for the context
that decides what applies; a file that is there is never written over without `--force`.  Without `--standards` all shipped
standards that may apply are looked at.
"""

from __future__ import annotations

import os
import sys

import msgspec

from rulewright.cli import answers_given, documents, exits, product_file, questionnaire
from rulewright.cli.changed import changed
from rulewright.cli.check import deliver, engine
from rulewright.cli.derive_command import Ready, derived, described, may_ask, prepared, with_given
from rulewright.cli.options import Request
from rulewright.cli.plan_command import PublicTables
from rulewright.cli.problems import problem, refuse
from rulewright.cli.progress import Progress
from rulewright.cli.streams import say
from rulewright.cli.text import clean
from rulewright.engine import report, worklist
from rulewright.facts.base import Fact
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.types import State
from rulewright.threats import risk

FILE = "product.toml"
SAID = frozenset({"--fact", "--placed-on-market", "answered on the terminal"})
"""Whose word is written down; what a facts file says stays there, with its evidence."""


def run(request: Request) -> int:
    """Write the file; return the exit code."""
    if len(request.arguments) > 1:
        return refuse([problem("RW0002", "init writes one file", "`rulewright init --help` lists what there is")])
    path = request.arguments[0] if request.arguments else FILE
    if path != "-" and os.path.lexists(path) and "overwrite" not in request.flags:
        message = f"`{documents.name_of(path)}` is there already and is not overwritten"
        return refuse([problem("RW0020", message, "name another file, or say `--force`")])
    if any(os.path.exists(path) and os.path.exists(f) and os.path.samefile(path, f) for f in request.many("facts")):
        message = f"`{documents.name_of(path)}` is an input of this run and is not overwritten"
        return refuse([problem("RW0006", message, "name another file")])
    plain = changed(request, arguments=(), texts={**request.texts, "policy": request.many("standards")})
    ready = prepared(plain)
    if isinstance(ready, int):
        return ready
    with Progress(3, quiet="quiet" in request.flags) as progress:
        read = described(plain, ready.vocabulary, progress)
    if isinstance(read, int):
        return read
    taken, assumed = read
    answers_given.told(taken, answers_given.asked(taken, ready.programs), quiet="quiet" in request.flags)
    if any(d.is_error for d in taken.problems):
        return refuse(taken.problems, taken.texts)
    facts = taken.products(lambda: ready.vocabulary, same=True)
    name, version = _named(request), request.one("product_version") or ""
    given: dict[str, Fact] = {}
    if may_ask(plain):
        name, version, given = _asked(ready, facts, name, version, assumed)
    return _written(request, ready, with_given(facts, given), product_file.Known(name, version, {}), path)


def _named(request: Request) -> str:
    """The product's name, where it was stated."""
    return request.one("product_name") or "product"


def _asked(
    ready: Ready, facts: list[ProductFacts], name: str, version: str, assumed: tuple[str, ...]
) -> tuple[str, str, dict[str, Fact]]:
    """Ask for name, version, and what decides which rules apply."""
    from rulewright.cli.asking import ask

    name = name if name != "product" else _line("name of the product") or name
    version = version or _line("version")
    found = derived(ready, facts, (), assumed)
    answered = ask(found, ready.vocabulary, lambda told: derived(ready, with_given(facts, told), (), assumed))
    return name, version, answered.given


def _line(question: str) -> str:
    """One line of the terminal; nothing where it ends."""
    say(question)
    sys.stderr.write("> ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _written(request: Request, ready: Ready, facts: list[ProductFacts], known: product_file.Known, path: str) -> int:
    """Find out what is wanted, and write the file."""
    work = _planned(request, ready, facts)
    stated = {
        name: fact
        for product in facts
        for name, fact in product.attributes.items()
        if name in ready.vocabulary.attributes
        and fact.state is State.KNOWN
        and fact.source is not None
        and fact.source.name in SAID
    }
    wanted = questionnaire.wanted(work)
    standards = ", ".join(
        f"{m.id}@{m.edition}" for program in ready.programs for m in program.modules if m.kind == "standard"
    )
    about = (standards if request.many("standards") else "", documents.name_of(path))
    made = product_file.text(msgspec.structs.replace(known, facts=stated), wanted, ready.vocabulary, about)
    code = deliver(made, path, utf8=True)
    if not code and path != "-" and "quiet" not in request.flags:
        open_facts, questions = (len(part) for part in wanted)
        shown = clean(documents.name_of(path))
        say(f"{shown}: {len(stated):,} facts stated, {open_facts:,} to state, {questions:,} questions to answer")
    return code or exits.OK


def _planned(request: Request, ready: Ready, facts: list[ProductFacts]) -> worklist.Work:
    """What the standards want to know."""
    options = report.Options(limit=1, fail_on="shall")
    base = stack(facts)
    runs = []
    for program in ready.programs:
        answers = engine(request, program, base, ready.as_of)
        runs.append((answers, report.build(answers, (), (), options)))
    return worklist.plan(runs, PublicTables(), risk.NAME, ())
