"""Facts as plain data, in the shape that `facts.declared` reads: what `rulewright facts --format json` prints.

Guarantees: `read(data(...))` gives the same facts: values, states, provenance, completeness, relations, places, names,
and who says what where several sources speak.
What it does not do: encode to bytes.

Beside what people write: `sources` lists every document and feed that a fact comes from, and `source` is a number in that
list; of a collection `segments` says from which row on its elements come from which source; of an element `@pointer` and
`@name` are its place and what people call it, `@of` its owners and `@depends_on` its dependencies by row, `@witnesses` who
says what of its fields.
"""

from __future__ import annotations

from collections.abc import Mapping

from rulewright.facts.base import ANSWER, Fact
from rulewright.facts.declared import FORMAT
from rulewright.facts.declared_rows import name_of
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Extent, Source, Table
from rulewright.facts.types import MICRO, FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Vocabulary

_YES_OR_NO = FieldType(Kind.BOOL)
Plain = bool | int | str | None | list["Plain"] | dict[str, "Plain"]


def data(facts: ProductFacts, vocabulary: Vocabulary) -> dict[str, Plain]:
    """All facts of one product."""
    return _Writing(facts, vocabulary).data()


def plain(value: Value, type_: FieldType) -> Plain:
    """A value as people write it in a facts file."""
    if isinstance(value, tuple):
        return list(value)
    if type_.kind is Kind.DATE and isinstance(value, int):
        from rulewright.facts.identity.dates import format_date  # only where dates are written

        return format_date(value)
    if type_.kind is Kind.DECIMAL and isinstance(value, int):
        whole, rest = divmod(abs(value), MICRO)
        return f"{'-' * (value < 0)}{whole}.{rest:06}".rstrip("0").rstrip(".")
    return value


class _Writing:
    """One product on its way to plain data."""

    def __init__(self, facts: ProductFacts, vocabulary: Vocabulary) -> None:
        self.facts, self.vocabulary = facts, vocabulary
        self.numbers: dict[Source, int] = {}

    def data(self) -> dict[str, Plain]:
        """Everything, the sources that came up first."""
        product, vocabulary = self.facts.product, self.vocabulary
        about: dict[str, Plain] = {"id": product.id, "name": product.name, "version": product.version}
        if product.identifiers:
            about["identifiers"] = list(product.identifiers)
        about["sources"] = [self.number(source) for source in product.sources]
        result: dict[str, Plain] = {"format": FORMAT, "product": about, "sources": None}
        for name, fact in sorted(self.facts.attributes.items()):
            known = vocabulary.attributes.get(name)
            if known is not None:
                result[name] = self.fact(fact, known.type)
            elif name.startswith(ANSWER):
                result[name] = self.fact(fact, _YES_OR_NO)
        for name, table in sorted(self.facts.tables.items()):
            collection = vocabulary.collections.get(name)
            if collection is not None:
                types = {key: found.type for key, found in collection.fields.items()}
                result[collection.plural] = self.table(table, types)
        result["sources"] = [_source(source) for source in self.numbers]
        return result

    def number(self, source: Source) -> int:
        """The number of a source; it is listed from now on."""
        return self.numbers.setdefault(source, len(self.numbers))

    def fact(self, fact: Fact, type_: FieldType) -> dict[str, Plain]:
        """One scalar fact."""
        from rulewright.facts.identity.dates import format_date

        result: dict[str, Plain] = {}
        if fact.state is State.KNOWN and fact.value is not None:
            result["value"] = plain(fact.value, type_)
        else:
            result["state"] = fact.state.word
        if fact.level is not None:
            result["level"] = fact.level.word
        result["trust"] = fact.trust.name.lower()
        result["detector"] = fact.detector
        if fact.observed is not None:
            result["observed"] = format_date(fact.observed)
        result["source"] = None if fact.source is None else self.number(fact.source)
        if fact.pointer:
            result["pointer"] = fact.pointer
        if fact.by:
            result["by"] = fact.by
        if fact.asked:
            result["asked"] = fact.asked
        if fact.basis is not None:
            stated = {"document": fact.basis.document, "sha256": fact.basis.sha256, "because": fact.basis.because}
            result |= {key: text for key, text in stated.items() if text}
        if fact.witnesses:
            result["witnesses"] = [self.fact(witness, type_) for witness in fact.witnesses]
        return result

    def table(self, table: Table, types: Mapping[str, FieldType]) -> dict[str, Plain]:
        """One collection."""
        items: list[dict[str, Plain]] = [{} for _ in range(table.rows)]
        for name, type_ in types.items():
            if name in table.builders:
                self._column(table, name, type_, items)
        for row, item in enumerate(items):
            pointer, name = table.pointer_of(row), table.name_of(row)
            item["@pointer"] = pointer
            if name != name_of(item, table.collection, row):
                item["@name"] = name
        _owners(table, items)
        result = _extent(table.extents[0])
        if table.graph_extents:
            graph = _extent(table.graph_extents[0])
            result["graph"] = graph["completeness"]
            result["graph_because"] = graph["because"]
        result["segments"] = [[s.start, self.number(s.source)] for s in table.segments]
        result["items"] = list(items)
        return result

    def _column(self, table: Table, name: str, type_: FieldType, items: list[dict[str, Plain]]) -> None:
        """The cells of one field, with their witnesses."""
        column, heard = table.column(name), table.witnesses
        written = [plain(value, type_) for value in column.values]
        for row, code in enumerate(column.codes):
            if code >= 0:
                items[row][name] = written[code]
            elif code != State.MISSING:
                items[row][name] = {"state": State(code).word}
            told = heard(name, row) if heard and code != State.MISSING else ()
            if told:
                held = items[row].setdefault("@witnesses", {})
                assert isinstance(held, dict)
                held[name] = [
                    {"value": plain(w.value, type_), "source": self.number(w.source), "pointer": w.pointer}
                    for w in told
                ]


def _source(source: Source) -> dict[str, Plain]:
    from rulewright.facts.identity.dates import format_date

    stated: dict[str, Plain] = {
        "name": source.name,
        "sha256": source.sha256,
        "detector": source.detector,
        "trust": source.trust.name.lower(),
    }
    if source.observed is not None:
        stated["observed"] = format_date(source.observed)
    return stated


def _extent(extent: Extent) -> dict[str, Plain]:
    result: dict[str, Plain] = {"completeness": extent.state.value, "because": extent.because}
    if extent.empty:
        result["empty"] = True
    return result


def _owners(table: Table, items: list[dict[str, Plain]]) -> None:
    for owner in sorted(table.relations):
        relation = table.relation(owner)
        for parent, child in zip(relation.parents, relation.children, strict=True):
            if owner == "depends_on":
                below = items[parent].setdefault("@depends_on", [])
                if isinstance(below, list):
                    below.append(child)
                continue
            owners = items[child].setdefault("@of", {})
            if isinstance(owners, dict):
                rows = owners.setdefault(owner, [])
                if isinstance(rows, list):
                    rows.append(parent)
