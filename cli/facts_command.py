"""`rulewright facts`: what was found in the documents, and where it comes from.

Guarantees: `--format json` prints a document of the format `rulewright-facts/1` that `rulewright check` takes as a PRODUCT
with the same facts; the terminal shows counts of what is known, so that silence can be seen.
"""

from __future__ import annotations

import sys

import msgspec

from rulewright.cli import days, documents, exits
from rulewright.cli.check import as_of_day, deliver, looked_up
from rulewright.cli.compiling import compile_rules
from rulewright.cli.documents import MARK, Taken
from rulewright.cli.gathering import gather
from rulewright.cli.options import Request
from rulewright.cli.overwriting import overwriting
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.streams import paint_for, paint_for_file, say
from rulewright.cli.text import clean, cut, pad, plural, width, wrap
from rulewright.diagnostics import Diagnostic
from rulewright.engine.words import value_text
from rulewright.facts import written
from rulewright.facts.base import Fact
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.facts.types import State
from rulewright.facts.vocabulary import Vocabulary

ROWS = 5


def run(request: Request) -> int:
    """Show the facts of the products; return the exit code."""
    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return refuse([as_of])
    rules = gather(request.many("policy"), days.text(as_of))
    problems = rules.problems or overwriting(request, rules)
    if problems:
        return refuse(problems)
    compiled = compile_rules(rules, {}, use_cache="no_cache" not in request.flags)
    if compiled.program is None and any(d.is_error for d in compiled.diagnostics):
        return refuse(compiled.diagnostics, rules.texts)
    vocabulary = compiled.vocabulary()
    same = "same_product" in request.flags
    steps = len(request.arguments) + len(request.many("facts")) + len(request.many("feeds"))
    with Progress(steps, quiet="quiet" in request.flags) as progress:
        taken = documents.take(request.arguments, request.many("facts"), lambda: vocabulary, progress.step)
        documents.scanned(taken, request.many("scan"), lambda: vocabulary, say)
        stated = request.one("placed_on_market")
        if stated is not None:
            documents.placed(taken, stated, vocabulary)
        if any(d.is_error for d in taken.problems):
            return refuse(taken.problems, taken.texts)
        found = looked_up(request, taken, taken.products(lambda: vocabulary, same=same), as_of, progress)
    if isinstance(found, int):
        return found
    products = sorted(found, key=lambda p: p.product.id)
    path = request.one("output")
    form = request.one("format") or "terminal"
    if form == "policy-input":
        from rulewright.cli.authors.bridging_facts import export as hand_over

        return hand_over(request, products, compiled.program, as_of)
    if form not in {"json", "terminal"}:
        from rulewright.cli.exporting import export

        return export(request, products, taken, as_of)
    if form == "json":
        return deliver(_json(products, vocabulary), path, utf8=True)
    show(
        [d for part in taken.parts if part.document for d in part.document.findings][:ROWS],
        quiet="quiet" in request.flags,
    )
    paint = paint_for_file() if path else paint_for(sys.stdout)
    lines = [
        line
        for facts in products
        for line in _product(facts, taken, vocabulary, paint, request.numbers.get("limit", ROWS))
    ]
    return deliver("\n".join(line.rstrip() for line in lines) + "\n", path, utf8=False) or exits.OK


def _json(products: list[ProductFacts], vocabulary: Vocabulary) -> str:
    """Write the facts as a document that `check` reads."""
    plain = [written.data(facts, vocabulary) for facts in products]
    document = plain[0] if len(plain) == 1 else {"format": MARK.decode(), "products": plain}
    return msgspec.json.encode(document).decode() + "\n"


def _product(facts: ProductFacts, taken: Taken, vocabulary: Vocabulary, paint: Paint, limit: int) -> list[str]:
    """Write the facts of one product."""
    product = facts.product
    lines = [paint(clean(f"{product.name} {product.version}".strip() or product.id), Ink.BOLD)]
    lines += [
        f"  {clean(item.name)} {paint.symbols.dot} {clean(item.format)} {paint.symbols.dot} sha256 {item.sha256[:12]}"
        for item in taken.inputs(same=False)
        if item.product in {product.id, ""}
    ]
    lines += ["", paint("ATTRIBUTES", Ink.BOLD), *_attributes(facts, vocabulary, paint), ""]
    for name, table in sorted(facts.tables.items()):
        collection = vocabulary.collections.get(name)
        lines += _table(collection.plural if collection else name, table, paint, limit)
    return lines


def _attributes(facts: ProductFacts, vocabulary: Vocabulary, paint: Paint) -> list[str]:
    """Write one line per attribute: name, value, trust, place."""
    rows = []
    for name, fact in sorted(facts.attributes.items()):
        known = vocabulary.attributes.get(name)
        rows.append((clean(name), clean(_value(fact, known.type.kind if known else "")), fact))
    if not rows:
        return ["  none"]
    first = min(max(width(name) for name, _, _ in rows), 40)
    grade = 12 if any(fact.level for _, _, fact in rows) else 0
    second = min(max(width(value) for _, value, _ in rows), paint.columns - first - 34 - grade)
    dots = paint.symbols.ellipsis
    return [
        f"  {paint(pad(cut(name, first, dots), first), Ink.NAME)}  {pad(cut(value, second, dots), second)}  "
        f"{fact.trust.name.lower():9} {_level(fact):{grade}}{paint(cut(clean(fact.pointer), 20, dots), Ink.PLACE)}"
        for name, value, fact in rows
    ]


def _level(fact: Fact) -> str:
    """How surely a finding in a device matters, where its detector grades."""
    return fact.level.word if fact.level else ""


def _value(fact: Fact, kind: str) -> str:
    """Say a fact's value, or why there is none."""
    if fact.state is State.KNOWN and fact.value is not None:
        return value_text(fact.value, kind)
    return fact.state.word.replace("_", " ")


def _table(name: str, table: Table, paint: Paint, limit: int) -> list[str]:
    """Write one collection: how many, how complete, which fields are known how often, the first elements."""
    extent = table.extents[0]
    because = f" ({clean(extent.because)})" if extent.because else ""
    lines = [f"{paint(name.upper(), Ink.BOLD)}  {plural(table.size, 'element')}, {extent.state.value}{because}"]
    known = []
    for field in sorted(table.builders):
        stated = sum(code >= 0 for code in table.column(field).codes)
        if stated:
            known.append(f"{field} {stated:,}" if stated < table.rows else f"{field} all")
    if known:
        shown = wrap("known: " + ", ".join(known), paint.columns - 4)
        lines += [f"  {shown[0]}", *(f"    {line}" for line in shown[1:])]
    for row in range(min(limit, table.size)):
        title = cut(clean(table.name_of(row)), 48, paint.symbols.ellipsis)
        lines.append(f"    {pad(title, 48)}  {paint(clean(table.pointer_of(row)), Ink.PLACE)}")
    if table.size > limit:
        lines.append(paint(f"    {paint.symbols.ellipsis} {table.size - limit:,} more", Ink.DIM))
    return [*lines, ""]
