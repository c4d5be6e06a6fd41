"""What is known of the product that an analysis is about: facts of the context, from its documents and the command line.

Guarantees: only facts of the context (`given`) and answers to questions count, and only where they are known: what a product
is like in design is what the analysis is about.  Documents that cannot be read stop the run.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.cli import documents
from rulewright.cli.check import as_of_day
from rulewright.cli.derive_command import nameless, take_words
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.words import strange
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir
from rulewright.engine.analysis.about import of_context
from rulewright.facts.types import State, Value
from rulewright.facts.vocabulary import Vocabulary


class Given(msgspec.Struct):
    """The product's name, empty where none was named, and the facts of its context."""

    product: str
    facts: dict[str, Value]


def given(request: Request, programs: Sequence[ir.Program], vocabulary: Vocabulary, progress: Progress) -> Given | int:
    """Read `--product`, `--facts` and `--fact`; an int is the exit code after saying what is wrong."""
    words = request.many("product")
    taken = documents.take(words, request.many("facts"), lambda: vocabulary, progress.step)
    if not words:
        taken.parts.append(nameless())
    take_words(taken, request.many("fact"), vocabulary)
    if any(d.is_error for d in taken.problems):
        return refuse(taken.problems, taken.texts)
    show(_slips(taken, vocabulary), quiet="quiet" in request.flags)
    asked = {name for program in programs for name in program.questions}
    products = taken.products(lambda: vocabulary, same=True)
    found: dict[str, Value] = {}
    for name, fact in sorted(products[0].attributes.items()):
        if of_context(name, vocabulary, asked) and fact.state is State.KNOWN and fact.value is not None:
            found[name] = fact.value
    against = _against(request, programs, vocabulary, found)
    if against is not None:
        return refuse([against])
    product = products[0].product
    return Given(f"{product.name} {product.version}".strip() if words else "", found)


def _against(
    request: Request, programs: Sequence[ir.Program], vocabulary: Vocabulary, facts: dict[str, Value]
) -> Diagnostic | None:
    """What says that the facts cannot all be true of a product."""
    from rulewright.engine.analysis.nowhere import nowhere

    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return as_of
    axioms = nowhere(programs, vocabulary, as_of, facts)
    if axioms is None:
        return None
    said = (
        "; ".join(f"`{axiom.id}`: {axiom.text}" for axiom in axioms) or "a fact lies outside the range of its attribute"
    )
    what = "the facts of the product contradict background knowledge" if facts else "the axioms contradict one another"
    return problem("RW0021", what, said)


def _slips(taken: documents.Taken, vocabulary: Vocabulary) -> list[Diagnostic]:
    """Words that resemble a listed one."""
    said = [*(part.facts.attributes for part in taken.parts), *(shared.attributes for shared in taken.shared)]
    return [slip for attributes in said for slip in strange(attributes, vocabulary)]
