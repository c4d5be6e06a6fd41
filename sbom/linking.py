"""Documents that refer to one another: which of them tell of one product, and what their references come to.

A document that another one refers to tells of a part of that one's product.
Guarantees: a reference is resolved by the identity that the other document states, or by its digest, never by a file's
name; one that no given document answers is a finding.  It joins no facts (`facts.merge`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.bonds import Bond
from rulewright.facts.document_names import document_name
from rulewright.facts.table import Column
from rulewright.sbom.document import Document, External
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown


class Group(msgspec.Struct):
    """Documents on one product, the one that refers to the others first, and what ties their elements."""

    members: list[int]
    bonds: list[Bond]
    """Their parts are numbers within `members`."""
    leading: int = 1
    """So many of the members tell of the product itself: nothing refers to them.  The others tell of parts of it."""


class Linked(msgspec.Struct):
    """The groups in the order of their first documents, and the findings of each document."""

    groups: list[Group]
    findings: dict[int, list[Diagnostic]]


class _Target(msgspec.Struct, frozen=True):
    """What a reference leads to: a document, and the row of a component in it, -1 for none."""

    number: int
    row: int


def link(documents: Sequence[Document]) -> Linked:
    """Resolve all references among the documents."""
    names = _names(documents)
    findings: dict[int, Findings] = {}
    resolved: list[tuple[int, External, _Target]] = []
    for number, document in enumerate(documents):
        for reference in document.external():
            target = _target(documents, names, number, reference)
            if target is not None and _is_another(documents[target.number], reference):
                _differs(
                    document,
                    reference,
                    documents[target.number],
                    findings.setdefault(number, Findings(document.source.name)),
                )
                target = None
            edge = reference.kind in {"depends_on", "needed_by"}
            if target is None or (
                edge and target.row < 0
            ):  # the document is here, but not one product that it describes
                _unresolved(document, reference, findings.setdefault(number, Findings(document.source.name)))
            if target is not None:
                resolved.append((number, reference, target))
        lost = number in findings and findings[number].count["RW1029"]
        if not lost and document.linked_graph is not None and document.external():
            document.tables["component"].graph_extents = [document.linked_graph()]
    said = {number: list(found.sorted()) for number, found in findings.items()}
    groups = _groups(len(documents), resolved)
    for group in groups:
        for number in group.members[group.leading :]:
            _no_product(documents[number])
    return Linked(groups, said)


def _no_product(document: Document) -> None:
    """What a document on a part describes is not the product itself."""
    table = document.tables["component"]
    codes = [min(0, code) for code in table.column("is_root").codes]
    builders = {**table.builders, "is_root": lambda: Column(array("i", codes), [False])}
    document.tables["component"] = msgspec.structs.replace(table, builders=builders, _columns={})


def _names(documents: Sequence[Document]) -> dict[str, int]:
    """Which document each identity belongs to; of several that claim it, the one of the least digest.

    A reference to a revision leads to that one where it is here, else to whichever is here, if it is the only one.
    """
    exact: dict[str, list[int]] = {}
    loose: dict[str, list[int]] = {}
    for number, document in enumerate(documents):
        for name in document.names:
            exact.setdefault(name, []).append(number)
            loose.setdefault(document_name(name), []).append(number)
        exact.setdefault(f"sha256:{document.source.sha256}", []).append(number)
    found = {name: min(numbers, key=lambda n: (documents[n].source.sha256, n)) for name, numbers in exact.items()}
    for name, numbers in loose.items():
        if len({documents[n].names for n in numbers}) == 1:
            found.setdefault(name, min(numbers, key=lambda n: (documents[n].source.sha256, n)))
    return found


def _target(documents: Sequence[Document], names: dict[str, int], origin: int, reference: External) -> _Target | None:
    """What a reference leads to; `None` where nothing that was given answers it."""
    number = names.get(reference.document, names.get(document_name(reference.document)))
    if number is None and reference.sha256:
        number = names.get(f"sha256:{reference.sha256}")
    if number is None or number == origin:
        return None
    if not reference.element or (reference.element in documents[number].names and reference.kind == "refers"):
        return _Target(number, _described(documents[number]))
    column = documents[number].tables["component"].column("id")
    row = next(
        (row for row, code in enumerate(column.codes) if code >= 0 and column.values[code] == reference.element), -1
    )
    return _Target(number, row) if row >= 0 else None


def _is_another(found: Document, reference: External) -> bool:
    """Whether a document that has the name has not the digest that the reference states."""
    return bool(reference.sha256) and found.source.sha256 != reference.sha256


def _differs(document: Document, reference: External, found: Document, findings: Findings) -> None:
    """The finding for a document of the right name and other bytes: it is not the one that was meant."""
    place = document.place(reference.pointer) if document.place else reference.pointer
    message = f"`{shown(found.source.name)}` is not the document that is meant: its SHA-256 is another"
    findings.add(
        "RW1040", WARNING, message, f"{document.within}{place}", f"the reference states {reference.sha256[:16]}…"
    )


def _described(document: Document) -> int:
    """The row of the product that a document describes; -1 where there is not just one."""
    column = document.tables["component"].column("is_root")
    rows = [row for row, code in enumerate(column.codes) if code >= 0 and column.values[code] is True]
    return rows[0] if len(rows) == 1 else -1


def _unresolved(document: Document, reference: External, findings: Findings) -> None:
    """The finding for a reference that nothing answers: a gap where something is needed, else a note."""
    needed = reference.kind in {"depends_on", "needed_by"}
    name = shown(f"{reference.document}#{reference.element}" if reference.element else reference.document, 100)
    what = (
        "what is needed of it is not at hand, so the dependency graph is open"
        if needed
        else "what it says is not at hand"
    )
    place = document.place(reference.pointer) if document.place else reference.pointer
    findings.add(
        "RW1029" if needed else "RW1028",
        WARNING if needed else NOTE,
        f"`{name}` is not among the documents that were given: {what}",
        f"{document.within}{place}",
        "name that document too",
    )


def _groups(size: int, resolved: Iterable[tuple[int, External, _Target]]) -> list[Group]:
    """Documents that references connect."""
    up = list(range(size))

    def root(number: int) -> int:
        while up[number] != number:
            number = up[number]
        return number

    found = list(resolved)
    referred: set[int] = set()
    for origin, _, target in found:
        a, b = sorted((root(origin), root(target.number)))
        up[b] = a
        referred.add(target.number)
    members: dict[int, list[int]] = {}
    for number in range(size):
        members.setdefault(root(number), []).append(number)
    groups = []
    for listed in members.values():
        listed.sort(key=lambda number: (number in referred, number))
        place = {number: at for at, number in enumerate(listed)}
        bonds = [
            Bond(place[origin], reference.row, place[target.number], target.row, reference.kind)
            for origin, reference, target in found
            if origin in place and reference.row >= 0 and target.row >= 0 and reference.kind != "refers"
        ]
        leading = sum(number not in referred for number in listed)
        groups.append(Group(listed, bonds, leading or 1))
    return groups
