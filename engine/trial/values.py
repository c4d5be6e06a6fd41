"""Values of one fact that rules can tell apart: those that tests of it name, their neighbours, and something else.

Guarantees: every value is legal by the vocabulary; the order is fixed.  Beside the constants of the tests there are their
neighbours, the ends of the range, and a value apart from them all, where the vocabulary has one.  `complete` says whether every
value there can be is, for these tests, like one of those listed: so it is for truths, words, texts, sets of words, numbers and
days compared with constants; what it does not know of is not complete.
What it does not do: look into patterns, version ranges and licence expressions: for these there are only likely values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations, count
from typing import NamedTuple

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import Given, Open
from rulewright.engine import predicates
from rulewright.facts.types import State
from rulewright.facts.vocabulary import Vocabulary

STATES = tuple(state.word for state in State if state is not State.KNOWN)
_PLAIN = frozenset(("known", "stated", "conflicting", "declared_unknown", "withheld", "malformed"))
_ORDERED = frozenset(("int", "decimal", "date"))
_LISTED = frozenset(("bool", "enum", "string", "set")) | _ORDERED
_MOST = 7
"""So many words of a set are combined."""
MIDDLE = 2
"""A number that facts are tried around which rules compare with each other; days are tried around the day of the run."""
_SAMPLES = {
    "purl": ("pkg:generic/sample@1.0", "nonsense"),
    "cpe": ("cpe:2.3:a:sample:sample:1.0:*:*:*:*:*:*:*", "nonsense"),
    "license": ("MIT", "GPL-3.0-only", "LicenseRef-sample", "nonsense of (no"),
    "version": ("1.0", "0.1", "99.0"),
}


class Domain(NamedTuple):
    """What the vocabulary says of an attribute or a field."""

    kind: str
    words: tuple[str, ...]
    open_words: bool
    low: int | None = None
    high: int | None = None


def domain(term: ir.Term, vocabulary: Vocabulary) -> Domain:
    """The domain of a term; of one that the vocabulary does not know (an answer) by its kind alone."""
    if isinstance(term, ir.Attr):
        found = vocabulary.attributes.get(term.name)
        if found is None:
            return Domain(term.kind, (), open_words=False)
        return Domain(term.kind, found.type.values, found.type.open_values, found.low, found.high)
    collection = vocabulary.collection(term.collection)
    field = collection.fields.get(term.name) if collection is not None else None
    if field is None:
        return Domain(term.kind, (), open_words=True)
    return Domain(term.kind, field.type.values, field.type.open_values)


def known(about: Domain, tests: Iterable[ir.Test], as_of: int) -> list[ir.Value]:
    """Values that can be told apart by tests, the likely ones first."""
    asked = list(tests)
    if about.kind == "bool":
        return [True, False]
    if about.kind == "set":
        return list(_sets(about, asked))
    if about.kind in {"int", "decimal", "date"}:
        return _numbers(about, asked, as_of)
    return _texts(about, asked)


def listed(about: Domain, tests: Iterable[ir.Test]) -> list[ir.Test]:
    """The tests, of some, that can be listed together: for these `complete` holds."""
    found: list[ir.Test] = []
    for test in tests:
        if complete(about, [*found, test]):
            found.append(test)
    return found


def complete(about: Domain, tests: Sequence[ir.Test]) -> bool:
    """Whether `known`, with every state, holds all that the tests can tell apart."""
    if about.kind == "set" and len(_members(about, tests)) > _MOST:
        return False
    return all(_told(about.kind, test) for test in tests)


def _told(kind: str, test: ir.Test) -> bool:
    """Whether a test of a fact of this kind tells apart nothing but what is listed for it."""
    match test:
        case ir.Is("empty"):
            return kind in {"string", "set"}
        case ir.Is(adjective):
            return adjective in _PLAIN and kind in _LISTED
        case ir.Cmp("=" | "!="):
            return kind in _LISTED
        case ir.Cmp():
            return kind in _ORDERED
        case ir.OneOf():
            return kind in _LISTED and kind != "set"
        case ir.Contains() | ir.SubsetOf():
            return kind == "set"
        case _:
            return False


def _numbers(about: Domain, tests: Sequence[ir.Test], as_of: int) -> list[ir.Value]:
    found: dict[int, None] = {}
    for test in tests:
        limits: list[ir.Value] = []
        match test:
            case ir.Cmp(_, value):
                limits = [value]
            case ir.OneOf(values):
                limits = list(values)
            case ir.CmpAsOf(_, months, days):
                limits = [predicates.add_days(as_of, months, days)]
            case ir.CmpAttr(_, _, months, days):
                limits = [predicates.add_days(as_of, months, days) if about.kind == "date" else MIDDLE]
            case _:
                pass
        for limit in limits:
            assert isinstance(limit, int)
            found |= dict.fromkeys((limit, limit + 1, limit - 1))
    if not found:
        found = dict.fromkeys((as_of, as_of - 400) if about.kind == "date" else (1, 0))
    found |= dict.fromkeys(end for end in (about.low, about.high) if end is not None)
    low, high = about.low, about.high
    return [n for n in found if (low is None or n >= low) and (high is None or n <= high)]


def _members(about: Domain, tests: Sequence[ir.Test]) -> list[str]:
    """The words that tests name, and another one where there is one."""
    named: dict[str, None] = {}
    for test in tests:
        match test:
            case ir.Contains(member):
                named[member] = None
            case ir.SubsetOf(members):
                named |= dict.fromkeys(members)
            case ir.Cmp(_, tuple() as members):
                named |= dict.fromkeys(members)
            case _:
                pass
    return [*named, *_other(about, named)]


def _other(about: Domain, named: Iterable[str]) -> list[str]:
    """A word that is not among these, where there is one: of the words listed, else, unless these are all, another."""
    taken = set(named)
    left = [word for word in about.words if word not in taken][:1]
    return left if left or (about.words and not about.open_words) else [_apart(taken)]


def _apart(taken: Collection[object]) -> str:
    """A text that is none of these."""
    return next(text for n in count(1) if (text := "sample" if n == 1 else f"sample-{n}") not in taken)


def _sets(about: Domain, tests: Sequence[ir.Test]) -> Iterable[ir.Value]:
    words = _members(about, tests)
    whole = len(words) <= _MOST
    for size in range(len(words) + 1):
        if whole or size <= 1 or size >= len(words) - 1:
            for chosen in combinations(words, size):
                yield tuple(sorted(chosen))


def _texts(about: Domain, tests: Sequence[ir.Test]) -> list[ir.Value]:
    named: dict[ir.Value, None] = {}
    for test in tests:
        match test:
            case ir.Cmp(_, value):
                named[value] = None
            case ir.OneOf(values):
                named |= dict.fromkeys(values)
            case ir.LicenseAllows(ids) | ir.LicenseRequiresAny(ids):
                named |= dict.fromkeys((*ids, f"{ids[0]} OR GPL-2.0-only", f"{ids[0]} AND GPL-2.0-only"))
            case ir.Glob(pattern) | ir.PurlLike(pattern):
                named[pattern.replace("*", "a").replace("?", "a")] = None
            case ir.Is("empty"):
                named[""] = None
            case _:
                pass
    if about.kind == "enum":
        return [*named, *_other(about, [str(value) for value in named])]
    return list(dict.fromkeys([*named, *_SAMPLES.get(about.kind, (_apart(named),))]))


def unknown(tests: Iterable[ir.Test]) -> list[Given]:
    """Ways not to be known that tests can tell apart: one, or all where they ask for the state."""
    asked = any(isinstance(test, ir.Is) for test in tests)
    return [Open(state) for state in (STATES if asked else STATES[:1])]
