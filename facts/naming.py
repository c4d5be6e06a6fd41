"""Which parts of a product an identifier names: by package URL, CPE, hash or reference into its documents.

Guarantees: a name alone never suffices; a package URL without a version names every version, one with qualifiers only what
has them; a CPE names what it is a superset of or equal to (NISTIR 7696).  What cannot be read names nothing.
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
        for identifier in identifiers:
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
                return not element and document_name(document) in self._documents
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
