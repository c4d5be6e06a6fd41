"""Several documents on one product as one list: elements that are the same become one row.

Guarantees: a cell that one document knows is known; where documents disagree the cell is `conflicting`, with every witness;
sets are joined; the dependency graph and the parts follow their elements.  A row's place is that in the first document
that has it.  It does not decide what is the same (`facts.sameness`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial

from rulewright.facts.identity import cpe, licenses, purl
from rulewright.facts.sameness import Group, components, parts
from rulewright.facts.table import Column, Relation, Segment, Table, Witness, encode
from rulewright.facts.types import Kind, State, Value
from rulewright.facts.vocabulary import Collection, Vocabulary

_LOCAL = frozenset({"id", "name", "group", "is_root", "nested", "components_total"})
"""Fields that say how a document lists and calls an element: the first document's word is taken."""


def unified(
    tables: dict[str, Table],
    starts: Mapping[str, Sequence[int]],
    vocabulary: Vocabulary,
    same: Iterable[tuple[int, int]] = (),
) -> dict[str, Table]:
    """The joined tables with one row for what is the same.

    `starts` is where each document's rows begin, `same` the components that documents themselves say are the same.
    """
    bounds = {name: [*starts[name], table.rows] for name, table in tables.items()}
    moved: dict[str, list[int]] = {}
    groups: dict[str, list[Group]] = {}
    if "component" in tables:
        groups["component"] = components(tables["component"], tables.get("hash"), bounds["component"], same)
        moved["component"] = _targets(groups["component"], tables["component"].rows)
    for name, table in tables.items():
        if name not in {"component", "document"}:
            groups[name] = parts(table, _owners(table, moved), bounds[name])
            moved[name] = _targets(groups[name], table.rows)
    return {
        name: _table(table, groups[name], moved, vocabulary.collections.get(name)) if name in groups else table
        for name, table in tables.items()
    }


def _targets(groups: Sequence[Group], rows: int) -> list[int]:
    """The new row of each old one."""
    found = [0] * rows
    for number, group in enumerate(groups):
        for row in group:
            found[row] = number
    return found


def _owners(table: Table, moved: Mapping[str, Sequence[int]]) -> dict[int, frozenset[int]]:
    """The components, as they are now, that each element belongs to."""
    found: dict[int, frozenset[int]] = {}
    if "component" in table.relations and "component" in moved:
        owned, new = table.relation("component"), moved["component"]
        for parent, child in zip(owned.parents, owned.children, strict=True):
            found[child] = found.get(child, frozenset()) | {new[parent]}
    return found


def _table(
    table: Table, groups: list[Group], moved: Mapping[str, Sequence[int]], collection: Collection | None
) -> Table:
    """A table with one row for each group."""
    rows = len(groups)
    several = [(row, group) for row, group in enumerate(groups) if len(group) > 1]
    kinds = {} if collection is None else {name: field.type.kind for name, field in collection.fields.items()}
    joining = _Joining(table, groups, several, kinds)
    relations = {key: partial(_relation, table, key, moved) for key in table.relations}
    own = moved[table.collection]
    return Table(
        table.collection,
        rows,
        array("i", [0, rows]),
        table.extents,
        _segments(table, groups),
        {key: partial(joining.column, key) for key in table.builders},
        relations,
        graph_extents=table.graph_extents,
        links={
            owner: {own[row]: names for row, names in stated.items()} for owner, stated in table.links.items()
        },
        witnesses=joining.witnesses,
    )  # fmt: skip


def _segments(table: Table, groups: Sequence[Group]) -> list[Segment]:
    """Each row at its place in the first document that has it; where there is no row, the documents that list none."""
    if not groups:
        return list(table.segments)
    firsts = [group[0] for group in groups]
    found: list[Segment] = []
    last: Segment | None = None
    for row, old in enumerate(firsts):
        segment = table.segment_of(old)
        if segment is not None and segment is not last:
            last = segment
            say = (_shifted(part, firsts, row, segment.start) for part in (segment.pointer, segment.name))
            found.append(Segment(row, segment.source, *say))
    return found


def _shifted(say: Callable[[int], str], firsts: Sequence[int], start: int, origin: int) -> Callable[[int], str]:
    return lambda within: say(firsts[start + within] - origin)


def _relation(table: Table, key: str, moved: Mapping[str, Sequence[int]]) -> Relation:
    """The pairs between the rows as they are now."""
    owner = table.collection if key == "depends_on" else key
    down, up, old = moved[table.collection], moved.get(owner), table.relation(key)
    pairs = sorted({(up[a] if up else a, down[b]) for a, b in zip(old.parents, old.children, strict=True)})
    return Relation(array("i", [a for a, _ in pairs]), array("i", [b for _, b in pairs]))


class _Joining:
    """Cells of one table: those of single rows as they are, those of groups settled."""

    def __init__(
        self, table: Table, groups: list[Group], several: list[tuple[int, Group]], kinds: Mapping[str, Kind]
    ) -> None:
        self.table, self.groups, self.several, self.kinds = table, groups, several, kinds
        self.conflicts: dict[tuple[str, int], tuple[Witness, ...]] = {}

    def column(self, field: str) -> Column:
        """The column as it is now."""
        old = self.table.column(field)
        codes, values = old.codes, old.values
        new = array("i", [codes[group[0]] for group in self.groups])
        if field == "dependency_count":
            return self._dependencies(old, new)
        extra: list[Value] = []
        for row, group in self.several:
            told = [codes[old_row] for old_row in group]
            code = self._settled(field, told, values, extra)
            new[row] = code
        return Column(new, [*values, *extra])

    def _settled(self, field: str, told: list[int], values: list[Value], extra: list[Value]) -> int:
        """One code from those of several documents."""
        known = list(dict.fromkeys(code for code in told if code >= 0))
        if State.CONFLICTING in told:
            return State.CONFLICTING
        if not known:
            return min(told)
        if len(known) == 1 or field in _LOCAL:
            return known[0]
        if self.kinds.get(field) is Kind.SET:
            extra.append(tuple(sorted({w for c in known if isinstance(v := values[c], tuple) for w in v})))
            return len(values) + len(extra) - 1
        plain = {_canonical(self.kinds.get(field), values[code]) for code in known}
        return known[0] if len(plain) == 1 else State.CONFLICTING

    def _dependencies(self, old: Column, new: array[int]) -> Column:
        """How many dependencies are stated now: those of all documents together."""
        cells: list[Value | State | None] = [
            old.values[code] if code >= 0 else State(code) for code in new
        ]  # fmt: skip
        if self.several:
            targets = _targets(self.groups, self.table.rows)
            stated = self.table.relation("depends_on")
            children: dict[int, set[int]] = {}
            for parent, child in zip(stated.parents, stated.children, strict=True):
                children.setdefault(targets[parent], set()).add(targets[child])
            for row, group in self.several:
                if any(old.codes[old_row] >= 0 for old_row in group):
                    cells[row] = max(len(children.get(row, ())), *(self._count(old, r) for r in group))
        return encode(cells)

    @staticmethod
    def _count(old: Column, row: int) -> int:
        value = old.values[old.codes[row]] if old.codes[row] >= 0 else 0
        return value if isinstance(value, int) else 0

    def witnesses(self, field: str, row: int) -> tuple[Witness, ...]:
        """Who says what of one cell."""
        group = self.groups[row]
        heard = self.table.witnesses
        given = [w for old in group for w in heard(field, old)] if heard else []
        if given or len(group) == 1:
            return tuple(given)
        column = self.table.column(field)
        found: list[Witness] = []
        for old in group:
            segment = self.table.segment_of(old)
            if column.codes[old] >= 0 and segment is not None:
                found.append(Witness(column.values[column.codes[old]], segment.source, self.table.pointer_of(old)))
        return tuple(found)


@lru_cache(maxsize=4096)
def _canonical(kind: Kind | None, value: Value) -> Value:
    """A value in the form in which equal ones are equal."""
    text = str(value)
    match kind:
        case Kind.PURL:
            return purl.canonical(text) or text
        case Kind.CPE:
            return cpe.canonical(text) or text
        case Kind.LICENSE:
            return licenses.canonical(text) or text
        case _:
            return value
