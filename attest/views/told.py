"""What views tell of a row: its result, its standard, why it is what it is, what it rests on.

Guarantees: rows and results are matched by requirement and product, never by place; texts are on one line, and what cannot be seen in
them is visible; the same context gives the same texts.  Evidence is cut at `ELEMENTS` for each line, and the total is always told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from rulewright.attest.model import Row
from rulewright.attest.views.context import Context
from rulewright.attest.views.identity import pairs, properties
from rulewright.attest.views.visible import flowing
from rulewright.engine.result import Missing, Reason, Report, Result, Shown
from rulewright.standards.exchange.names import PREFIX

ELEMENTS = 5
"""So many elements of a line are told as evidence; `elements_total` says how many there are."""
OPEN = frozenset({"fail", "waived", "unknown", "error"})
"""The statuses that somebody has to look after."""


class Told(NamedTuple):
    """A row with its result."""

    row: Row
    result: Result

    @property
    def standard(self) -> str:
        """The standard of the requirement: what stands before the first colon."""
        return self.row.requirement.partition(":")[0]

    @property
    def name(self) -> str:
        """The requirement within its standard."""
        standard, colon, own = self.row.requirement.partition(":")
        return own if colon else standard


def told(context: Context) -> tuple[Told, ...]:
    """Rows with their results, in the order of the tree.  Raises `ValueError` where they do not belong together."""
    if len(context.rows) != len(context.report.results):
        raise ValueError("there is not one row for each result")
    try:
        return tuple(Told(row, found) for row, found in pairs(context))
    except KeyError as error:
        raise ValueError(f"no result for the row {error}") from None


@lru_cache(maxsize=1 << 14)
def text(words: str) -> str:
    """A text on one line, with what cannot be seen made visible."""
    if words.isascii() and words.isprintable() and "  " not in words:
        return words.strip(" ")  # what `flowing` makes of it
    return flowing(words).strip()


def moment(day: str) -> str:
    """A day or a time as a time, UTC: a day begins."""
    return day if "T" in day else f"{day}T00:00:00Z"


def last_moment(day: str) -> str:
    """The last second of a day, UTC; a time as it is."""
    return day if "T" in day else f"{day}T23:59:59Z"


def editions(report: Report) -> Mapping[str, str]:
    """The edition of each policy and standard that took part in exactly one edition."""
    return _editions(tuple((item.id, item.edition) for item in report.policies))


@lru_cache(maxsize=8)
def _editions(listed: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """The same of ids and editions; asked for with every requirement."""
    found: dict[str, set[str]] = {}
    for name, edition in listed:
        found.setdefault(name, set()).add(edition)
    return {name: next(iter(known)) for name, known in found.items() if len(known) == 1}


def titles(report: Report) -> Mapping[str, str]:
    """The title of each policy and standard, or its id."""
    return {item.id: text(item.title) or item.id for item in report.policies}


def products(context: Context) -> tuple[tuple[str, str, str], ...]:
    """Id, name and version of each product that a row is about, in the order of their ids."""
    known = {item.id: item for item in context.report.products}
    found = []
    for wanted in sorted({row.product for row in context.rows}):
        item = known.get(wanted)
        found.append((wanted, item.name if item else "", item.version if item else ""))
    return tuple(found)


def called(product: tuple[str, str, str]) -> str:
    """How people call a product: name and version, else its id."""
    return text(" ".join(filter(None, product[1:]))) or text(product[0]) or "-"


def identity(context: Context) -> tuple[tuple[str, str], ...]:
    """What identifies the attestation that a view belongs to, by name; the root's own digest cannot stand in a view that it lists."""
    return tuple(sorted((name, text(value)) for name, value in properties(context).items()))


def prefixed(name: str) -> str:
    """The name of a property of ours where names have no namespace."""
    return f"{PREFIX}{name}"


def because(item: Told) -> str:
    """Why a row is what it is, on one line: the lines that decided, and the waiver."""
    verdict = item.result.verdict
    parts = [f"{found.line}: {found.text}" for found in item.result.reason if found.verdict == verdict]
    if item.row.status in OPEN:
        parts += [f"missing: {lack}" for lack in lacks(item.result.reason)]
    if item.result.waived is not None:
        parts.append(f"waived until {item.result.waived.until} ({item.result.waived.id}): {item.result.waived.because}")
    return text("; ".join(parts)) or text(item.result.note) or f"the verdict is {verdict}, no line says more"


def lacks(lines: Iterable[Reason]) -> tuple[str, ...]:
    """The facts that would settle an unknown, each once."""
    return tuple(dict.fromkeys(_lack(item) for found in lines for item in found.missing))


def _lack(item: Missing) -> str:
    return text(f"{item.fact} ({item.reason})")


class Evidence(NamedTuple):
    """One thing that a line looked at: where it stands, and what was found there; `total` is how many the line looked at."""

    line: str
    id: str
    source: str
    pointer: str
    verdict: str
    values: tuple[str, ...]
    total: int


def evidence(found: Result) -> Iterator[Evidence]:
    """What a result rests on, line by line."""
    for reason in found.reason:
        yield from evidence_of(reason)


def evidence_of(reason: Reason) -> Iterator[Evidence]:
    """What a line rests on: the facts that it looked at, then up to `ELEMENTS` of its elements, without their children."""
    label, total = text(reason.line), reason.elements_total
    for item in reason.values:
        source, pointer = text(item.source or ""), text(item.pointer or "")
        yield Evidence(label, text(item.fact), source, pointer, reason.verdict, (value(item),), total)
    for found in reason.elements[:ELEMENTS]:
        values = tuple(map(value, found.values))
        place = text(found.source), text(found.pointer)
        yield Evidence(label, text(found.id), *place, found.verdict, values, total)


def value(item: Shown) -> str:
    """A fact in words: its path, its value or why there is none, whose word it is."""
    what = item.value if item.value is not None else f"unknown ({item.reason or 'no reason told'})"
    by = f", by {item.by} on {item.on}" if item.by else ""
    return text(f"{item.fact} = {what}{by}")


def elements_total(found: Result) -> int:
    """How many elements the lines of a result looked at."""
    return sum(reason.elements_total for reason in found.reason)


def write(tree: object) -> bytes:
    """A document in canonical form (RFC 8785): `canonical.dump` for trees of texts and small integers under names of ours.

    Those are the values that `dump` takes without a change, so the bytes are the same; it looks at each of them, at half the cost
    of a document.  Raises `UnicodeEncodeError` for half a surrogate pair.
    """
    return msgspec.json.encode(tree, order="sorted")


def read(document: bytes) -> object:
    """A document of ours as plain data.  Raises `ValueError` for bytes that `write` does not make."""
    try:
        tree: object = msgspec.json.decode(document)
        again = write(tree)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise ValueError("it is not JSON in UTF-8") from None
    if again != document:
        raise ValueError("it is not in canonical form")
    return tree
