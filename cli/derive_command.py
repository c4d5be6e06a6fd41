"""`rulewright derive`: which standards, editions and requirements apply to a product, and why the others do not.

Guarantees: what the product is comes from its documents, `--facts`, `--fact` and, on a terminal, from questions; an answer
left out stays unknown, and what rests on it is reported as undecided, never as not applicable.  A product without a date
of placing on the market is taken as placed on the day of the run; the report says so.
"""

from __future__ import annotations

import hashlib
import sys

import msgspec

from rulewright.cli import answers_given, days, documents, exits, shelf
from rulewright.cli.check import as_of_day, deliver
from rulewright.cli.coming import Coming, coming
from rulewright.cli.derive_text import markdown, terminal
from rulewright.cli.options import Request
from rulewright.cli.overwriting import overwriting
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.streams import paint_for, paint_for_file, say
from rulewright.cli.text import clean
from rulewright.cli.words import strange, written
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir
from rulewright.engine.derivation import Derivation, encode
from rulewright.engine.derive import derive
from rulewright.engine.result import Input
from rulewright.engine.words import date_text
from rulewright.facts import declared
from rulewright.facts.base import Fact, Product
from rulewright.facts.declared_values import similar
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Source
from rulewright.facts.types import State
from rulewright.facts.vocabulary import Vocabulary

PLACED = "product.placed_on_market_date"


def run(request: Request) -> int:
    """Derive, and show it; return the exit code."""
    ready = prepared(request)
    if isinstance(ready, int):
        return ready
    with Progress(len(request.arguments) + 2, quiet="quiet" in request.flags) as progress:
        read = described(request, ready.vocabulary, progress)
    if isinstance(read, int):
        return read
    products, assumed = read
    if refused := _unfit(products, ready, quiet="quiet" in request.flags):
        return refused
    inputs = products.inputs(same="same_product" in request.flags)
    facts = products.products(lambda: ready.vocabulary, same="same_product" in request.flags)
    found = derived(ready, facts, inputs, assumed)
    given: dict[str, Fact] = {}
    if may_ask(request):
        from rulewright.cli.asking import ask

        answered = ask(found, ready.vocabulary, lambda told: derived(ready, with_given(facts, told), inputs, assumed))
        found, given = answered.derivation, answered.given
    ahead = coming(with_given(facts, given), ready.as_of)
    return _saved(request, given, ready.vocabulary) or _shown(request, found, ahead)


def _unfit(taken: documents.Taken, ready: Ready, *, quiet: bool) -> int:
    """Hold what persons state against the day and the questions; the exit code after saying what does not fit, or 0."""
    answers_given.dated(taken, ready.as_of)
    answers_given.told(taken, answers_given.asked(taken, ready.programs), quiet=quiet)
    return refuse(taken.problems, taken.texts) if any(d.is_error for d in taken.problems) else exits.OK


class Ready(msgspec.Struct):
    """The programs of a run, their vocabulary, its day."""

    programs: list[ir.Program]
    vocabulary: Vocabulary
    as_of: int


def prepared(request: Request) -> Ready | int:
    """Compile what is looked at; an int is the exit code after saying why not."""
    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return refuse([as_of])
    compiled = shelf.programs(request.many("policy"), days.text(as_of), use_cache="no_cache" not in request.flags)
    for rules, made in compiled:
        problems = rules.problems or overwriting(request, rules)
        if problems:
            return refuse(problems)
        if made.program is None:
            return refuse(made.diagnostics, rules.texts)
    programs = [made.program for _, made in compiled if made.program is not None]
    return Ready(programs, compiled[0][1].vocabulary(), as_of)


def described(
    request: Request, vocabulary: Vocabulary, progress: Progress
) -> tuple[documents.Taken, tuple[str, ...]] | int:
    """Read the products and what is said about them on the command line; with the assumptions made."""
    taken = documents.take(request.arguments, request.many("facts"), lambda: vocabulary, progress.step)
    if not request.arguments:
        taken.parts.append(nameless())
    stated = request.one("placed_on_market")
    if stated is not None:
        documents.placed(taken, stated, vocabulary)
    take_words(taken, request.many("fact"), vocabulary)
    if any(d.is_error for d in taken.problems):
        return refuse(taken.problems, taken.texts)
    said = [*(part.facts.attributes for part in taken.parts), *(shared.attributes for shared in taken.shared)]
    slips = [slip for attributes in said for slip in strange(attributes, vocabulary)]
    show(slips, quiet="quiet" in request.flags)
    return taken, _placed_today(taken, request)


def nameless() -> documents.Part:
    """A product that no document describes."""
    product = Product("product", "product", "")
    return documents.Part(ProductFacts(product), _words_input("command line", "", "product"))


def _words_input(name: str, text: str, product: str) -> Input:
    """List words of the command line among the inputs."""
    data = text.encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(data).hexdigest()
    return Input(kind="facts", format="command line", name=name, sha256=digest, bytes=len(data), product=product)


def take_words(taken: documents.Taken, words: tuple[str, ...], vocabulary: Vocabulary) -> None:
    """Take `--fact NAME=VALUE` words; several values of a set stand between commas."""
    data: dict[str, object] = {}
    for word in words:
        name, equals, value = (part.strip() for part in word.partition("="))
        if not equals or not name:
            taken.problems.append(_no_fact(word, "does not state a fact", "write it as NAME=VALUE"))
        elif name in data:
            taken.problems.append(_no_fact(word, f"states `{name}` again", "members of a set stand between commas"))
        elif vocabulary.attributes.get(name) is None:
            close = similar(name, vocabulary.attributes)
            taken.problems.append(_no_fact(word, "is about nothing in the vocabulary", close))
        else:
            data[name] = written(vocabulary.attributes[name], value)
    if data and not taken.problems:
        listed = _words_input("--fact", "\n".join(words), "")
        found = declared.read(data, vocabulary, Source("--fact", listed.sha256, detector="declaration"))
        taken.problems += found.diagnostics
        taken.shared.append(found)
        taken.shared_inputs.append(listed)


def _no_fact(word: str, why: str, hint: str | None) -> Diagnostic:
    return problem("RW0005", f"`{word}` {why}", hint)


def _placed_today(taken: documents.Taken, request: Request) -> tuple[str, ...]:
    """Where no source says when a product is placed on the market: the day of the run."""
    day = as_of_day(request)
    assert isinstance(day, int)
    if any(PLACED in shared.attributes for shared in taken.shared):
        return ()
    fact = Fact(State.KNOWN, day, Source("assumption", "", detector="declaration"))
    groups = [members for members, _ in taken.grouped(same="same_product" in request.flags)]
    open_ = [members for members in groups if not any(PLACED in member.facts.attributes for member in members)]
    for members in open_:
        members[0].facts.attributes = {**members[0].facts.attributes, PLACED: fact}
    if not open_:
        return ()
    whose = "" if len(open_) == len(groups) else ", ".join(members[0].facts.product.name for members in open_) + ": "
    return (f"{whose}placed on the market on {date_text(day)}, the day of this run: no source says when",)


def derived(
    ready: Ready, products: list[ProductFacts], inputs: tuple[Input, ...], assumed: tuple[str, ...]
) -> Derivation:
    """Derive what applies to the products."""
    return derive(ready.programs, stack(sorted(products, key=lambda p: p.product.id)), ready.as_of, inputs, assumed)


def with_given(products: list[ProductFacts], given: dict[str, Fact]) -> list[ProductFacts]:
    """The products with facts that were asked for."""
    return [msgspec.structs.replace(p, attributes={**p.attributes, **given}) for p in products]


def may_ask(request: Request) -> bool:
    """Whether a person sits there: nothing is asked in a pipeline, of several products, or when told to be quiet."""
    if {"quiet", "no_input"} & request.flags or len(request.arguments) > 1 or "-" in request.arguments:
        return False
    return sys.stdin.isatty() and sys.stderr.isatty()


def _saved(request: Request, given: dict[str, Fact], vocabulary: Vocabulary) -> int:
    """Write the answers to `--save`, if asked for, as a facts file."""
    path = request.one("save")
    if path is None:
        return exits.OK
    if not given:
        say(f"nothing was answered, so `{clean(documents.name_of(path))}` is not written")
        return exits.OK
    from rulewright.cli.asking import as_yaml

    return deliver(as_yaml(given, vocabulary), path, utf8=True)


def _shown(request: Request, found: Derivation, ahead: Coming) -> int:
    """Render and deliver."""
    form = request.one("format") or "terminal"
    path = request.one("output")
    if form in {"json", "json-v1"}:
        return deliver(encode(found).decode() + "\n", path, utf8=True)
    if form == "markdown":
        return deliver(markdown(found, ahead), path, utf8=True)
    paint = paint_for_file() if path else paint_for(sys.stdout)
    explain, quiet = "explain" in request.flags, "quiet" in request.flags
    return deliver(terminal(found, paint, explain=explain, quiet=quiet, ahead=ahead), path, utf8=False)
