"""Why: the lines, elements, values and missing facts behind a verdict.

Guarantees: every element and value shown comes from a fact table and names its place; lists are cut at `limit`, their
totals are not; the same for every engine, since it asks through `answers.Answers`.
What it does not do: judge again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from rulewright.dsl import ir
from rulewright.engine.answers import Answers, Hits, LineVerdict
from rulewright.engine.evidence import allowed_fact, refused_state
from rulewright.engine.levels import needed, of_conditions, words
from rulewright.engine.result import AssumptionUsed, Element, Missing, Reason, Shown
from rulewright.engine.words import date_text, value_text
from rulewright.facts.base import Fact
from rulewright.facts.types import State

CHILDREN = 5
"""How many children of an element at fault are shown."""


class Looked(msgspec.Struct, frozen=True):
    """What a quantifier looks at: fields in its body, fields in its `where`, quantifiers over its element's own lists."""

    body: list[ir.Field]
    where: list[ir.Field]
    nested: list[ir.Quant]


class Asked(msgspec.Struct, frozen=True):
    """One question: a requirement (with its evidence clause) and a product."""

    answers: Answers
    requirement: ir.Requirement
    product: int
    limit: int
    looked: dict[int, Looked] = {}
    """What the quantifiers shown so far look at, by identity: found once, not for every element."""
    scopes: dict[tuple[int, ir.Expr, bool | None, ir.Evidence | None], Reason] = {}
    """Why scopes do not hold, by product, scope and truth: many requirements share one."""


def terms(expr: ir.Expr) -> Iterator[ir.Term]:
    """The terms of an expression outside its quantifiers, in order, each once per mention."""
    match expr:
        case ir.Atom(term, test):
            yield term
            if isinstance(test, ir.CmpAttr):
                yield test.attr
        case ir.Not(item):
            yield from terms(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from terms(item)
        case _:
            return


def quantifiers(expr: ir.Expr) -> Iterator[ir.Quant]:
    """The outermost quantifiers of an expression, in order."""
    match expr:
        case ir.Quant():
            yield expr
        case ir.Not(item):
            yield from quantifiers(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from quantifiers(item)
        case _:
            return


def all_quantifiers(expr: ir.Expr) -> Iterator[ir.Quant]:
    """Every quantifier of an expression, nested ones too."""
    for quant in quantifiers(expr):
        yield quant
        yield from all_quantifiers(quant.where)
        yield from all_quantifiers(quant.body)


# --- values ------------------------------------------------------------------------------------------------------------


def shown_attribute(asked: Asked, term: ir.Attr, evidence: ir.Evidence | None) -> Shown:
    """An attribute's value or the reason why it is unknown, with its witnesses where sources disagree.

    A graded finding is shown as it was found, with its level, and the level needed where it falls short.
    """
    raw, program = asked.answers.facts.attribute(term.name, asked.product), asked.answers.program
    own = program.levels.get(term.name)
    fact, level = (
        allowed_fact(raw, evidence, asked.answers.as_of, program.fresh.get(term.name), own),
        needed(evidence, own),
    )
    if fact.state is State.CONFLICTING or (raw.state is State.CONFLICTING and fact is not raw):
        return _shown(term, fact, level, tuple(_witness(term, told, level) for told in raw.witnesses))
    if fact.state is State.KNOWN:
        return _shown(term, raw, level)
    short = fact.state is State.MISSING and raw.state is State.KNOWN
    return _shown(term, fact, level, (_witness(term, raw, level),) if short else ())


def _witness(term: ir.Attr, fact: Fact, level: int) -> Shown:
    """What one source says, by which detector and on which day."""
    day = None if fact.observed is None else date_text(fact.observed)
    return msgspec.structs.replace(_shown(term, fact, level), detector=fact.detector if fact.source else None, on=day)


def _shown(term: ir.Attr, fact: Fact, level: int, witnesses: tuple[Shown, ...] = ()) -> Shown:
    known = fact.state is State.KNOWN and fact.value is not None
    said = value_text(fact.value, term.kind) if known and fact.value is not None else None
    graded = words(fact, level) if said is not None else ""
    return Shown(
        fact=term.name,
        value=f"{said}, {graded}" if graded else said,
        reason=None if known else fact.state.word,
        source=fact.source.name if fact.source else None,
        pointer=fact.pointer or None,
        by=fact.by or None,
        on=date_text(fact.observed) if fact.by and fact.observed is not None else None,
        witnesses=witnesses,
    )


def shown_field(asked: Asked, term: ir.Field, element: int) -> Shown:
    """A field's value, or the reason why it is unknown."""
    state, text = _cell(asked, term, element)
    name = f"{term.collection}.{term.name}"
    witnesses = _cell_witnesses(asked, term, element, name) if state is State.CONFLICTING else ()
    return Shown(fact=name, value=text, reason=None if text is not None else state.word, witnesses=witnesses)


def _cell_witnesses(asked: Asked, term: ir.Field, element: int, name: str) -> tuple[Shown, ...]:
    """Who says what on a cell about which sources disagree."""
    table = asked.answers.facts.tables[term.collection]
    told = table.witnesses(term.name, table.row_of(element)) if table.witnesses else ()
    return tuple(
        Shown(fact=name, value=value_text(w.value, term.kind), source=w.source.name, pointer=w.pointer) for w in told
    )


def _cell(asked: Asked, term: ir.Field, element: int) -> tuple[State, str | None]:
    table = asked.answers.facts.tables[term.collection]
    row = table.row_of(element)
    state, value = table.column(term.name).at(row)
    if state is not State.KNOWN or value is None:
        return state, None
    segment = table.segment_of(row)
    refusal = refused_state(segment.source, asked.requirement.evidence, asked.answers.as_of) if segment else None
    return (refusal, None) if refusal is not None else (state, value_text(value, term.kind))


def _distinct(found: Iterator[ir.Term]) -> list[ir.Term]:
    return list(dict.fromkeys(found))


def _own_fields(quant: ir.Quant, *parts: ir.Expr) -> list[ir.Field]:
    """The fields of a quantifier's own element that some of its parts look at, in order."""
    found = dict.fromkeys(term for part in parts for term in terms(part))
    return [t for t in found if isinstance(t, ir.Field) and t.var == quant.var]


def _looked(asked: Asked, quant: ir.Quant) -> Looked:
    found = asked.looked.get(id(quant))
    if found is None:
        inner = [*quantifiers(quant.body), *quantifiers(quant.where)]
        nested = [q for q in inner if q.relation != "all" and q.owner == quant.var]
        found = Looked(_own_fields(quant, quant.body), _own_fields(quant, quant.where), nested)
        asked.looked[id(quant)] = found
    return found


# --- elements ----------------------------------------------------------------------------------------------------------


def _element(asked: Asked, quant: ir.Quant, number: int, *, sure: bool) -> Element:
    """What the body looks at; what selected the element only where the body looks at nothing, or where it is unknown."""
    table = asked.answers.facts.tables[quant.collection]
    segment = table.segment_of(table.row_of(number))
    looked = _looked(asked, quant)
    children: list[Element] = []
    total = 0
    for nested in looked.nested:
        marked = _below(asked, nested, number)
        total += len(marked)
        room = CHILDREN - len(children)
        children += [_element(asked, nested, n, sure=s) for n, s in marked[:room]]
    fault = quant.kind in {"every", "no", "at_most"}
    shown = [shown_field(asked, term, number) for term in looked.body]
    chosen_by = [shown_field(asked, term, number) for term in looked.where]
    judged = {value.fact for value in shown}
    shown += [v for v in chosen_by if v.fact not in judged and (not judged or (not sure and v.reason))]
    return Element(
        id=table.name_of(number),
        pointer=table.pointer_of(number),
        source=segment.source.name if segment else "",
        verdict=("fail" if fault else "pass") if sure else "unknown",
        values=tuple(shown),
        children=tuple(children),
        children_total=total,
    )


def _below(asked: Asked, quant: ir.Quant, owner: int) -> list[tuple[int, bool]]:
    """The hits among an element's children; among all that it depends on, the nearest."""
    if quant.relation == "under":
        return asked.answers.nearest(quant, asked.requirement.evidence, owner, CHILDREN)
    hits = asked.answers.hits(quant, asked.requirement.evidence, asked.product, owner)
    return [(n, True) for n in hits.sure] + [(n, False) for n in hits.maybe]


def _missing_fields(asked: Asked, quant: ir.Quant, elements: list[int]) -> Counter[tuple[str, str]]:
    """Which facts are unknown among some elements: (path, reason) to number of elements."""
    table = asked.answers.facts.tables.get(quant.collection)
    counts: Counter[tuple[str, str]] = Counter()
    if table is None:
        return counts
    rows = elements if table.index is None else [table.index[element] for element in elements]
    for term in _own_fields(quant, quant.body, quant.where):
        path = f"{term.collection}.{term.name}"
        codes = table.column(term.name).codes
        for code, number in Counter(map(codes.__getitem__, rows)).items():
            if code < 0:
                counts[path, State(code).word] += number
        if asked.requirement.evidence is not None:
            counts.update(_refused(asked, term, elements))
    for nested in [*quantifiers(quant.body), *quantifiers(quant.where)]:
        if nested.relation == "all":
            continue
        for element in elements[: asked.limit]:
            undecided = [child for child, sure in _below(asked, nested, element) if not sure]
            counts.update(_missing_fields(asked, nested, undecided))
    return counts


def _refused(asked: Asked, term: ir.Field, elements: list[int]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for element in elements:
        state, _ = _cell(asked, term, element)
        if state in {State.STALE, State.UNTRUSTED}:
            counts[f"{term.collection}.{term.name}", state.word] += 1
    return counts


def _missing(asked: Asked, expr: ir.Expr, hits: dict[int, Hits]) -> tuple[Missing, ...]:
    """Everything unknown that a line rests on: attributes, fields of undecided elements, extents of lists."""
    counts: Counter[tuple[str, str]] = Counter()
    found: list[Missing] = []
    for term in _distinct(_all_terms(expr)):
        if isinstance(term, ir.Attr):
            shown = shown_attribute(asked, term, asked.requirement.evidence)
            if shown.reason:
                found.append(Missing(fact=term.name, reason=shown.reason, detectors=_detectors(asked, term.name)))
    for quant in quantifiers(expr):
        counts.update(_missing_fields(asked, quant, hits[id(quant)].maybe))
    found += [Missing(fact=path, reason=reason, detectors=("sbom",), count=n) for (path, reason), n in counts.items()]
    found += _missing_extents(asked, expr)
    return tuple(sorted(set(found), key=lambda m: (m.fact, m.reason)))


def _all_terms(expr: ir.Expr) -> Iterator[ir.Term]:
    yield from terms(expr)
    for quant in all_quantifiers(expr):
        yield from terms(quant.where)
        yield from terms(quant.body)


def _detectors(asked: Asked, attribute: str) -> tuple[str, ...]:
    evidence = asked.requirement.evidence
    if evidence is not None and evidence.detectors:
        return evidence.detectors
    return asked.answers.program.detectors.get(attribute, ())


def _missing_extents(asked: Asked, expr: ir.Expr) -> list[Missing]:
    found = []
    for quant in all_quantifiers(expr):
        graph = quant.relation == "under"
        state, _ = asked.answers.basis(quant, asked.requirement.evidence, asked.product)
        name = "dependencies" if graph else quant.collection
        if state == "absent":
            found.append(Missing(fact=name, reason="missing", detectors=("sbom",)))
        elif state == "open":
            found.append(Missing(fact=f"{name} (complete list)", reason="incomplete", detectors=("sbom",)))
    return found


# --- reasons -----------------------------------------------------------------------------------------------------------


def line_reason(asked: Asked, number: int, requirement: int) -> Reason:
    """Why a line of the check is what it is."""
    line = asked.requirement.lines[number]
    verdict = asked.answers.line(requirement, number, asked.product)
    hits = {
        id(q): asked.answers.hits(q, asked.requirement.evidence, asked.product, None) for q in quantifiers(line.expr)
    }
    elements, total = _elements(asked, line.expr, hits, verdict)
    missing = _missing(asked, line.expr, hits) if verdict == "unknown" else ()
    counted = _counted(line.expr, hits)
    attributes = [t for t in _distinct(_all_terms(line.expr)) if isinstance(t, ir.Attr)]
    return Reason(
        line=line.label,
        verdict=verdict,
        text=line.text,
        place=line.place,
        note="nothing to check: no element is selected" if verdict == "not_applicable" else "",
        elements=elements,
        elements_total=total,
        counted=counted,
        values=tuple(shown_attribute(asked, t, asked.requirement.evidence) for t in attributes),
        missing=missing,
        missing_total=len(missing),
    )


def _elements(
    asked: Asked, expr: ir.Expr, hits: dict[int, Hits], verdict: LineVerdict
) -> tuple[tuple[Element, ...], int]:
    """The elements at fault; for an unknown, those that are undecided."""
    shown: list[Element] = []
    total = 0
    if verdict not in {"fail", "unknown"}:
        return (), 0
    for quant in quantifiers(expr):
        sure, maybe, _ = hits[id(quant)]
        finds_fault = quant.kind in {"every", "no", "at_most"}
        marked = [(n, False) for n in maybe] if verdict == "unknown" else []
        if verdict == "fail" and finds_fault:
            marked = [(n, True) for n in sure]
        total += len(marked)
        room = asked.limit - len(shown)
        shown += [_element(asked, quant, n, sure=s) for n, s in marked[:room]]
    return tuple(shown), total


def _counted(expr: ir.Expr, hits: dict[int, Hits]) -> int | None:
    """Elements that a single quantifier selected (for `some` and counts: those that count)."""
    if not isinstance(expr, ir.Quant):
        return None
    found = hits[id(expr)]
    return found.selected if expr.kind in {"every", "no"} else len(found.sure)


def condition_reason(asked: Asked, label: str, expr: ir.Expr, truth: bool | None, text: str = "") -> Reason:  # noqa: FBT001  # a plain truth value
    """Why a scope or an `applies when` does not hold, or is unknown; `text` is the condition as written."""
    clause = of_conditions(asked.requirement.evidence)
    hits = {id(q): asked.answers.hits(q, clause, asked.product, None) for q in quantifiers(expr)}
    attributes = [t for t in _distinct(_all_terms(expr)) if isinstance(t, ir.Attr)]
    plain = Asked(asked.answers, _of_condition(asked.requirement), asked.product, asked.limit)
    missing = _missing(plain, expr, hits) if truth is None else ()
    return Reason(
        line=label,
        verdict="unknown" if truth is None else "not_applicable",
        text=text or label,
        values=tuple(shown_attribute(asked, t, clause) for t in attributes),
        missing=missing,
        missing_total=len(missing),
    )


def _of_condition(requirement: ir.Requirement) -> ir.Requirement:
    from msgspec.structs import replace  # unknown applicability only

    return replace(requirement, evidence=of_conditions(requirement.evidence)) if requirement.evidence else requirement


def assumptions(asked: Asked, requirement: int) -> tuple[AssumptionUsed, ...]:
    """The assumptions on completeness that the verdict rests on: those of every list whose end had to be believed."""
    used: dict[str, str] = {}
    for number, line in enumerate(asked.requirement.lines):
        verdict = asked.answers.line(requirement, number, asked.product)
        for quant in all_quantifiers(line.expr):
            top = quant is line.expr
            proves_by_witness = quant.kind in {"some", "at_least"}
            if top and verdict == "unknown":
                continue
            if top and (verdict == "pass" if proves_by_witness else verdict == "fail"):
                continue
            graph = quant.relation == "under"
            state, words = asked.answers.basis(quant, asked.requirement.evidence, asked.product)
            if words is not None and state != "open":
                used["dependencies" if graph else quant.collection] = words
    return tuple(AssumptionUsed(collection=name, text=text) for name, text in sorted(used.items()))
