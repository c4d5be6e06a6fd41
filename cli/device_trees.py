"""Device trees as PRODUCT words: folders and images of root file systems to facts and an entry among the inputs.

Guarantees: what is no tree is left to the readers of documents; everything that could not be read is a finding on the input.
It interprets no file itself (`devices`).
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Callable, Sequence

import msgspec

from rulewright.cli.problems import problem
from rulewright.devices import images
from rulewright.devices.images import ImageError
from rulewright.devices.model import Noted
from rulewright.devices.recognise import is_device, rooted
from rulewright.devices.tree import Tree
from rulewright.devices.tree import folder as indexed
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.engine.result import Count, Input
from rulewright.facts.base import Fact
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.facts.types import Completeness, State, Trust
from rulewright.facts.vocabulary import Vocabulary
from rulewright.sbom import packed

Data = bytes | mmap.mmap


class Device(msgspec.Struct):
    """What a tree tells of a product, how it is listed, and what is to be said of it."""

    facts: ProductFacts
    input: Input
    findings: tuple[Diagnostic, ...]
    against: Callable[[Sequence[Table]], tuple[ProductFacts, list[Diagnostic]]] | None = None
    """The same with what sets the product's SBOMs apart from a tree, by their lists of components."""


Words = Callable[[], Vocabulary]


def folder(name: str, path: str, vocabulary: Words) -> Device | None:
    """A folder that is a root file system, or that an extractor made of one; `None` for others.  Raises `OSError`."""
    if not is_device(path):
        return None
    tree = rooted(indexed(name, path))
    return None if tree is None else device(tree, "folder", None, vocabulary())


def image(name: str, data: Data, vocabulary: Words) -> Device | Diagnostic | None:
    """An image of a root file system, compressed or not; `None` for what is none, a diagnostic for what cannot be read."""
    packing = packed.kind_of(bytes(data[:8]))
    view = data if isinstance(data, bytes) else memoryview(data)
    kind = images.kind_of(packed.peek(view, packing, 512) if packing else bytes(data[:512]))
    if kind is None:
        return None
    plain = packed.unpack(view, packing, name) if packing else view
    if isinstance(plain, Diagnostic):
        return plain
    try:
        tree = rooted(images.read(name, plain, kind))
    except ImageError as error:
        return None if kind == "tar" else Diagnostic(error.code, Severity.ERROR, str(error), source=name)
    if tree is None:
        return None if kind == "tar" else hint(name)
    digest = hashlib.sha256(data).hexdigest()
    return device(tree, kind, digest, vocabulary())


def device(tree: Tree, form: str, sha256: str | None, vocabulary: Vocabulary) -> Device:
    """Run the detectors; `sha256` is that of the image's bytes, where there is one."""
    from rulewright.devices.assemble import assemble

    made = assemble(tree, vocabulary)
    kinds = made.digest.kinds
    item = Input(
        kind="firmware",
        format=form,
        name=tree.name,
        sha256=sha256 or made.digest.sha256,
        bytes=made.digest.size,
        product=made.facts.product.id,
        receipt=tuple(
            Count(kind, kinds[kind], kinds[kind] if kind in {"file", "folder", "link"} else 0) for kind in sorted(kinds)
        ),
    )
    noted = tuple(diagnostic(note, tree.name) for note in made.notes)
    return Device(made.facts, item, noted, lambda sboms: against(sboms, made.facts, tree, noted))


def against(
    sboms: Sequence[Table], facts: ProductFacts, tree: Tree, noted: Sequence[Diagnostic]
) -> tuple[ProductFacts, list[Diagnostic]]:
    """The facts of a tree with what sets its product's SBOMs apart from it, and that as findings."""
    from rulewright.devices.completeness import binaries
    from rulewright.devices.difference import difference
    from rulewright.devices.tables import with_rows

    held = facts.tables.get("component")
    if held is None or held.extents[0].state is Completeness.ABSENT:
        return facts, list(noted)
    found = difference(sboms, held, binaries(tree))
    source = facts.product.sources[0]
    attributes = dict(facts.attributes)
    if found.explained is not None:
        attributes["sbom.matches_firmware"] = Fact(
            State.KNOWN, found.explained, source, "", Trust.DERIVED, detector=source.detector
        )
    made = with_rows(facts.tables, found.rows, source)
    joined = ProductFacts(facts.product, dict(sorted(attributes.items())), made)
    return joined, [*noted, *(diagnostic(note, tree.name) for note in found.notes)]


def diagnostic(note: Noted, source: str) -> Diagnostic:
    """A note of a detector as a finding on the input."""
    severity = Severity.WARNING if note.severe else Severity.NOTE
    pointer = note.place.pointer if note.place is not None else ""
    return Diagnostic(note.code, severity, note.message, source=source, pointer=pointer)


def hint(name: str) -> Diagnostic:
    """Say why a folder or archive that holds no document is no tree either."""
    message = f"`{name}` holds no document that is read here, and is no root file system of a device"
    return problem("RW0003", message, "a root file system has `etc` and one of `bin`, `sbin`, `usr`, `lib`")
