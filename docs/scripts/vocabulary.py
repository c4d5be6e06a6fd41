"""Write the page of the built-in vocabulary from the vocabulary itself.

Guarantees: the page says what the code says; a test fails when it does not.
Run `make pages` after a change of the vocabulary.
"""

from pathlib import Path

from rulewright.facts.types import FieldType, Kind
from rulewright.facts.vocabulary import BUILTIN, Collection

PAGE = Path(__file__).resolve().parent.parent / "reference/vocabulary.md"
HEAD = """# The vocabulary
Generated from `facts/vocabulary.py` by `make pages`; do not edit.

The collections that the SBOM readers fill, and their fields. A rule that names anything else does not compile.
A list of words that ends in `…` admits others.
"""


def type_text(kind: FieldType) -> str:
    """Return a type as an author reads it, with its words."""
    words = " ".join(f"`{word}`" for word in kind.values) + (" …" if kind.open_values else "")
    name = {Kind.ENUM: "one of", Kind.SET: "set of"}.get(kind.kind, kind.kind.value)
    return f"{name} {words}" if kind.values else kind.kind.value


def section(collection: Collection) -> str:
    """Return the section of one collection."""
    owners = ", ".join(f"`{owner}`" for owner in collection.parents)
    notes = [f"Plural: `{collection.plural}`."]
    if owners:
        notes.append(f"Belongs to: {owners} (`every {collection.name} x of y`).")
    if collection.graph:
        notes.append(f"Depend on one another (`every {collection.name} d under c`).")
    rows = [f"| `{f.name}` | {type_text(f.type)} | {f.doc} |" for f in collection.fields.values()]
    table = "\n".join(["| field | type | meaning |", "|---|---|---|", *rows])
    return f"## {collection.name}\n{collection.doc[:1].upper()}{collection.doc[1:]}. {' '.join(notes)}\n\n{table}\n"


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(section(c) for c in BUILTIN.collections.values())])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
