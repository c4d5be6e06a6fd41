"""Columns of SPDX 3 packages (and of files that are described), as components.

Guarantees: as for CycloneDX, each distinct value is read once and malformed fields say so.  What BSI TR-03183-2 asks of
the deployable form is read from the file that `hasDistributionArtifact` names.  It does not judge values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain
from operator import attrgetter

import msgspec

from rulewright.facts.table import Column
from rulewright.facts.types import State
from rulewright.sbom import hashes, spdx3_words, words
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.cyclonedx_components import day, words_set
from rulewright.sbom.fitting import patched
from rulewright.sbom.spdx3_graph import Graph
from rulewright.sbom.spdx3_licences import Licences
from rulewright.sbom.spdx3_nodes import ref, refs
from rulewright.sbom.spdx3_parties import Parties

_IDENTIFIERS = {
    "packageUrl": "purl", "cpe23": "cpe", "cpe22": "cpe", "swid": "swid", "swhid": "swhid", "gitoid": "gitoid",
    "other": "other", "urlScheme": "other",
}  # fmt: skip
_ROLES = {"hasDeclaredLicense": "declared", "hasConcludedLicense": "concluded"}
_ALGORITHMS = {"sha3_224": "SHA3-224", "sha3_256": "SHA3-256", "sha3_384": "SHA3-384", "sha3_512": "SHA3-512"}

Item = model.SoftwareArtifact


def algorithm(raw: str) -> str:
    """The vocabulary's name of an algorithm."""
    short = spdx3_words.term(raw)
    return _ALGORITHMS.get(short) or hashes.algorithm(short)


def hashes_of(item: model.Element) -> list[model.Hash]:
    """The hashes of an element's own bytes."""
    return [h for h in item.verified_using or () if isinstance(h, model.Hash)]


def identifiers(item: Item) -> dict[str, str]:
    """The unique identifiers, the first of each kind; a CPE 2.3 goes before a CPE 2.2."""
    found: dict[str, str] = {}
    if isinstance(item, model.Package) and item.software_package_url:
        found["purl"] = item.software_package_url
    listed = [
        (kind, i.identifier)
        for i in item.external_identifier or ()
        if isinstance(i, model.ExternalIdentifier)
        and i.identifier
        and (kind := spdx3_words.word(i.external_identifier_type)) in _IDENTIFIERS
    ]
    for kind, text in sorted(listed, key=lambda pair: pair[0] == "cpe22"):
        found.setdefault(_IDENTIFIERS[kind or ""], text)
    for content in item.software_content_identifier or ():
        if isinstance(content, model.ContentIdentifier) and content.software_content_identifier_value:
            kind = spdx3_words.word(content.software_content_identifier_type)
            if kind in {"swhid", "gitoid"}:
                found.setdefault(kind, content.software_content_identifier_value)
    return found


def _purpose(raw: str) -> words.Cell:
    """The kind of a component."""
    return spdx3_words.PURPOSES.get(spdx3_words.term(raw), State.MALFORMED)


def _algorithms(raw: tuple[str, ...]) -> words.Cell:
    """A set of algorithms by the vocabulary's names."""
    return words_set(tuple(map(algorithm, raw)))


class Columns(msgspec.Struct, eq=False, dict=True):
    """The columns of one document's components."""

    items: list[Item]
    graph: Graph
    parties: Parties
    licences: Licences

    @cached_property
    def identifiers(self) -> list[dict[str, str]]:
        """The identifiers of each component."""
        return list(map(identifiers, self.items))

    @cached_property
    def claims(self) -> list[tuple[int, str, str, int]]:
        """Licence statements: row, role, identifier of the licence, number of the relationship."""
        row_of, found = self.graph.rows.get, []
        for kind, role in _ROLES.items():
            for number in self.graph.by_kind.get(kind, ()):
                r = self.graph.relationships[number]
                row = row_of(ref(r.from_) or "")
                if row is not None:
                    found += [(row, role, ident, number) for ident in refs(r.to)]
        return sorted(found, key=lambda claim: claim[0])

    @cached_property
    def deployable(self) -> list[list[model.Element]]:
        """The files in which each component is distributed; a file that is itself a component is its own."""
        found: list[list[model.Element]] = [[item] if isinstance(item, model.File) else [] for item in self.items]
        for _, a, b in self.graph.ends("hasDistributionArtifact"):
            row, node = self.graph.rows.get(a), self.graph.nodes.get(b, model.File)
            if row is not None and node is not None:
                found[row].append(node)
        return found

    def patched(self, column: Column, *keys: str) -> Column:
        """Put the state of a malformed or conflicting field where the cell is missing."""
        return patched(column, self.graph.nodes.decoded.fitter.marked(self.items), keys)

    def plain(self, name: str, key: str, read: Callable[[str], words.Cell] = words.text) -> Callable[[], Column]:
        """A column of a string field; files lack some."""

        def build() -> Column:
            get = attrgetter(name)
            cells = [get(item) if hasattr(item, name) else None for item in self.items]
            column = words.texts(cells) if read is words.text else words.column(cells, read)
            return self.patched(column, key)

        return build

    def identifier(self, kind: str) -> Callable[[], Column]:
        """A column of one kind of identifier."""
        keys = ("software_packageUrl", "externalIdentifier", "software_contentIdentifier")
        return lambda: self.patched(
            words.texts([found.get(kind) for found in self.identifiers]), *(keys if kind == "purl" else keys[1:])
        )

    def unique_id(self) -> Column:
        """The kinds of unique identifier of each component."""
        cells = [tuple(found) or None for found in self.identifiers]
        return self.patched(words.column(cells, words_set), "software_packageUrl", "externalIdentifier")

    def type(self) -> Column:
        """The kind of each component: models and data by their class, others by their purpose."""

        def read(pair: tuple[str, str | None]) -> words.Cell:
            cls, purpose = pair
            return {"ai_AIPackage": "machine_learning_model", "dataset_DatasetPackage": "data"}.get(cls) or (
                _purpose(purpose) if purpose else "file" if cls == "software_File" else None
            )

        cells = [(str(type(i).__struct_config__.tag), i.software_primary_purpose) for i in self.items]
        return self.patched(words.column(cells, read), "software_primaryPurpose")

    def party(self, *fields: str) -> Callable[[], Column]:
        """A column of names: of the first field that names anybody."""

        def read(groups: tuple[tuple[str, ...], ...]) -> words.Cell:
            found = [self.parties.name(group) for group in groups if group]
            known = next((name for name in found if isinstance(name, str)), None)
            return known or next((name for name in found if name not in {None, State.MISSING}), None)

        return lambda: self.patched(words.column(self._idents(fields), read), *map(model.json_name, fields))

    def contact(self, *fields: str) -> Callable[[], Column]:
        """A column of addresses: of the first field that names anybody."""

        def read(groups: tuple[tuple[str, ...], ...]) -> words.Cell:
            named = next((g for g in groups if isinstance(self.parties.name(g), str)), ())
            return self.parties.contact(named)

        return lambda: words.column(self._idents(fields), read)

    def _idents(self, fields: tuple[str, ...]) -> list[tuple[tuple[str, ...], ...]]:
        """The identifiers of the parties that each component names."""

        def listed(value: object) -> tuple[str, ...]:
            return () if value is None else (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]

        return [tuple([listed(getattr(item, name)) for name in fields]) for item in self.items]

    def licence(self, role: str) -> list[words.Cell]:
        """The licence of each component in one role; several apply together."""
        found: list[list[words.Cell]] = [[] for _ in self.items]
        for row, stated, ident, _ in self.claims:
            if stated == role:
                found[row].append(self.licences.of(ident).expression)
        return [together(cells) for cells in found]

    def applies(self) -> Column:
        """The licence as it applies: concluded, where that says something, else declared."""
        pairs = zip(self.licence("concluded"), self.licence("declared"), strict=True)
        return words.column([
            (concluded, declared) for concluded, declared in pairs
        ], lambda p: p[1] if p[0] is not State.MALFORMED and not isinstance(p[0], str) and p[1] is not None else p[0])  # fmt: skip

    def licence_text(self) -> Column:
        """Names of licences that are in no list."""
        found: list[set[str]] = [set() for _ in self.items]
        for row, _, ident, _ in self.claims:
            name = self.licences.of(ident).name
            if name:
                found[row].add(name)
        return words.column(["; ".join(sorted(names)) or None for names in found], words.text)

    def algorithms(self, *, deployable: bool) -> Column:
        """The algorithms of the hashes of each component, those of its files included where they are asked for."""
        known: dict[int, tuple[str, ...]] = {}

        def stated(item: model.Element) -> tuple[str, ...]:
            if id(item) not in known:  # many components may be distributed in one file
                known[id(item)] = tuple(dict.fromkeys(h.algorithm or "" for h in hashes_of(item)))
            return known[id(item)]

        holders = (
            [item, *files] if deployable else [item] for item, files in zip(self.items, self.deployable, strict=True)
        )
        cells = [tuple(dict.fromkeys(chain.from_iterable(map(stated, each)))) or None for each in holders]
        return self.patched(words.column(cells, _algorithms), "verifiedUsing")

    def filename(self) -> Column:
        """The name of the file in which each component is distributed."""
        return words.texts([next((f.name for f in files if f.name), None) for files in self.deployable])

    def flag(self, yes: str, no: str | None = None) -> Callable[[], Column]:
        """A property that a file's additional purposes state; without a word for no, their silence says it."""

        def read(item: Item, files: list[model.Element]) -> words.Cell:
            stated: set[str] = set()
            listed = False
            for holder in (item, *files):
                if isinstance(holder, model.SoftwareArtifact):
                    purposes = [*(holder.software_additional_purpose or ()), holder.software_primary_purpose or ""]
                    stated.update(map(spdx3_words.term, purposes))
                    listed |= isinstance(holder, model.File) and bool(holder.software_additional_purpose)
            if yes in stated:
                return True
            return False if (no in stated if no else listed) else None

        return lambda: spdx3_words.column([read(i, f) for i, f in zip(self.items, self.deployable, strict=True)])

    def reference(self, *kinds: str) -> Callable[[], Column]:
        """The address of the first reference of one of some kinds."""

        def read(item: Item) -> str | None:
            return next((
                locator
                for kind in kinds
                for r in item.external_ref or ()
                if isinstance(r, model.ExternalRef) and spdx3_words.word(r.external_ref_type) == kind
                for locator in r.locator or ()
                if locator
            ), None)  # fmt: skip

        return lambda: self.patched(words.texts(list(map(read, self.items))), "externalRef")

    def support(self) -> Column:
        """Levels of support, in the words of SPDX."""

        def read(raw: tuple[str, ...]) -> words.Cell:
            known = [word for word in map(spdx3_words.term, raw) if word != "noAssertion"]
            return ", ".join(known) or State.DECLARED_UNKNOWN

        return self.patched(
            words.column([tuple(i.support_level or ()) or None for i in self.items], read), "supportLevel"
        )

    def truth(self, rows: Callable[[], Iterable[int]]) -> Callable[[], Column]:
        """A column that is true in some rows and false in the others."""

        def build() -> Column:
            chosen = set(rows())
            return spdx3_words.column([row in chosen for row in range(len(self.items))])

        return build

    def dev_only(self) -> Column:
        """True for components that only development needs; not known for the others."""
        chosen = self.graph.development()
        return spdx3_words.column([True if row in chosen else None for row in range(len(self.items))])


def together(cells: list[words.Cell]) -> words.Cell:
    """Licences that apply together."""
    states = [cell for cell in cells if isinstance(cell, State)]
    if states:
        return min(states)
    texts = list(dict.fromkeys(str(cell) for cell in cells))
    return " AND ".join(f"({text})" if len(texts) > 1 and " OR " in text else text for text in texts) or None


def builders(columns: Columns) -> dict[str, Callable[[], Column]]:
    """Every column of the vocabulary's component that SPDX 3 can fill."""
    plain, graph, size = columns.plain, columns.graph, len(columns.items)
    return {
        "id": plain("spdx_id", "spdxId"),
        "type": columns.type,
        "name": plain("name", "name"),
        "version": plain("software_package_version", "software_packageVersion"),
        "purl": columns.identifier("purl"),
        "cpe": columns.identifier("cpe"),
        "swid": columns.identifier("swid"),
        "swhid": columns.identifier("swhid"),
        "unique_id": columns.unique_id,
        "supplier": columns.party("supplied_by"),
        "supplier_contact": columns.contact("supplied_by"),
        "author": columns.party("originated_by"),
        "producer": columns.party("supplied_by", "originated_by"),
        "producer_contact": columns.contact("supplied_by", "originated_by"),
        "license": columns.applies,
        "license_declared": lambda: spdx3_words.column(columns.licence("declared")),
        "license_concluded": lambda: spdx3_words.column(columns.licence("concluded")),
        "license_text": columns.licence_text,
        "copyright": plain("software_copyright_text", "software_copyrightText"),
        "description": plain("description", "description"),
        "dev_only": columns.dev_only,
        "is_root": columns.truth(lambda: graph.roots),
        "nested": columns.truth(lambda: (child for _, child in graph.contains())),
        "hash_algorithms": lambda: columns.algorithms(deployable=False),
        "deployable_hash_algorithms": lambda: columns.algorithms(deployable=True),
        "filename": columns.filename,
        "executable": columns.flag("executable"),
        "archive": columns.flag("archive"),
        "structured": columns.flag("container", "firmware"),
        "source_uri": columns.reference("sourceArtifact", "vcs"),
        "deployable_uri": columns.reference("binaryArtifact"),
        "download_location": plain("software_download_location", "software_downloadLocation"),
        "homepage": plain("software_home_page", "software_homePage"),
        "dependency_count": lambda: graph.counts(size),
        "dependencies_complete": lambda: graph.complete(size),
        "support_level": columns.support,
        "end_of_support": plain("valid_until_time", "validUntilTime", day),
    }
