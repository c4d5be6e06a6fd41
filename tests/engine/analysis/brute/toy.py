"""A toy vocabulary with all legal values of each of its attributes written out.

Guarantees: `values` lists every legal value where the domain is declared and small, and otherwise one value at least of
every kind that the generated rules (`suites`) can tell apart: constants lie well inside the ranges listed here.
It looks at no code of the analyser.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations, product
from typing import NamedTuple

from rulewright.facts.types import FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Attribute, Collection, Field, Vocabulary

AS_OF = 20_483
"""2026-01-30: a month later is shorter, so that calendar shifts meet the end of February."""

DAYS = tuple(range(AS_OF, AS_OF + 8))
"""The days of a run that rules can tell apart: windows and shifted dates end before the last of them."""

OTHER = "zz"
"""A word that no rule mentions."""


class Toy(NamedTuple):
    """An attribute: its type, its role, its values, its declared domain, and the constants that rules compare it with."""

    type: FieldType
    given: bool
    values: tuple[Value, ...]
    low: int | None = None
    high: int | None = None
    constants: tuple[Value, ...] = ()


def _subsets(words: Sequence[str]) -> tuple[Value, ...]:
    return tuple(tuple(sorted(s)) for s in chain.from_iterable(combinations(words, n) for n in range(len(words) + 1)))


def _words(kind: Kind, words: Sequence[str], *, given: bool, more: bool = False) -> Toy:
    """An enum or a set; with `more` other words are legal too."""
    legal = (*words, OTHER) if more else tuple(words)
    values: tuple[Value, ...] = legal if kind is Kind.ENUM else _subsets(legal)
    return Toy(FieldType(kind, tuple(words), open_values=more), given, values)


def _free(kind: Kind, values: Sequence[Value], *, given: bool = False) -> Toy:
    """An attribute without a domain, with these values."""
    return Toy(FieldType(kind), given, tuple(values))


def _range(kind: Kind, low: int, high: int, *, given: bool, declared: bool = True) -> Toy:
    """An ordered kind; undeclared, the values listed reach past all constants of the rules on both sides."""
    values = tuple(range(low, high + 1)) if declared else tuple(range(low - 2, high + 3))
    bounds = (low, high) if declared else (None, None)
    return Toy(FieldType(kind), given, values, bounds[0], bounds[1], tuple(range(low, high + 1)))


BOOL = (False, True)
SCORES = (0, 500_000, 700_000, 1_000_000, 1_000_001, 1_500_000)
STRINGS = tuple("".join(letters) for size in range(4) for letters in product("abc", repeat=size))
VERSIONS = ("0.9", "unread", "1.0", "1.5", "2.0", "2.0.1", "3.0")


def _licences() -> tuple[Value, ...]:
    """Two licences that rules mention, one that they do not, one that SPDX does not know, and all ORs of ANDs of them.

    Every expression over these four means one of those: none of its ANDs contains another one.
    """
    names = ("MIT", "GPL-2.0-only", "Zlib", "Nope-1.0")
    ands = [frozenset(some) for size in range(1, 5) for some in combinations(names, size)]
    ors: list[tuple[frozenset[str], ...]] = [()]
    for part in ands:
        ors += [(*some, part) for some in ors if not any(part <= other or other <= part for other in some)]
    texts = [[" AND ".join(n for n in names if n in part) for part in some] for some in ors if some]
    return tuple(" OR ".join(f"({t})" if " " in t and len(some) > 1 else t for t in some) for some in texts)


TOYS: dict[str, Toy] = {
    "ctx.radio": _free(Kind.BOOL, BOOL, given=True),
    "ctx.kind": _words(Kind.ENUM, ["toy", "lock", "tv"], given=True),
    "ctx.markets": _words(Kind.SET, ["EU", "US"], given=True),
    "ctx.placed": _range(Kind.DATE, AS_OF - 2, AS_OF + 1, given=True),
    "ctx.sold": _range(Kind.DATE, AS_OF - 2, AS_OF + 1, given=True),
    "ctx.units": _range(Kind.INT, 0, 2, given=True),
    "ctx.region": _words(Kind.ENUM, ["north", "south"], given=True, more=True),
    "door.telnet": _free(Kind.BOOL, BOOL),
    "door.update": _free(Kind.BOOL, BOOL),
    "door.cipher": _words(Kind.ENUM, ["aes", "des", "rot"], given=False),
    "door.mode": _words(Kind.ENUM, ["on", "off"], given=False, more=True),
    "door.days": _range(Kind.INT, 0, 3, given=False),
    "door.weeks": _range(Kind.INT, 0, 3, given=False),
    "door.loose": _range(Kind.INT, 0, 3, given=False, declared=False),
    "door.slack": _range(Kind.INT, 0, 3, given=False, declared=False),
    "door.score": Toy(
        FieldType(Kind.DECIMAL),
        given=False,
        values=SCORES,
        low=0,
        high=1_500_000,
        constants=(500_000, 1_000_000, 1_000_001),
    ),
    "door.algs": _words(Kind.SET, ["sha1", "sha2"], given=False),
    "door.tags": _words(Kind.SET, ["x", "y"], given=False, more=True),
    "door.end": _range(Kind.DATE, AS_OF - 1, AS_OF + 3, given=False),
    "door.eol": _range(Kind.DATE, AS_OF - 1, AS_OF + 3, given=False),
    "door.licence": _free(Kind.LICENSE, _licences()),
    "door.name": _free(Kind.STRING, STRINGS),
    "door.version": _free(Kind.VERSION, VERSIONS),
}

PART, FLAW = "part", "flaw"

FIELDS: dict[str, dict[str, Toy]] = {
    PART: {
        "ok": _free(Kind.BOOL, BOOL),
        "sort": _words(Kind.ENUM, ["lib", "os"], given=False),
        "maker": _free(Kind.STRING, ("", "me", OTHER)),
        "size": Toy(FieldType(Kind.INT), given=False, values=(-1, 0, 1, 2, 3, 4), constants=(0, 1, 2, 3)),
    },
    FLAW: {
        "bad": _free(Kind.BOOL, BOOL),
        "open": _free(Kind.BOOL, BOOL),
    },
}
STATES: tuple[State, ...] = (State.MISSING, State.DECLARED_UNKNOWN, State.MALFORMED)
"""The unknown states that tests of the state can tell apart: stated or not, malformed or not."""


def vocabulary(widen: bool = False) -> Vocabulary:  # noqa: FBT001, FBT002  # a switch
    """The toy vocabulary; `widen` moves the bounds of declared domains outwards by ten."""
    step = 10 if widen else 0
    attributes = {
        name: Attribute(
            name,
            toy.type,
            name,
            given=toy.given,
            low=None if toy.low is None else toy.low - step,
            high=None if toy.high is None else toy.high + step,
        )
        for name, toy in TOYS.items()
    }
    collections = {
        PART: Collection(PART, "parts", "a part", _fields(PART), (PART,), graph=True),
        FLAW: Collection(FLAW, "flaws", "a flaw of a part", _fields(FLAW), (PART,)),
    }
    return Vocabulary(collections, attributes)


def _fields(collection: str) -> dict[str, Field]:
    return {name: Field(name, toy.type, name) for name, toy in FIELDS[collection].items()}
