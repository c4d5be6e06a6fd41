"""Whether two products have the same facts, compared by every way in which they can be asked."""

from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.facts.types import State


def told(table: Table) -> dict[str, object]:
    """Everything that a table says, as plain values."""
    cells = {}
    for name in table.builders:
        column = table.column(name)
        listed = [column.at(row) for row in range(table.rows)]
        if any(state is not State.MISSING for state, _ in listed):
            cells[name] = listed
    pairs = {
        owner: sorted({*zip(table.relation(owner).parents, table.relation(owner).children, strict=True)})
        for owner in table.relations
    }
    heard = table.witnesses
    return {
        "rows": table.rows,
        "cells": cells,
        "pairs": {owner: found for owner, found in pairs.items() if found},
        "places": [(table.pointer_of(row), table.name_of(row)) for row in range(table.rows)],
        "sources": [(s.start, s.source) for s in table.segments],
        "extent": table.extents[0],
        "graph": table.graph_extents,
        "witnesses": {
            (name, row): found
            for name in (cells if heard else ())
            for row in range(table.rows)
            if heard and cells[name][row][0] is not State.MISSING and (found := heard(name, row))
        },
    }


def everything(facts: ProductFacts) -> dict[str, object]:
    """Everything that a product's facts say."""
    return {
        "product": facts.product,
        "attributes": dict(facts.attributes),
        **{name: told(table) for name, table in facts.tables.items()},
    }
