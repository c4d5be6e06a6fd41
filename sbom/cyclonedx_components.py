"""Columns of CycloneDX components.

Guarantees: a column is built when it is asked for, each distinct value is read once, and a field that the reader found
malformed or given twice says so in its cell instead of being missing.  It does not judge values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from operator import attrgetter

import msgspec
from msgspec import Raw

from rulewright.facts.table import Column
from rulewright.facts.types import State
from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom import claims, party, words
from rulewright.sbom.cyclonedx_model import Component, Entity, Property, Reference
from rulewright.sbom.decoding import no_collector
from rulewright.sbom.fitting import Fitter, patched
from rulewright.sbom.parts import SPOKEN, Part, Parts

_COMPONENT_TYPES = frozenset(BUILTIN.collections["component"].fields["type"].type.values)
_SCOPES = frozenset(BUILTIN.collections["component"].fields["scope"].type.values)

FLAGS = {
    "bsi:component:executable": {"executable": True, "non-executable": False},
    "bsi:component:archive": {"archive": True, "no archive": False},
    "bsi:component:structured": {"structured": True, "unstructured": False},
}
"""Property names and values of the BSI taxonomy (TR-03183-2 v2.1.0); `true` and `false` are taken as well."""

_FLAGGED = ("executable", "archive", "structured")

SILENCE_BROKEN = {
    "cdx:cisa:unknown-information": State.DECLARED_UNKNOWN,
    "cdx:cisa:withheld-information": State.WITHHELD,
}
"""Properties whose value names a data field of CISA 2026 that the author does not know, or will not tell.

They are how a document says so of fields that cannot hold the word `unknown`, hashes above all.
"""

DEV_ONLY = (
    "rulewright:dev_only",
    "cdx:npm:package:development",
    "cdx:composer:package:isDevRequirement",
    "cdx:poetry:package:dev",
)
SUPPORT_LEVEL = ("rulewright:support_level", "cdx:lifecycle:support:level", "cdx:lifecycle:supportLevel")
END_OF_SUPPORT = (
    "rulewright:end_of_support",
    "cdx:lifecycle:milestone:endOfSupport",
    "cdx:lifecycle:endOfSupport",
)


def word_of(allowed: frozenset[str]) -> Callable[[str], words.Cell]:
    """A reader of enumeration words; a word that is not listed is malformed."""

    def read(raw: str) -> words.Cell:
        word = words.underscored(raw)
        return word if isinstance(word, State) or word in allowed else State.MALFORMED

    return read


def words_set(raw: tuple[str, ...]) -> words.Cell:
    """A set of words as written."""
    return tuple(sorted({word for word in raw if word})) or State.MISSING


def truth(raw: str) -> words.Cell:
    """`true` and `false` in a property; anything else is malformed."""
    return {"true": True, "false": False, "": State.MISSING}.get(raw.strip().lower(), State.MALFORMED)


def day(raw: str) -> words.Cell:
    """A date or date-time as a day number."""
    if not raw.strip():
        return State.MISSING
    from rulewright.facts.identity.dates import parse_date

    found = parse_date(raw)
    if found is not None:
        return found
    spelled = words.text(raw)
    return spelled if isinstance(spelled, State) else State.MALFORMED


def whole_number(raw: str) -> words.Cell:
    """A number of devices in a property."""
    text = raw.strip()
    if not text:
        return State.MISSING
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else State.MALFORMED


DEVICE: dict[str, tuple[str, Callable[[str], words.Cell]]] = {
    "device_type": ("cdx:device:deviceType", words.text),
    "device_function": ("cdx:device:function", words.text),
    "device_location": ("cdx:device:location", words.text),
    "device_quantity": ("cdx:device:quantity", whole_number),
    "device_serial": ("cdx:device:serialNumber", words.text),
    "device_sku": ("cdx:device:sku", words.text),
    "device_lot": ("cdx:device:lotNumber", words.text),
    "device_mac": ("cdx:device:macAddress", words.text),
}
"""Fields of hardware devices, and the properties of the CycloneDX taxonomy that say them: the format has no fields."""


def property_of(names: tuple[str, ...]) -> Callable[[list[Property] | None], str | None]:
    """The value of the first property with one of the names."""

    def find(properties: list[Property] | None) -> str | None:
        if properties:
            for item in properties:
                if item.name in names:
                    return item.value if item.value is not None else ""
        return None

    return find


def url_of(kinds: tuple[str, ...]) -> Callable[[list[Reference] | None], str | None]:
    """The address of the first reference of the first kind that is there."""

    def find(references: list[Reference] | None) -> str | None:
        if references:
            for kind in kinds:
                for item in references:
                    if item.type == kind and item.url:
                        return item.url
        return None

    return find


class Recipe(msgspec.Struct, frozen=True):
    """How a column is made: the cells of a part, how a distinct one is read, and what may stand where one is missing.

    `keys` are the document's fields that it comes from, `stated` the names of the same in CISA 2026.
    """

    cells: Callable[[Part], Iterable[object]]
    read: Callable[..., words.Cell]
    keys: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()


class ComponentColumns(msgspec.Struct, eq=False, dict=True):
    """The columns of one document's components, in the order of their rows.

    Where the components are on a shelf, the columns that are expected are made together, since each look at the shelf
    decodes it.
    """

    parts: Parts
    pool: claims.ClaimPool
    fitter: Fitter
    roots: frozenset[int]
    nested: Callable[[], list[bool]]
    expected: frozenset[str] = frozenset()
    _made: dict[str, Column] = msgspec.field(default_factory=dict)

    def expect(self, names: Iterable[str]) -> None:
        """Say which columns will be asked for."""
        self.expected = frozenset(names) if self.parts.shelved else frozenset()

    def builders(self) -> dict[str, Callable[[], Column]]:
        """A builder for each recipe."""
        return {name: partial(self.built, name) for name in self.recipes}

    @cached_property
    def recipes(self) -> dict[str, Recipe]:
        """All recipes."""
        return recipes(self)

    def built(self, name: str) -> Column:
        """A column, made with those that are expected and not there yet."""
        if name not in self._made:
            together = {n: self.recipes[n] for n in sorted((self.expected & self.recipes.keys()) | {name})}
            encoders = {n: words.Encoder(recipe.read) for n, recipe in together.items()}
            with no_collector():
                for part in self.parts.each():
                    for n, recipe in together.items():
                        encoders[n].add(recipe.cells(part))
            self.expected = frozenset()
            self._made = {n: self._finished(encoders[n].column(), recipe) for n, recipe in together.items()}
        return self._made.pop(name)

    @cached_property
    def marked(self) -> list[tuple[int, dict[str, State]]]:
        """Rows with fields that are not as they should be."""
        marks = self.fitter.marks
        if not marks or self.parts.shelved:
            return []
        return [(p.start + i, marks[id(c)]) for p in self.parts.each() for i, c in enumerate(p.items) if id(c) in marks]

    def patched(self, column: Column, *keys: str) -> Column:
        """Put the state of a malformed or conflicting field where the cell is missing."""
        return patched(column, self.marked, keys)

    def _finished(self, column: Column, recipe: Recipe) -> Column:
        """Put what is wrong with a field, or what a property says of it, where the cell is missing."""
        self.patched(column, *recipe.keys)
        if recipe.stated and State.MISSING in column.codes:
            for row, field, state in self.spoken:
                if field in recipe.stated and column.codes[row] == State.MISSING:
                    column.codes[row] = state
        return column

    @cached_property
    def spoken(self) -> list[tuple[int, str, State]]:
        """Rows with a data field that is said to be unknown or withheld, by the field's name in CISA 2026."""
        if not self.parts.may_mention(SPOKEN):
            return []
        return [
            (part.start + i, item.value or "", SILENCE_BROKEN[item.name])
            for part in self.parts.each()
            for i, properties in enumerate(part.properties())
            for item in properties
            if item.name in SILENCE_BROKEN
        ]


def _plain(name: str, key: str, read: Callable[[str], words.Cell] = words.text, *stated: str) -> Recipe:
    """A string field."""
    field = attrgetter(name)
    return Recipe(lambda p: map(field, p.items), read, (key,), stated)


def _derived(
    cell: Callable[[Component], object], keys: tuple[str, ...], read: Callable[..., words.Cell] = words.text
) -> Recipe:
    """What one or several fields give together."""
    return Recipe(lambda p: map(cell, p.items), read, keys)


def _entity(name: str) -> Recipe:
    """The name in one of the organisations."""
    entities: Callable[[Component], Entity | None] = attrgetter(name)
    return Recipe(
        lambda p: [None if e is None else e.name or party.entity_name(e) for e in map(entities, p.items)],
        words.text,
        (name,),
    )


def _property(names: tuple[str, ...], read: Callable[[str], words.Cell]) -> Recipe:
    """The value of a property."""
    find = property_of(names)
    return Recipe(lambda p: map(find, p.properties()), read, ("properties",))


def _reference(*kinds: str) -> Recipe:
    """An address."""
    find = url_of(kinds)
    return Recipe(lambda p: map(find, p.references()), words.text, ("externalReferences",))


def _licence(pool: claims.ClaimPool, part: str, *stated: str) -> Recipe:
    """A part of the licence claims."""
    values: list[words.Cell] = [getattr(c, part) for c in pool.distinct]

    def cells(p: Part) -> list[int | None]:
        return [number if number >= 0 else None for number in pool.rows[p.start : p.start + len(p.items)]]

    return Recipe(cells, values.__getitem__, ("licenses",), stated)


def _deployable_algorithms(references: list[Reference]) -> tuple[str, ...] | None:
    """The algorithms of hashes stated with the place of distribution."""
    kinds = ("distribution", "distribution-intake")
    found = [h.alg or "" for r in references if r.type in kinds for h in r.hashes or ()]
    return tuple(found) or None


_IDENTIFIERS = ("purl", "cpe", "swid", "swhid", "omnibor")


def _unique_id(c: Component) -> int:
    """The kinds of unique identifier of a component, as bits."""
    return (
        (1 if c.purl else 0) | (2 if c.cpe else 0) | (4 if c.swid and c.swid.tag_id else 0)
        | (8 if c.swhid else 0) | (16 if c.omnibor_id else 0)
    )  # fmt: skip


def _kinds(bits: int) -> words.Cell:
    """The names of the bits."""
    return words_set(tuple(k for i, k in enumerate(_IDENTIFIERS) if bits >> i & 1))


def _pedigree(c: Component) -> bool:
    """Whether ancestors, patches or notes are given."""
    return isinstance(c.pedigree, Raw) and bytes(c.pedigree) not in {b"{}", b"null"}


def _algorithms(c: Component) -> str | tuple[str | None, ...] | None:
    """The algorithms of a component's hashes; that of a single one stands alone, since most have no other."""
    hashes = c.hashes
    if not hashes:
        return None
    return hashes[0].alg if len(hashes) == 1 else tuple([h.alg for h in hashes])


def _words_of(raw: Sequence[str | None]) -> words.Cell:
    """A set of words from one word or several."""
    return words_set((raw,) if isinstance(raw, str) else tuple(filter(None, raw)))


def _patched(c: Component) -> bytes | None:
    """The pedigree, where it says what its patches resolve."""
    raw = bytes(c.pedigree) if isinstance(c.pedigree, Raw) else b""
    return raw if b'"resolves"' in raw else None


def _fixes(raw: bytes) -> words.Cell:
    """The identifiers of security issues that a pedigree's patches resolve."""
    from rulewright.sbom.cyclonedx_pedigree import resolved

    found = resolved(raw)
    return State.MALFORMED if found is None else words_set(found)


def _producer(c: Component) -> str | None:
    """Whoever made it: manufacturer, supplier, author or publisher, the first stated."""
    return party.entity_name(c.manufacturer) or party.entity_name(c.supplier) or _author(c) or c.publisher


def _author(c: Component) -> str | None:
    """The author(s): the list of 1.6, else the text of 1.2."""
    return party.contact_names(c.authors) or c.author


def _producer_contact(c: Component) -> str | None:
    """How to reach the producer."""
    return party.entity_contact(c.manufacturer) or party.entity_contact(c.supplier) or party.contact_address(c.authors)


def recipes(columns: ComponentColumns) -> dict[str, Recipe]:
    """Every column of the vocabulary's component that CycloneDX can fill, but for the graph's and those of assets."""
    pool, roots, nested = columns.pool, columns.roots, columns.nested  # holding `columns` would keep the document alive
    flags = {name: _property((f"bsi:component:{name}",), _flag(f"bsi:component:{name}")) for name in _FLAGGED}
    return {
        "id": _plain("bom_ref", "bom-ref"),
        "type": _plain("type", "type", word_of(_COMPONENT_TYPES)),
        "group": _plain("group", "group"),
        "name": _plain("name", "name", words.text, "Component Name"),
        "version": _plain("version", "version", words.text, "Component Version"),
        "purl": _plain("purl", "purl"),
        "cpe": _plain("cpe", "cpe"),
        "swid": _derived(lambda c: c.swid.tag_id if c.swid else None, ("swid",)),
        "swhid": _derived(lambda c: c.swhid[0] if c.swhid else None, ("swhid",)),
        "unique_id": Recipe(
            lambda p: map(_unique_id, p.items),
            _kinds,
            ("purl", "cpe", "swid", "swhid", "omniborId"),
            ("Component Identifiers",),
        ),
        "supplier": _entity("supplier"),
        "supplier_contact": _derived(lambda c: party.entity_contact(c.supplier), ("supplier",)),
        "manufacturer": _entity("manufacturer"),
        "publisher": _plain("publisher", "publisher"),
        "author": _derived(_author, ("authors", "author")),
        "producer": Recipe(
            lambda p: map(_producer, p.items),
            words.text,
            ("manufacturer", "supplier", "authors", "author", "publisher"),
            ("Component Producer",),
        ),
        "producer_contact": _derived(_producer_contact, ("manufacturer", "supplier", "authors")),
        "license": _licence(pool, "applies", "Component License"),
        "license_declared": _licence(pool, "declared"),
        "license_concluded": _licence(pool, "concluded"),
        "license_text": _licence(pool, "text"),
        "copyright": _plain("copyright", "copyright"),
        "description": _plain("description", "description"),
        "scope": _plain("scope", "scope", word_of(_SCOPES)),
        "dev_only": _property(DEV_ONLY, truth),
        "is_root": Recipe(lambda p: [row in roots for row in range(p.start, p.start + len(p.items))], words.same),
        "is_external": _plain("is_external", "isExternal", words.same),
        "nested": Recipe(lambda p: nested()[p.start : p.start + len(p.items)], words.same),
        "hash_algorithms": Recipe(
            lambda p: map(_algorithms, p.items),
            _words_of,
            ("hashes",),
            ("Component Hash Value", "Component Hash Algorithm"),
        ),
        "deployable_hash_algorithms": Recipe(
            lambda p: map(_deployable_algorithms, p.references()), words_set, ("externalReferences",)
        ),
        "filename": _property(("bsi:component:filename",), words.text),
        **flags,
        "source_uri": _reference("source-distribution", "vcs"),
        "deployable_uri": _reference("distribution", "distribution-intake"),
        "download_location": _reference("distribution", "source-distribution"),
        "homepage": _reference("website"),
        "sbom_uri": _reference("bom"),
        "support_level": _property(SUPPORT_LEVEL, words.text),
        "end_of_support": _property(END_OF_SUPPORT, day),
        "pedigree_stated": _derived(_pedigree, ("pedigree",), words.same),
        "fixes": _derived(_patched, ("pedigree",), _fixes),
        **{field: _property((name,), read) for field, (name, read) in DEVICE.items()},
    }


def _flag(name: str) -> Callable[[str], words.Cell]:
    """A reader of one of the BSI taxonomy's flags."""
    values = FLAGS[name]

    def read(raw: str) -> words.Cell:
        found = values.get(raw.strip().lower())
        return truth(raw) if found is None else found

    return read
