"""A product's vulnerabilities from all that is known of them: its documents, matches against feeds, statements (VEX).

Guarantees: one row per component and vulnerability, whichever of its names the sources use; nothing that a source says is
dropped: what severity, exploitation and fixes concern, the gravest word counts, what exploitability concerns, authors who
disagree leave it `conflicting`; a statement that names nothing of the product is handed back.  With feeds, the collection
is as complete as the list of components, and open while a component cannot be looked up.
It does not match (`threats`) and reads no format (`sbom`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import partial

import msgspec

from rulewright.facts.naming import Named, Parts
from rulewright.facts.rulings import rule
from rulewright.facts.stack import ProductFacts
from rulewright.facts.statements import Matched, Statement
from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import Completeness, State, Value
from rulewright.facts.vulnerable_cells import MAKERS, Cell, Entry, gravest, nothing, preferred, witnesses

_NAME = "vulnerability"
_DAY = 86_400_000_000
_GRAVE = frozenset({"affected", "under_investigation"})
_EMPTY = Relation(array("i"), array("i"))


class Joined(msgspec.Struct, frozen=True):
    """The product's facts, and the statements that name nothing of it."""

    facts: ProductFacts
    unused: tuple[Statement, ...] = ()


def joined(facts: ProductFacts, matched: Matched | None, statements: Sequence[Statement]) -> Joined:
    """The product with its vulnerability table made anew.

    `matched` is `None` where no feed was asked.  Without feeds and statements the facts of one document stay as they are.
    """
    table = facts.tables.get(_NAME)
    if matched is None and not statements and (table is None or len({s.source for s in table.segments}) < 2):
        return Joined(facts)
    joining = _Joining(facts, matched, _Aliases(facts, matched, statements))
    unused = joining.gather(statements)
    tables = dict(facts.tables)
    tables[_NAME] = joining.table()
    if matched is not None and "component" in tables:
        tables["component"] = _looked_up(tables["component"], matched)
    return Joined(ProductFacts(facts.product, facts.attributes, tables), unused)


class _Aliases:
    """The names of one vulnerability, joined over every source.

    Two CVEs are never one vulnerability: a name that leads to more than one (an advisory on several, a vendor's ticket)
    stands for itself, so that what is said of one CVE is not said of the other.
    """

    def __init__(self, facts: ProductFacts, matched: Matched | None, statements: Iterable[Statement]) -> None:
        self._up: dict[str, str] = {}
        self._cves: dict[str, set[str]] = {}
        for match in matched.matches if matched else ():
            self._join([match.advisory.id, *match.advisory.aliases])
        for statement in statements:
            self._join([statement.vulnerability, *statement.aliases])
        table = facts.tables.get(_NAME)
        if table is not None:
            ids, aliases = table.column("id"), table.column("aliases")
            for row in range(table.rows):
                listed = _known(aliases, row)
                self._join([str(_known(ids, row) or ""), *(listed if isinstance(listed, tuple) else ())])

    def root(self, name: str) -> str:
        """The one name, in capitals, under which a vulnerability is known here."""
        name = self._root(_key(name))
        cves = self._cves.get(name, ())
        return next(iter(cves)) if len(cves) == 1 else name

    def _root(self, name: str) -> str:
        while (above := self._up.get(name, name)) != name:
            name = above
        return name

    def _join(self, names: Sequence[str]) -> None:
        """Make the names that are no CVEs one, and remember the CVEs that they stand with."""
        keys = {_key(name) for name in names if name}
        cves = {key for key in keys if key.startswith("CVE-")}
        roots = sorted({self._root(key) for key in keys - cves})
        for other in roots[1:]:
            self._up[other] = roots[0]
            cves |= self._cves.pop(other, set())
        if roots:
            self._cves.setdefault(roots[0], set()).update(cves)


def _key(name: str) -> str:
    """A name without regard to case and surrounding blanks."""
    return name.strip().upper()


def _known(column: Column, row: int) -> Value | None:
    code = column.codes[row]
    return column.values[code] if code >= 0 else None


class _Joining:
    """The entries of one product, and the table made of them."""

    def __init__(self, facts: ProductFacts, matched: Matched | None, aliases: _Aliases) -> None:
        self.facts, self.matched, self.aliases = facts, matched, aliases
        self.old = facts.tables.get(_NAME)
        self.parts = Parts(facts)
        self.entries: dict[tuple[int, str], Entry] = {}
        self._own()
        for match in matched.matches if matched else ():
            entry = self._entry(match.component, match.advisory.id)
            entry.names.update((match.advisory.id, *match.advisory.aliases))
            entry.matches.append(match)

    def _entry(self, component: int, name: str) -> Entry:
        key = (component, self.aliases.root(name))
        found = self.entries.get(key)
        if found is None:
            found = self.entries[key] = Entry({name}, component)
        return found

    def _own(self) -> None:
        """The rows that the product's own documents list, once for each component that they concern."""
        if self.old is None:
            return
        owners: dict[int, list[int]] = {}
        pairs = self.old.relation("component")
        for component, row in zip(pairs.parents, pairs.children, strict=True):
            owners.setdefault(row, []).append(component)
        ids = self.old.column("id")
        for row in range(self.old.rows):
            name = str(_known(ids, row) or f"row {row}")
            for component in owners.get(row, (-1,)):
                self._entry(component, name).old.append(row)

    # --- statements ----------------------------------------------------------------------------------------------------

    def gather(self, statements: Sequence[Statement]) -> tuple[Statement, ...]:
        """Let every statement find what it concerns; those that concern nothing come back."""
        unused: list[Statement] = []
        for entry, whole, statement in self._own_statements():
            if whole.product and statement.status not in _GRAVE:
                entry.statements.append(statement)  # of which part it is said is not known: not of every part
            else:
                self._apply(statement, whole)
        for statement in sorted(statements, key=lambda s: not s.component):
            named = self._concerned(statement)
            if named:
                self._apply(statement, named)
            else:
                unused.append(statement)
        for entry in self.entries.values():
            if entry.statements:
                entry.ruling = rule(entry.statements)
        return tuple(unused)

    def _concerned(self, statement: Statement) -> Named:
        """The parts of the product that a statement is about.

        An affected part that the product does not list is the product's own concern: the list may lack it.
        """
        grave = statement.status in _GRAVE
        product = self.parts.named(statement.product, doubtful=grave)
        if not statement.component or not product:
            return product
        inner = self.parts.named(statement.component, doubtful=grave)
        return inner or Named(product=grave, rows=frozenset())

    def _apply(self, statement: Statement, named: Named) -> None:
        name = statement.vulnerability
        if named.product and not statement.component:
            root = self.aliases.root(name)
            entries = [entry for (_, known), entry in self.entries.items() if known == root]
        else:
            entries = [self._entry(row, name) for row in sorted(named.rows)]
        for entry in entries or [self._entry(-1, name)]:
            entry.names.update((name, *statement.aliases))
            entry.statements.append(statement)

    def _own_statements(self) -> list[tuple[Entry, Named, Statement]]:
        """What the product's own documents say on exploitability, as statements of their authors."""
        old = self.old
        if old is None or not old.rows:
            return []
        vex, updated = old.column("vex"), old.column("updated")
        fields = {name: old.column(name) for name in ("vex_state", "justification", "detail")}
        authors = self._authors(old)
        found = []
        for (component, name), entry in list(self.entries.items()):
            for row in entry.old:
                status = _known(vex, row)
                if status is None:
                    continue
                day = _known(updated, row)
                author, made = authors.get(row, ("", None))
                words = {key: str(_known(column, row) or "") for key, column in fields.items()}
                segment = old.segment_of(row)
                statement = Statement(
                    name, str(status), (), author=author, native=words["vex_state"],
                    justification=words["justification"], detail=words["detail"],
                    response=_words(_known(old.column("response"), row)),
                    time=day * _DAY if isinstance(day, int) else made,
                    source=segment.source if segment else None, pointer=old.pointer_of(row), by_day=True,
                )  # fmt: skip
                rows = frozenset({component} if component >= 0 else ())
                found.append((entry, Named(product=component < 0, rows=rows), statement))
        return found

    def _authors(self, old: Table) -> dict[int, tuple[str, int | None]]:
        """Who made the document of each row, and when."""
        table = self.facts.tables.get("document")
        if table is None:
            return {}
        names = [table.column(field) for field in ("author", "supplier", "manufacturer")]
        days = table.column("timestamp")
        found: dict[int, tuple[str, int | None]] = {}
        below = old.relation("document")
        for document, row in zip(below.parents, below.children, strict=True):
            author = next(filter(None, (_known(column, document) for column in names)), "")
            day = _known(days, document)
            found[row] = (str(author), day * _DAY if isinstance(day, int) else None)
        return found

    # --- the table -----------------------------------------------------------------------------------------------------

    def table(self) -> Table:
        """The table of all entries: those of the product's documents in their order, then the others by source."""
        entries = sorted(
            self.entries.values(),
            key=lambda e: (e.old[0] if e.old else 1 << 60, *e.source(), e.component, min(e.names)),
        )
        rows = len(entries)
        return Table(
            _NAME,
            rows,
            array("i", [0, rows]),
            [self._extent(rows)],
            self._segments(entries),
            {field: partial(self._column, entries, field) for field in MAKERS},
            {"component": partial(self._owned, entries), "document": partial(self._listed, entries)},
            witnesses=witnesses(entries),
        )

    def _segments(self, entries: Sequence[Entry]) -> list[Segment]:
        """Runs of entries of one source."""
        found: list[Segment] = []
        for row, entry in enumerate(entries):
            source = self._source(entry)
            if not found or found[-1].source != source:
                start = row
                found.append(
                    Segment(
                        start,
                        source,
                        lambda within, start=start: self._pointer(entries[start + within]),  # type: ignore[misc]  # a default binds the loop's value
                        lambda within, start=start: min(entries[start + within].names, key=preferred),  # type: ignore[misc]  # as above
                    )
                )
        return found

    def _source(self, entry: Entry) -> Source:
        if entry.old and self.old is not None:
            segment = self.old.segment_of(entry.old[0])
            if segment is not None:
                return segment.source
        sources = [*(m.source for m in entry.matches), *(s.source for s in entry.statements)]
        return next(filter(None, sources), Source("", ""))

    def _pointer(self, entry: Entry) -> str:
        if entry.old and self.old is not None:
            return self.old.pointer_of(entry.old[0])
        return next(iter([*(m.pointer for m in entry.matches), *(s.pointer for s in entry.statements)]), "")

    def _owned(self, entries: Sequence[Entry]) -> Relation:
        pairs = sorted((entry.component, row) for row, entry in enumerate(entries) if entry.component >= 0)
        return Relation(array("i", [c for c, _ in pairs]), array("i", [r for _, r in pairs]))

    def _listed(self, entries: Sequence[Entry]) -> Relation:
        """Rows of the product's own documents stay below them."""
        below = self.old.relation("document") if self.old is not None else _EMPTY
        of: dict[int, list[int]] = {}
        for document, row in zip(below.parents, below.children, strict=True):
            of.setdefault(row, []).append(document)
        pairs = sorted({(d, row) for row, entry in enumerate(entries) for old in entry.old for d in of.get(old, ())})
        return Relation(array("i", [d for d, _ in pairs]), array("i", [r for _, r in pairs]))

    def _extent(self, rows: int) -> Extent:
        old = self.old.extents[0] if self.old is not None else Extent(Completeness.ABSENT, "no document lists any")
        if self.matched is None:
            stated = old.state is not Completeness.ABSENT or not rows
            return old if stated else Extent(Completeness.UNSTATED, "statements name some")
        if self.matched.unmatchable:
            row, why = min(self.matched.unmatchable.items())
            table = self.facts.tables["component"]
            number = len(self.matched.unmatchable)
            many = f"{number} components" if number > 1 else "one component"
            return Extent(Completeness.OPEN, f"{many} cannot be looked up, `{table.name_of(row)}` for one: {why}")
        if old.state is Completeness.OPEN:
            return old
        listed = self.facts.tables.get("component")
        if listed is None or listed.extents[0].state is Completeness.ABSENT:
            return Extent(Completeness.UNSTATED, "no components are listed that could be looked up")
        because = listed.extents[0].because
        return Extent(listed.extents[0].state, f"every listed component was looked up; of that list: {because}")

    # --- cells ---------------------------------------------------------------------------------------------------------

    def _column(self, entries: Sequence[Entry], field: str) -> Column:
        make = MAKERS.get(field, nothing)
        column = self.old.column(field) if self.old is not None else None
        return encode([gravest(field, self._olds(column, entry), make(entry)) for entry in entries])

    @staticmethod
    def _olds(column: Column | None, entry: Entry) -> list[Cell]:
        """What the product's own documents have in this field."""
        if column is None:
            return []
        found = [(column.codes[row], row) for row in entry.old]
        return [column.values[code] if code >= 0 else State(code) for code, _ in found]


def _words(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _looked_up(table: Table, matched: Matched) -> Table:
    """The components with what became of looking them up."""
    reasons = matched.unmatchable

    def able() -> Column:
        return encode([row not in reasons for row in range(table.rows)])

    def why() -> Column:
        return encode([reasons.get(row) for row in range(table.rows)])

    builders = {**table.builders, "matchable": able, "unmatchable_reason": why}
    return msgspec.structs.replace(table, builders=builders)
