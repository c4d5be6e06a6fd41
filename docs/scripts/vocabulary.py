"""Write the page of the vocabulary: the built-in collections, the attributes and axioms of the shipped vocabulary module.

Guarantees: the page says what the code says; a test fails when it does not.
Run `make pages` after a change of the vocabulary.
"""

from importlib.resources import files
from pathlib import Path

from rulewright import dsl
from rulewright.cli.compiling import attribute, vocabulary_of
from rulewright.facts.types import FieldType, Kind
from rulewright.facts.vocabulary import BUILTIN, Collection

PAGE = Path(__file__).resolve().parent.parent / "reference/vocabulary.md"
HEAD = """# The vocabulary
Generated from `facts/vocabulary.py` and `standards/vocabulary.rw` by `make pages`; do not edit.

First the collections that the SBOM readers fill, and their fields; then the attributes of a product, and the axioms that
analysis takes for granted. A rule that names anything else does not compile. A list of words that ends in `…` admits others.
"""
ATTRIBUTES = """## Attributes of the product
*Given* is context that the maker cannot choose for this product; *choice* is design, which requirements constrain.
A range after the type holds every value that there can be; it demands nothing.

| attribute | type | given or choice | known from | meaning |
|---|---|---|---|---|
"""
AXIOMS = """
## Axioms
What is true of every product by the meaning of these words. Analysis takes it for granted, and says in each finding which of it
the finding rests on; no evaluation reads it.

| axiom | says | why |
|---|---|---|
"""


def type_text(kind: FieldType) -> str:
    """Return a type as an author reads it, with its words or unit."""
    words = " ".join(f"`{word}`" for word in kind.values) + (" …" if kind.open_values else "")
    name = {Kind.ENUM: "one of", Kind.SET: "set of"}.get(kind.kind, kind.kind.value)
    return f"{name} {words}" if kind.values else f"{kind.kind.value} {kind.unit}".strip()


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


def shipped() -> dsl.Source:
    """Return the shipped vocabulary module."""
    return dsl.Source("vocabulary.rw", files("rulewright.standards").joinpath("vocabulary.rw").read_bytes())


def attributes() -> str:
    """Return the section of the attributes that the shipped vocabulary module declares."""
    rows = []
    for declared in sorted(dsl.attributes_of({"vocabulary.rw": shipped()}), key=lambda a: a.name):
        a = attribute(declared)
        kind = f"{type_text(a.type)}{f', {a.domain}' if a.domain else ''}"
        sources = ", ".join(a.detectors)
        meaning = " ".join(a.doc.split()).replace("|", "\\|")
        rows.append(f"| `{a.name}` | {kind} | {'given' if a.given else 'choice'} | {sources} | {meaning} |\n")
    return ATTRIBUTES + "".join(rows)


def axioms() -> str:
    """Return the section of its axioms, each with the comment above it (or above those before it)."""
    stub = dsl.Source("stub.rw", b'standard stub edition "1" { requirement A shall { check true } }')
    sources = {"vocabulary.rw": shipped(), "stub.rw": stub}
    compiled = dsl.compile(sources, ["stub.rw"], vocabulary_of(sources))
    assert compiled.program is not None
    lines = sources["vocabulary.rw"].text.decode().splitlines()
    rows = []
    for axiom in compiled.program.axioms:
        line = axiom.place.line - 2
        while not lines[line].lstrip().startswith("# "):  # an axiom before it, or a further line of one
            line -= 1
        why = lines[line].strip().removeprefix("# ")
        rows.append(f"| `{axiom.id.partition(':')[2]}` | `{axiom.text}` | {why} |\n")
    return AXIOMS + "".join(rows)


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(section(c) for c in BUILTIN.collections.values()), attributes() + axioms()])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
