"""Which elements of several documents on one product are the same: the first identity that both state decides.

Components: package URL, then CPE, then a strong hash, then group, name and version.  Parts of components: the same owner
and the same words that name the part.
Guarantees: elements of one document are never taken for each other, since every instance is listed for a reason; where an
identity fits several elements of a document, the first goes with the first; an identity that leaves the version open is one
with the version that its element states; a weaker identity never overrules a stronger
one that differs.  What remains single stays single.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import pairwise

from rulewright.facts.identity import cpe, purl
from rulewright.facts.table import Column, Table

Group = list[int]
"""Rows of the joined table that are one element, each of another document, in the order of the documents."""
Key = Callable[[int], Hashable | None]

STRONG = frozenset(
    "SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3".split()  # noqa: SIM905  # one word after another reads better than quotes
)
"""Algorithms of which an equal value means equal bytes."""
_LOCAL = frozenset({"package-id"})
"""Qualifiers that a tool makes up for its own document."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "hash": ("algorithm",),
    "license_claim": ("role", "id", "name", "expression"),
    "reference": ("type", "url"),
    "property": ("name", "value"),
    "file": ("name",),
    "service": ("name", "version", "provider"),
}
"""The fields that name an element of other collections, within its owner.

Relationships name elements by words of their own document, so they stay apart; vulnerabilities are joined by all their
names and authors (`facts.vulnerable`).
"""


class Cells:
    """The known cells of a table, by field and row."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._columns: dict[str, Column] = {}

    def __call__(self, field: str, row: int) -> object | None:
        """The value, `None` where it is not known."""
        column = self._columns.get(field)
        if column is None:
            column = self._columns[field] = self._table.column(field)
        code = column.codes[row]
        return column.values[code] if code >= 0 else None


def components(
    table: Table, hashes: Table | None, starts: Sequence[int], same: Iterable[tuple[int, int]] = ()
) -> list[Group]:
    """The components of a joined table in groups.

    `starts` says where each document's rows begin, and where all end; `same` are pairs of rows of different documents
    that are one component by the documents' own word.
    """
    stated: dict[int, list[int]] = {}
    for a, b in same:
        stated.setdefault(max(a, b), []).append(min(a, b))
    cells = Cells(table)
    strong = _strong(hashes)
    tiers: tuple[tuple[Callable[[int], Iterable[Hashable]], Callable[[int, int], bool]], ...] = (
        (lambda row: _purl_keys(cells, row), lambda a, b: _same_qualifiers(cells, a, b)),
        (lambda row: _cpe_keys(cells, row), lambda a, b: _no_stronger(cells, a, b, ("purl",))),
        (lambda row: strong.get(row, ()), lambda a, b: _no_stronger(cells, a, b, ("purl", "cpe"))),
        (lambda row: _name_keys(cells, row), lambda a, b: _no_stronger(cells, a, b, ("purl", "cpe"))),
    )
    groups: list[Group] = [[row] for row in range(*(starts[0], starts[1]))] if len(starts) > 1 else []
    for first, end in pairwise(starts[1:]):
        rows = list(range(first, end))
        taken: set[int] = set()
        if stated:
            rows = _stated(groups, taken, rows, stated)
        for keys, allowed in tiers:
            rows = _paired(groups, taken, rows, keys, allowed)
        groups += [[row] for row in rows]
    return groups


def _stated(
    groups: list[Group], taken: set[int], rows: Sequence[int], stated: Mapping[int, Sequence[int]]
) -> list[int]:
    """Put the rows of one document where documents say that they belong; the others."""
    place = {row: number for number, group in enumerate(groups) for row in group}
    left: list[int] = []
    for row in rows:
        number = next((place[other] for other in stated.get(row, ()) if place.get(other, -1) not in {-1, *taken}), None)
        if number is None:
            left.append(row)
        else:
            groups[number].append(row)
            taken.add(number)
    return left


def _paired(
    groups: list[Group], taken: set[int], rows: Sequence[int],
    keys: Callable[[int], Iterable[Hashable]], allowed: Callable[[int, int], bool],
) -> list[int]:  # fmt: skip
    """Put the rows of one document into the groups so far, by one kind of identity; the rows that found none."""
    known: dict[Hashable, list[int]] = {}
    for number, group in enumerate(groups):
        if number not in taken:
            for key in dict.fromkeys(key for row in group for key in keys(row)):
                known.setdefault(key, []).append(number)
    left: list[int] = []
    for row in rows:
        fitting = (number for key in keys(row) for number in known.get(key, ()) if number not in taken)
        found = next((number for number in fitting if all(allowed(row, other) for other in groups[number])), None)
        if found is None:
            left.append(row)
        else:
            groups[found].append(row)
            taken.add(found)
    return left


def _purl_keys(cells: Cells, row: int) -> Iterable[Hashable]:
    name = purl.parse(str(cells("purl", row) or ""))
    if name is None:
        return ()
    version = name.version if name.version is not None else cells("version", row)
    return ((name.type, name.namespace, name.name, version, name.subpath),)


def _same_qualifiers(cells: Cells, a: int, b: int) -> bool:
    """Whether no qualifier has two values."""
    one, other = purl.parse(str(cells("purl", a) or "")), purl.parse(str(cells("purl", b) or ""))
    if one is None or other is None:
        return True
    stated = dict(one.qualifiers)
    return all(key in _LOCAL or stated.get(key, value) == value for key, value in other.qualifiers)


def _cpe_keys(cells: Cells, row: int) -> Iterable[Hashable]:
    name = cpe.read(str(cells("cpe", row) or ""))
    if name is None:
        return ()
    stated = name.values[3] not in {cpe.ANY, cpe.NA}
    return ((str(name), None if stated else cells("version", row)),)


def _name_keys(cells: Cells, row: int) -> Iterable[Hashable]:
    name, version = cells("name", row), cells("version", row)
    return () if name is None or version is None else ((cells("group", row), name, version),)


def _no_stronger(cells: Cells, a: int, b: int, stronger: Sequence[str]) -> bool:
    """Whether no stronger identity is stated by both: it would have paired them, so it differs."""
    return all(cells(field, a) is None or cells(field, b) is None for field in stronger)


def _strong(hashes: Table | None) -> dict[int, list[Hashable]]:
    """The strong hashes of each component."""
    found: dict[int, list[Hashable]] = {}
    if hashes is not None:
        cells, owned = Cells(hashes), hashes.relation("component")
        for component, row in zip(owned.parents, owned.children, strict=True):
            algorithm, value = cells("algorithm", row), cells("value", row)
            if algorithm in STRONG and value is not None:
                found.setdefault(component, []).append((algorithm, str(value).lower()))
    return found


def parts(table: Table, owners: Mapping[int, frozenset[int]], starts: Sequence[int]) -> list[Group]:
    """The elements of another collection in groups; `owners` are the elements (already in groups) that each belongs to.

    An element that none of its naming fields names stays single.
    """
    cells, fields = Cells(table), PARTS.get(table.collection, ())
    nobody: frozenset[int] = frozenset()

    def keys(row: int) -> Iterable[tuple[Hashable, ...]]:
        words = tuple(cells(field, row) for field in fields)
        return () if all(word is None for word in words) else ((owners.get(row, nobody), words),)

    def equal(row: int) -> Iterable[Hashable]:
        return ((*key, cells("value", row)) for key in keys(row))

    groups: list[Group] = [[row] for row in range(starts[0], starts[1])] if len(starts) > 1 else []
    for first, end in pairwise(starts[1:]):
        left: Sequence[int] = range(first, end)
        taken: set[int] = set()
        if table.collection == "hash":  # of several values of one algorithm each goes with its like
            left = _paired(groups, taken, left, equal, lambda _, __: True)
        left = _paired(groups, taken, left, keys, lambda _, __: True)
        groups += [[row] for row in left]
    return groups
