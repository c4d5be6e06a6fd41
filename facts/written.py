"""Facts as plain data, in the shape that `facts.declared` reads: what `rulewright facts --format json` prints.

Guarantees: `read(data(...))` gives the same facts: values, states, provenance, completeness, relations, places.
What it does not do: encode to bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from rulewright.facts.base import Fact
from rulewright.facts.declared import FORMAT
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.facts.types import MICRO, FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Vocabulary

Plain = bool | int | str | None | list["Plain"] | dict[str, "Plain"]


def data(facts: ProductFacts, vocabulary: Vocabulary) -> dict[str, Plain]:
    """All facts of one product."""
    result: dict[str, Plain] = {
        "format": FORMAT,
        "product": {"id": facts.product.id, "name": facts.product.name, "version": facts.product.version},
    }
    for name, fact in sorted(facts.attributes.items()):
        known = vocabulary.attributes.get(name)
        if known is not None:
            result[name] = _fact(fact, known.type)
    for name, table in sorted(facts.tables.items()):
        collection = vocabulary.collections.get(name)
        if collection is not None:
            types = {key: found.type for key, found in collection.fields.items()}
            result[collection.plural] = _table(table, types)
    return result


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


def _fact(fact: Fact, type_: FieldType) -> dict[str, Plain]:
    from rulewright.facts.identity.dates import format_date

    result: dict[str, Plain] = {}
    if fact.state is State.KNOWN and fact.value is not None:
        result["value"] = plain(fact.value, type_)
    else:
        result["state"] = fact.state.word
    result["trust"] = fact.trust.name.lower()
    result["detector"] = fact.detector
    if fact.observed is not None:
        result["observed"] = format_date(fact.observed)
    if fact.source is not None:
        result["source"] = fact.source.name
    if fact.pointer:
        result["pointer"] = fact.pointer
    if fact.witnesses:
        result["witnesses"] = [_fact(witness, type_) for witness in fact.witnesses]
    return result


def _table(table: Table, types: Mapping[str, FieldType]) -> dict[str, Plain]:
    items: list[dict[str, Plain]] = [{} for _ in range(table.rows)]
    for name, type_ in types.items():
        if name not in table.builders:
            continue
        column = table.column(name)
        for row, code in enumerate(column.codes):
            if code >= 0:
                items[row][name] = plain(column.values[code], type_)
            elif code != State.MISSING:
                items[row][name] = {"state": State(code).word}
    for row, item in enumerate(items):
        pointer = table.pointer_of(row)
        if pointer:
            item["@pointer"] = pointer
    _owners(table, items)
    extent = table.extents[0]
    result: dict[str, Plain] = {"completeness": extent.state.value}
    if extent.because:
        result["because"] = extent.because
    if table.graph_extents:
        result["graph"] = table.graph_extents[0].state.value
    result["items"] = list(items)
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
