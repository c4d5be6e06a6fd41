"""Columns of CycloneDX components.

Guarantees: a column is built when it is asked for, each distinct value is read once, and a field that the reader found
malformed or given twice says so in its cell instead of being missing.  It does not judge values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from operator import attrgetter

import msgspec
from msgspec import Raw

from rulewright.facts.table import Column
from rulewright.facts.types import State
from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom import claims, party, words
from rulewright.sbom.cyclonedx_model import Component, Entity, Property, Reference
from rulewright.sbom.fitting import WHOLE, Fitter
from rulewright.sbom.held import Held

_COMPONENT_TYPES = frozenset(BUILTIN.collections["component"].fields["type"].type.values)
_SCOPES = frozenset(BUILTIN.collections["component"].fields["scope"].type.values)

FLAGS = {
    "bsi:component:executable": {"executable": True, "non-executable": False},
    "bsi:component:archive": {"archive": True, "no archive": False},
    "bsi:component:structured": {"structured": True, "unstructured": False},
}
"""Property names and values of the BSI taxonomy (TR-03183-2 v2.1.0); `true` and `false` are taken as well."""

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


def _encoded(cells: list[str | None], read: Callable[[str], words.Cell]) -> Column:
    """Encode strings; plain texts take the fast way."""
    return words.texts(cells) if read is words.text else words.column(cells, read)


class ComponentColumns(msgspec.Struct, eq=False, dict=True):
    """The columns of one document's components, in the order of their rows."""

    items: Sequence[Component]
    pool: claims.ClaimPool
    held_references: Held[Reference]
    held_properties: Held[Property]
    fitter: Fitter
    roots: frozenset[int]
    nested: Callable[[], list[bool]]

    @property
    def marked(self) -> list[tuple[int, dict[str, State]]]:
        """Rows with fields that are not as they should be."""
        marks = self.fitter.marks
        if not marks:
            return []
        return [(row, marks[id(c)]) for row, c in enumerate(self.items) if id(c) in marks]

    def patched(self, column: Column, *keys: str) -> Column:
        """Put the state of a malformed or conflicting field where the cell is missing."""
        for row, marks in self.marked:
            if column.codes[row] == State.MISSING:
                states = [marks[key] for key in (*keys, WHOLE) if key in marks]
                if states:
                    column.codes[row] = states[0]
        return column

    @cached_property
    def spoken(self) -> list[tuple[int, str, State]]:
        """Rows with a data field that is said to be unknown or withheld, by the field's name in CISA 2026."""
        if not self.held_properties.may_mention(b"cdx:cisa:"):
            return []
        return [
            (row, item.value or "", SILENCE_BROKEN[item.name])
            for row, properties in enumerate(self.held_properties.lists)
            for item in properties
            if item.name in SILENCE_BROKEN
        ]

    def stated(self, build: Callable[[], Column], *fields: str) -> Callable[[], Column]:
        """A column whose missing cells say what a property says of them."""

        def built() -> Column:
            column = build()
            if State.MISSING in column.codes:
                for row, field, state in self.spoken:
                    if field in fields and column.codes[row] == State.MISSING:
                        column.codes[row] = state
            return column

        return built

    def plain(self, name: str, key: str, read: Callable[[str], words.Cell] = words.text) -> Callable[[], Column]:
        """A column of a string field."""

        def build() -> Column:
            cells = list(map(attrgetter(name), self.items))
            return self.patched(_encoded(cells, read), key)

        return build

    def flag(self, name: str, key: str) -> Callable[[], Column]:
        """A column of a truth value."""
        return lambda: self.patched(words.column(list(map(attrgetter(name), self.items)), words.same), key)

    def derived(
        self,
        cell: Callable[[Component], str | None],
        keys: tuple[str, ...],
        read: Callable[[str], words.Cell] = words.text,
    ) -> Callable[[], Column]:
        """A column of a string that several fields give."""
        return lambda: self.patched(_encoded(list(map(cell, self.items)), read), *keys)

    def entity(self, name: str) -> Callable[[], Column]:
        """A column of the name in one of the organisations."""

        def build() -> Column:
            entities: list[Entity | None] = list(map(attrgetter(name), self.items))
            cells = [None if e is None else e.name or party.entity_name(e) for e in entities]
            return self.patched(words.texts(cells), name)

        return build

    def producer(self) -> Column:
        """Whoever made each component; most have a supplier with a name and no manufacturer."""
        cells = [
            e.name if c.manufacturer is None and (e := c.supplier) is not None and e.name else _producer(c)
            for c in self.items
        ]
        return self.patched(words.texts(cells), "manufacturer", "supplier", "authors", "author", "publisher")

    def licence(self, part: str) -> Callable[[], Column]:
        """A column from the licence claims."""

        def build() -> Column:
            values = [getattr(c, part) for c in self.pool.distinct]
            rows = [number if number >= 0 else None for number in self.pool.rows]
            return self.patched(words.column(rows, values.__getitem__), "licenses")

        return build

    def properties(self, names: tuple[str, ...], read: Callable[[str], words.Cell]) -> Callable[[], Column]:
        """A column from a property."""
        find = property_of(names)
        return lambda: self.patched(_encoded(list(map(find, self.held_properties.lists)), read), "properties")

    def references(self, *kinds: str) -> Callable[[], Column]:
        """A column of an address."""
        find = url_of(kinds)
        return lambda: self.patched(words.texts(list(map(find, self.held_references.lists))), "externalReferences")

    def algorithms(self) -> Column:
        """The algorithms of the hashes of each component."""
        return self.patched(words.column(list(map(_algorithms, self.items)), _words_of), "hashes")

    def deployable_algorithms(self) -> Column:
        """The algorithms of hashes stated with the place of distribution."""
        kinds = ("distribution", "distribution-intake")

        def cell(references: list[Reference]) -> tuple[str, ...] | None:
            found = [h.alg or "" for r in references if r.type in kinds for h in r.hashes or ()]
            return tuple(found) or None

        cells = list(map(cell, self.held_references.lists))
        return self.patched(words.column(cells, words_set), "externalReferences")

    def unique_id(self) -> Column:
        """The kinds of unique identifier of each component."""
        cells = [
            (1 if c.purl else 0) | (2 if c.cpe else 0) | (4 if c.swid and c.swid.tag_id else 0)
            | (8 if c.swhid else 0) | (16 if c.omnibor_id else 0)
            for c in self.items
        ]  # fmt: skip
        kinds = ("purl", "cpe", "swid", "swhid", "omnibor")
        column = words.column(cells, lambda bits: words_set(tuple(k for i, k in enumerate(kinds) if bits >> i & 1)))
        return self.patched(column, "purl", "cpe", "swid", "swhid", "omniborId")

    def is_root(self) -> Column:
        """Whether the component is the described product."""
        return words.column([row in self.roots for row in range(len(self.items))], words.same)

    def pedigree(self) -> Column:
        """Whether ancestors, patches or notes are given."""
        empty = (b"{}", b"null")
        cells = [isinstance(c.pedigree, Raw) and bytes(c.pedigree) not in empty for c in self.items]
        return self.patched(words.column(cells, words.same), "pedigree")

    def fixes(self) -> Column:
        """The vulnerabilities that patches of the pedigree resolve."""
        cells = [bytes(c.pedigree) if isinstance(c.pedigree, Raw) else None for c in self.items]
        stated = [cell if cell and b'"resolves"' in cell else None for cell in cells]
        return self.patched(words.column(stated, _fixes), "pedigree")


def _algorithms(c: Component) -> str | tuple[str | None, ...] | None:
    """The algorithms of a component's hashes; that of a single one stands alone, since most have no other."""
    hashes = c.hashes
    if not hashes:
        return None
    return hashes[0].alg if len(hashes) == 1 else tuple([h.alg for h in hashes])


def _words_of(raw: Sequence[str | None]) -> words.Cell:
    """A set of words from one word or several."""
    return words_set((raw,) if isinstance(raw, str) else tuple(filter(None, raw)))


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


def builders(columns: ComponentColumns) -> dict[str, Callable[[], Column]]:
    """Every column of the vocabulary's component that CycloneDX can fill, but for the graph's."""
    plain, derived, licence, refs = columns.plain, columns.derived, columns.licence, columns.references
    return {
        "id": plain("bom_ref", "bom-ref"),
        "type": plain("type", "type", word_of(_COMPONENT_TYPES)),
        "group": plain("group", "group"),
        "name": columns.stated(plain("name", "name"), "Component Name"),
        "version": columns.stated(plain("version", "version"), "Component Version"),
        "purl": plain("purl", "purl"),
        "cpe": plain("cpe", "cpe"),
        "swid": derived(lambda c: c.swid.tag_id if c.swid else None, ("swid",)),
        "swhid": derived(lambda c: c.swhid[0] if c.swhid else None, ("swhid",)),
        "unique_id": columns.stated(columns.unique_id, "Component Identifiers"),
        "supplier": columns.entity("supplier"),
        "supplier_contact": derived(lambda c: party.entity_contact(c.supplier), ("supplier",)),
        "manufacturer": columns.entity("manufacturer"),
        "publisher": plain("publisher", "publisher"),
        "author": derived(_author, ("authors", "author")),
        "producer": columns.stated(
            derived(_producer, ("manufacturer", "supplier", "authors", "author", "publisher")), "Component Producer"
        ),
        "producer_contact": derived(_producer_contact, ("manufacturer", "supplier", "authors")),
        "license": columns.stated(licence("applies"), "Component License"),
        "license_declared": licence("declared"),
        "license_concluded": licence("concluded"),
        "license_text": licence("text"),
        "copyright": plain("copyright", "copyright"),
        "description": plain("description", "description"),
        "scope": plain("scope", "scope", word_of(_SCOPES)),
        "dev_only": columns.properties(DEV_ONLY, truth),
        "is_root": columns.is_root,
        "is_external": columns.flag("is_external", "isExternal"),
        "nested": lambda: words.column(columns.nested(), words.same),
        "hash_algorithms": columns.stated(columns.algorithms, "Component Hash Value", "Component Hash Algorithm"),
        "deployable_hash_algorithms": columns.deployable_algorithms,
        "filename": columns.properties(("bsi:component:filename",), words.text),
        "executable": columns.properties(("bsi:component:executable",), _flag("bsi:component:executable")),
        "archive": columns.properties(("bsi:component:archive",), _flag("bsi:component:archive")),
        "structured": columns.properties(("bsi:component:structured",), _flag("bsi:component:structured")),
        "source_uri": refs("source-distribution", "vcs"),
        "deployable_uri": refs("distribution", "distribution-intake"),
        "download_location": refs("distribution", "source-distribution"),
        "homepage": refs("website"),
        "sbom_uri": refs("bom"),
        "support_level": columns.properties(SUPPORT_LEVEL, words.text),
        "end_of_support": columns.properties(END_OF_SUPPORT, day),
        "pedigree_stated": columns.pedigree,
        "fixes": columns.fixes,
        **{field: columns.properties((name,), read) for field, (name, read) in DEVICE.items()},
    }


def _flag(name: str) -> Callable[[str], words.Cell]:
    """A reader of one of the BSI taxonomy's flags."""
    values = FLAGS[name]

    def read(raw: str) -> words.Cell:
        found = values.get(raw.strip().lower())
        return truth(raw) if found is None else found

    return read
