"""Which parts of a product an identifier names: by package URL, CPE, hash or reference into its documents.

Guarantees: a name alone never suffices; a package URL without a version names every version, unless another name of the
same thing states one, one with qualifiers only what has them; a CPE names what it is a superset of or equal to (NISTIR
7696), provided that it states a product; a reference names only what the document that it is of lists.  What cannot be
read names nothing.  Where doubt counts (`doubtful`), every name is heard.
It does not guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from rulewright.facts.document_names import document_name
from rulewright.facts.identity import cpe, purl
from rulewright.facts.identity.purl import Purl
from rulewright.facts.identity.purl_names import covers, package_key
from rulewright.facts.identity.text import percent_decode
from rulewright.facts.identity.versions import Vers
from rulewright.facts.stack import ProductFacts
from rulewright.facts.statements import Identifier
from rulewright.facts.table import Table


class Named(msgspec.Struct, frozen=True):
    """What identifiers name: the product itself, and rows of its component table."""

    product: bool
    rows: frozenset[int]

    def __bool__(self) -> bool:
        """Whether anything is named."""
        return self.product or bool(self.rows)


class Parts(msgspec.Struct, dict=True, eq=False):
    """The components of one product by their identifiers; every index is made when it is first asked."""

    facts: ProductFacts

    def named(self, identifiers: Iterable[Identifier], *, doubtful: bool = False) -> Named:
        """What any of the identifiers names; `doubtful` takes in versions of which a range does not decide."""
        product, rows = False, set[int]()
        for identifier in identifiers if doubtful else _strictest(tuple(identifiers)):
            found = self._in_range(identifier, self._rows(identifier), doubtful=doubtful)
            rows |= found
            product = product or self._is_product(identifier) or not self.roots.isdisjoint(found)
        return Named(product, frozenset(rows))

    @cached_property
    def _components(self) -> Table | None:
        return self.facts.tables.get("component")

    @cached_property
    def roots(self) -> frozenset[int]:
        """Rows that are the described product itself."""
        table = self._components
        return frozenset(row for row, _ in _cells(table, "is_root") if _ is True)

    def _rows(self, identifier: Identifier) -> set[int]:
        match identifier.kind:
            case "purl":
                return self._by_purl(identifier.value)
            case "cpe":
                return self._by_cpe(identifier.value)
            case "hash":
                return set(self._hashes.get(_hash(identifier.value), ()))
            case "ref":
                document, _, element = identifier.value.partition("#")
                if not element or document_name(document) not in self._documents:
                    return set()
                name = percent_decode(element) or element
                return set(self._ids.get(name, ())) or (self._by_purl(name) if name.startswith("pkg:") else set())
            case _:
                return set()

    def _in_range(self, identifier: Identifier, rows: set[int], *, doubtful: bool) -> set[int]:
        """Those of the rows whose version lies in the identifier's range."""
        if not identifier.range or self._components is None:
            return rows
        stated = Vers.parse(identifier.range, strict=False)
        known = dict(_cells(self._components, "version"))
        inside = {
            row: None if isinstance(stated, str) or row not in known else stated.contains(str(known[row]))
            for row in rows
        }
        return {row for row, answer in inside.items() if answer or (answer is None and doubtful)}

    def _is_product(self, identifier: Identifier) -> bool:
        """Whether an identifier is one of the product's own."""
        own = self.facts.product.identifiers
        if identifier.range:
            return False  # which version is meant, the described component says
        match identifier.kind:
            case "purl":
                pattern = purl.parse(identifier.value)
                own_purls = filter(None, (purl.parse(i) for i in own if i.startswith("pkg:")))
                return pattern is not None and any(covers(pattern, name) for name in own_purls)
            case "cpe":
                return any(cpe.matches(identifier.value, i) for i in own if i.startswith("cpe:"))
            case "ref":
                document, _, element = identifier.value.partition("#")
                return not element and len(self._by_source) < 2 and document_name(document) in self._documents
            case _:
                return False

    # --- package URLs --------------------------------------------------------------------------------------------------

    @cached_property
    def _purls(self) -> dict[tuple[str, str, str], list[tuple[int, Purl]]]:
        found: dict[tuple[str, str, str], list[tuple[int, Purl]]] = {}
        for row, text in _cells(self._components, "purl"):
            name = purl.parse(str(text))
            if name is not None:
                found.setdefault(package_key(name), []).append((row, name))
        return found

    def _by_purl(self, text: str) -> set[int]:
        pattern = purl.parse(text)
        if pattern is None:
            return set()
        candidates = self._purls.get(package_key(pattern), ())
        return {row for row, name in candidates if covers(pattern, name)}

    # --- CPE -----------------------------------------------------------------------------------------------------------

    @cached_property
    def _cpes(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, text in _cells(self._components, "cpe"):
            found.setdefault(str(text), []).append(row)
        return found

    def _by_cpe(self, text: str) -> set[int]:
        return {row for name, rows in self._cpes.items() if cpe.matches(text, name) for row in rows}

    # --- hashes and references -----------------------------------------------------------------------------------------

    @cached_property
    def _hashes(self) -> Mapping[tuple[str, str], list[int]]:
        table = self.facts.tables.get("hash")
        if table is None:
            return {}
        algorithms, values = dict(_cells(table, "algorithm")), dict(_cells(table, "value"))
        found: dict[tuple[str, str], list[int]] = {}
        owned = table.relation("component")
        for component, row in zip(owned.parents, owned.children, strict=True):
            if row in algorithms and row in values:
                found.setdefault((str(algorithms[row]), str(values[row]).lower()), []).append(component)
        return found

    @cached_property
    def _ids(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, text in _cells(self._components, "id"):
            found.setdefault(str(text), []).append(row)
        return found

    @cached_property
    def _documents(self) -> frozenset[str]:
        return frozenset(document_name(str(text)) for _, text in _cells(self.facts.tables.get("document"), "unique_id"))

    @cached_property
    def _by_source(self) -> Mapping[str, set[str]]:
        """The identities of the documents by the digests of what was read."""
        table = self.facts.tables.get("document")
        found: dict[str, set[str]] = {}
        for row, text in _cells(table, "unique_id"):
            segment = table.segment_of(row) if table is not None else None
            found.setdefault(segment.source.sha256 if segment else "", set()).add(document_name(str(text)))
        return found

    def _documents_of(self, row: int) -> set[str]:
        """The identities of the document that a component's reference is of: other documents may use the same one."""
        segment = self._components.segment_of(row) if self._components is not None else None
        return self._by_source.get(segment.source.sha256 if segment else "", set())


def _strictest(identifiers: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """Of the names of one thing those that say which version it is, where any does, and none that names everything.

    A package URL without a version, beside one with a version, is the name of the same version.
    """
    telling = tuple(i for i in identifiers if _tells(i))
    return telling or tuple(i for i in identifiers if i.kind != "cpe" or _tells_product(i.value))


def _tells(identifier: Identifier) -> bool:
    """Whether an identifier says which version it names."""
    match identifier.kind:
        case "purl":
            name = purl.parse(identifier.value)
            return bool(identifier.range) or (name is not None and name.version is not None)
        case "cpe":
            read = cpe.read(identifier.value)
            stated = bool(identifier.range) or (read is not None and read.values[3] not in {cpe.ANY, cpe.NA})
            return stated and _tells_product(identifier.value)
        case "hash":
            return True
        case "ref":
            return "#" in identifier.value
        case _:
            return False


def _tells_product(text: str) -> bool:
    """Whether a CPE says which product it names."""
    read = cpe.read(text)
    return read is not None and read.values[2] != cpe.ANY


def _cells(table: Table | None, field: str) -> Iterable[tuple[int, object]]:
    """The known cells of a column with their rows."""
    if table is None:
        return
    column = table.column(field)
    values = column.values
    for row, code in enumerate(column.codes):
        if code >= 0:
            yield row, values[code]


def _hash(text: str) -> tuple[str, str]:
    algorithm, _, value = text.partition(":")
    return algorithm, value.lower()
