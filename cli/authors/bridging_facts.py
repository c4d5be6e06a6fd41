"""`rulewright facts --format policy-input`: the input on which exported requirements run.

Guarantees: one product, one document; it is made for the rules of `--policy`, since their questions for validity and their
evidence clauses are answered in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli.authors.bridging_input import document
from rulewright.cli.check import deliver
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.dsl import ir
from rulewright.facts.stack import ProductFacts, stack


def export(request: Request, products: Sequence[ProductFacts], program: ir.Program | None, as_of: int) -> int:
    """Write the input; return the exit code."""
    if program is None or not program.requirements:
        message = "`--format policy-input` is made for rules, and none are named"
        return refuse([problem("RW0002", message, "add `--policy` with the rules that were exported")])
    if len(products) != 1:
        message = f"there are {len(products)} products, and an input describes one"
        hint = "give the documents of one product, or `--same-product` if these are of one"
        return refuse([problem("RW0016", message, hint)])
    data = document(program, stack(list(products)), 0, as_of)
    return deliver(data.decode() + "\n", request.one("output"), utf8=True)
