"""PRODUCT words to facts: bytes read, recognised by content, given to the readers, grouped by product.

Guarantees: every document given ends up either among the inputs of the result or as an error; names are as given, made
printable in JSON; the order of products plays no part in their identities.  It interprets no document itself.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from rulewright.cli.changed import changed
from rulewright.cli.gathering import unreadable
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic
from rulewright.engine.result import Count, Finding, Input, RunFile, RunGiven, Unused
from rulewright.facts.base import Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Source, Table
from rulewright.sbom.document import Document

if TYPE_CHECKING:
    from rulewright.cli.containers import Found
    from rulewright.cli.device_trees import Device
    from rulewright.cli.facts_file import FactsText
    from rulewright.cli.held import Held
    from rulewright.facts.bonds import Bond
    from rulewright.facts.declared import Declared
    from rulewright.facts.statements import Statement
    from rulewright.facts.vocabulary import Vocabulary
    from rulewright.sbom.statements import Statements

MARK = b"rulewright-facts/1"
"""What the head of a facts document holds."""
MAPPED = 4 * 1024 * 1024
"""Files from this size on are mapped instead of read."""
_ARCHIVES = frozenset({b"PK", b"\x1f\x8b", b"\xfd7", b"\x28\xb5"})
"""The first bytes of what may be an archive."""
_IMAGES = frozenset({
    b"0707", b"hsqs", b"sqsh", b"shsq", b"qshs", b"UBI#", b"\x31\x18\x10\x06", b"\x45\x3d\xcd\x28",
    b"\x27\x05\x19\x56", b"\xd0\x0d\xfe\xed", b"ANDR",
})  # fmt: skip
"""The first bytes of what may be a device's image (`devices.images` looks further)."""
_REPORT = 65_536
"""Bytes at the beginning of an SBOM in which EMBA names itself."""
_UNKNOWN = frozenset({"RW1002", "RW1004", "RW1007", "RW1008", "RW1009"})
"""How the reader of SBOMs says that it does not know a document."""
FINDINGS = 100
"""So many findings about a document go into the result; the total is always there."""


class Part(msgspec.Struct):
    """What one document says about one product, and how it is listed in the result."""

    facts: ProductFacts
    input: Input
    document: Document | None = None
    said: list[Diagnostic] = []
    """What other documents at hand make wrong with it."""
    judged: bool = False
    of_part: bool = False
    """Another document refers to it: it tells of a part of the product."""
    against: Callable[[Sequence[Table]], tuple[ProductFacts, list[Diagnostic]]] | None = None
    """Of a device's tree: its facts and findings where these are the lists of components of its SBOMs."""
    report: bool = False
    """It tells of whatever product the other documents are about."""


class Taken:
    """Everything that was read."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.shared: list[Declared] = []
        self.shared_inputs: list[Input] = []
        self.statements: list[Statement] = []
        self.spoken: list[tuple[int, Statements]] = []
        self.problems: list[Diagnostic] = []
        self.texts: dict[str, bytes] = {}
        self.held: Held | None = None
        """Where documents come from instead of the disk."""
        self.given: list[RunGiven] | None = None
        """The words and the files behind them, where the run is recorded."""
        self._groups: list[tuple[list[Part], list[Bond]]] | None = None

    def note(
        self,
        option: Literal["product", "facts", "feeds"],
        word: str,
        kind: Literal["file", "folder", "tree"],
        files: Sequence[RunFile],
        skipped: dict[str, int] | None = None,
    ) -> None:
        """Record which files a word named; nothing is done where nobody asked."""
        if self.given is not None:
            named = "-" if word == "-" else name_of(word)
            self.given.append(RunGiven(option=option, word=named, kind=kind, files=tuple(files), skipped=skipped or {}))

    def digests(self, files: Iterable[tuple[str, bytes | mmap.mmap]]) -> list[RunFile]:
        """Names and digests of files; none where nothing is recorded."""
        if self.given is None:
            return []
        return [RunFile(name, hashlib.sha256(data).hexdigest()) for name, data in files]

    def products(self, vocabulary: Callable[[], Vocabulary], *, same: bool) -> list[ProductFacts]:
        """Join the parts to products: those that `same` or their references make one, and each of the others its own."""
        joined = []
        for members, bonds in self.grouped(same=same):
            product = _named(members)
            parts = [*(member.facts for member in members), *(shared.of(product) for shared in self.shared)]
            # Joining settles links and disagreement: a single document of ours has neither.
            alone = len(parts) == 1 and not any(table.links for table in parts[0].tables.values())
            joined.append(parts[0] if alone else _joined(product, parts, vocabulary(), bonds))
        return joined

    def grouped(self, *, same: bool) -> list[tuple[list[Part], list[Bond]]]:
        """The parts of each product, the one that names it first, and what ties their elements."""
        if self._groups is None:
            self._groups = self._linked(same=same)
            for members, _ in self._groups:
                _hold_against(members)
            for members, _ in self._groups:
                for member in members:
                    member.input = _of_product(member.input, members[0].facts.product.id)
        return self._groups

    def _linked(self, *, same: bool) -> list[tuple[list[Part], list[Bond]]]:
        """Let documents that refer to one another find one another."""
        parts = self._ordered() if same else [part for part in self.parts if not part.report]
        reports = [] if same else [part for part in self.parts if part.report]
        alone: list[tuple[list[Part], list[Bond]]] = [([part], []) for part in parts]
        readable = [(number, p.document) for number, p in enumerate(parts) if p.document is not None]
        if any(document.external() for _, document in readable):
            from rulewright.sbom.linking import link

            linked = link([document for _, document in readable])
            for at, found in linked.findings.items():
                parts[readable[at][0]].said += found
                _with_all(parts[readable[at][0]])
            for group in linked.groups:
                for member in group.members[group.leading :]:
                    parts[readable[member][0]].of_part = True
            tied = [([parts[readable[m][0]] for m in group.members], group.bonds) for group in linked.groups]
            alone = [*tied, *(([part], []) for part in parts if part.document is None)]
        if reports:
            alone = _with_reports(alone, reports)
        if not same or len(alone) < 2:  # one product already
            return alone
        bonds: list[Bond] = []
        members: list[Part] = []
        for listed, stated in alone:
            bonds += [changed(b, part=b.part + len(members), other=b.other + len(members)) for b in stated]
            members += listed
        return [(members, bonds)]

    def _ordered(self) -> list[Part]:
        """The parts in an order that does not depend on the command line's: first those whose product has a name of its own."""
        return sorted(self.parts, key=lambda p: (not p.facts.product.identifiers, p.input.name, p.input.sha256))

    def inputs(self, *, same: bool) -> tuple[Input, ...]:
        """List the inputs in an order that does not depend on the command line's."""
        own = [member.input for members, _ in self.grouped(same=same) for member in members]
        listed = [*own, *self.shared_inputs]
        return tuple(sorted(listed, key=lambda i: (i.product, i.kind, i.name, i.sha256)))


def _hold_against(members: Sequence[Part]) -> None:
    """Compare the SBOMs of a product with its device's tree, where there are both."""
    sboms = [m.facts.tables["component"] for m in members if m.document is not None and "component" in m.facts.tables]
    for member in members:
        if sboms and member.against is not None:
            member.facts, found = member.against(sboms)
            member.input = _with_findings(member.input, found)


def _with_reports(
    groups: list[tuple[list[Part], list[Bond]]], reports: list[Part]
) -> list[tuple[list[Part], list[Bond]]]:
    """Let reports tell of the one product that there is; where there are several, each report stays by itself."""
    if not groups:
        return [(reports, [])]
    if len(groups) == 1:
        ((members, bonds),) = groups
        return [([*members, *reports], bonds)]
    return [*groups, *(([part], []) for part in reports)]


def _named(members: Sequence[Part]) -> Product:
    """The product that several documents tell of: the first one's, with the sources and names of all."""
    named = [member.facts.product for member in members]
    if len(named) == 1:
        return named[0]
    sources = tuple(source for product in named for source in product.sources)
    own = [member.facts.product for member in members if not member.of_part] or named
    identifiers = tuple(dict.fromkeys(i for product in own for i in product.identifiers))
    return changed(named[0], sources=sources, identifiers=identifiers)


def _of_product(item: Input, product: str) -> Input:
    """Say of which product an input tells."""
    return changed(item, product=product)


def _joined(product: Product, parts: list[ProductFacts], vocabulary: Vocabulary, bonds: Sequence[Bond]) -> ProductFacts:
    """Join what several sources say about a product."""
    from rulewright.facts.merge import join

    return join(product, parts, vocabulary, bonds)


def name_of(path: str) -> str:
    """Return a file's name as results show it: as given, whatever bytes it has."""
    return "stdin" if path == "-" else os.fsencode(path).decode("utf-8", "backslashreplace")


def contents(path: str) -> bytes | mmap.mmap:
    """Return the bytes of a file, mapped when there are many.  Raises `OSError`."""
    if path == "-":
        return sys.stdin.buffer.read()
    with open(path, "rb") as stream:
        if os.fstat(stream.fileno()).st_size < MAPPED:
            return stream.read()
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def take(
    words: Sequence[str],
    facts_files: Sequence[str],
    vocabulary: Callable[[], Vocabulary],
    step: Callable[[str], None],
    *,
    held: Held | None = None,
    record: bool = False,
) -> Taken:
    """Read all documents; `step` is told the name of each before it is read.

    With `held` the words name what is held, and the disk is not looked at; `record` keeps which files were behind them.
    """
    taken = Taken()
    taken.held = held
    taken.given = [] if record else None
    for word in dict.fromkeys(words):
        step(name_of(word))
        for name, data in _unfolded(taken, word, vocabulary):
            if MARK in data[:512]:
                _take_facts_document(taken, name, bytes(data), vocabulary())
            else:
                _take_sbom(taken, name, data, vocabulary)
    for word in dict.fromkeys(facts_files):
        step(name_of(word))
        _take_shared(taken, word, vocabulary())
    _distinguish(taken.parts)
    return taken


def _unfolded(taken: Taken, word: str, vocabulary: Callable[[], Vocabulary]) -> list[tuple[str, bytes | mmap.mmap]]:
    """The documents that a word names: a file, or those in a folder or archive.  A device's tree is taken at once."""
    name = name_of(word)
    try:
        if taken.held.is_folder(word) if taken.held is not None else word != "-" and os.path.isdir(word):
            found = _folder(taken, word, name, vocabulary)
            if found is None:
                return []
            taken.note("product", word, "folder", taken.digests(found.documents), found.skipped)
        else:
            data = contents(word) if taken.held is None else taken.held.contents("product", word)
            taken.note("product", word, "file", taken.digests([(name, data)]))
            if data[:2] not in _ARCHIVES and data[257:262] != b"ustar" and data[:4] not in _IMAGES:
                return [(name, data)]
            from rulewright.cli import device_trees

            if _take_device(taken, device_trees.image(name, data, vocabulary)):
                return []
            from rulewright.cli.containers import archive

            opened = archive(name, data)
            if opened is None:
                return [(name, data)]
            found = opened
    except OSError as error:
        taken.problems.append(unreadable(name, error))
        return []
    taken.problems += found.problems
    taken.shared_inputs.append(_with_findings(found.listed, found.findings))
    return found.documents


def _folder(taken: Taken, word: str, name: str, vocabulary: Callable[[], Vocabulary]) -> Found | None:
    """What a folder holds; `None` where it is a device's tree, which is taken.  Raises `OSError`."""
    from rulewright.cli import device_trees
    from rulewright.cli.containers import folder

    held = taken.held
    tree = device_trees.folder(name, word, vocabulary) if held is None else held.tree(name, word, vocabulary)
    if tree is not None:
        taken.note("product", word, "tree", [RunFile(name, tree.input.sha256)])
        _take_device(taken, tree)
        return None
    return folder(name, word, contents) if held is None else held.folder(name, word)


def _take_device(taken: Taken, found: Device | Diagnostic | None) -> bool:
    """Keep what a device's tree tells; whether it is one."""
    if isinstance(found, Diagnostic):
        taken.problems.append(found)
    elif found is not None:
        item = _with_findings(found.input, found.findings)
        taken.parts.append(Part(found.facts, item, against=found.against))
    return found is not None


def _take_report(taken: Taken, name: str, data: bytes | mmap.mmap, vocabulary: Vocabulary) -> bool:
    """Keep what another tool's report tells; whether it is one."""
    from rulewright.cli import device_reports

    if not _take_device(taken, device_reports.report(name, data, vocabulary)):
        return False
    taken.parts[-1].report = True
    return True


def _meant(problems: tuple[Diagnostic, ...], name: str) -> tuple[Diagnostic, ...]:
    """What is wrong with a document; of one that may be a facts file, how that is said."""
    if problems[0].code != "RW1007" or name.rpartition(".")[2].lower() not in {"yaml", "yml", "toml", "json"}:
        return problems
    first = changed(problems[0], hint="if it is a facts file: it says so itself, by `format: rulewright-facts/1`")
    return (first, *problems[1:])


def _take_sbom(taken: Taken, name: str, data: bytes | mmap.mmap, vocabulary: Callable[[], Vocabulary]) -> None:
    """Read an SBOM, or a report of another tool."""
    from rulewright import sbom

    emba = b"EMBA" in data[:_REPORT]
    document = () if emba else sbom.read(data, name)
    if isinstance(document, tuple):
        if (emba or document[0].code in _UNKNOWN) and _take_report(taken, name, data, vocabulary()):
            return
        document = sbom.read(data, name) if emba else document
    if isinstance(document, tuple):
        taken.problems += _meant(document, name)
        return
    if not isinstance(document, sbom.Document):
        _take_statements(taken, document, len(data))
        return
    taken.problems += [finding for finding in document.findings if finding.is_error]
    facts = ProductFacts(document.product, document.attributes, document.tables)
    item = Input(
        kind="sbom",
        format=str(document.format),
        name=name,
        sha256=document.source.sha256,
        bytes=len(data),
        product=document.product.id,
        receipt=tuple(Count(entity, counted, stored) for entity, counted, stored in document.receipt),
        unused=tuple(Unused(what, count) for what, count in document.unused()),
    )
    taken.parts.append(Part(facts, _with_findings(item, document.findings), document))


def _take_statements(taken: Taken, document: Statements, size: int) -> None:
    """Keep what a document says of vulnerabilities, for every product of the run."""
    source = document.source
    receipt = tuple(Count(entity, counted, stored) for entity, counted, stored in document.receipt)
    item = Input(
        kind="vex", format=str(document.format), name=source.name, sha256=source.sha256, bytes=size, product="",
        receipt=receipt,
    )  # fmt: skip
    taken.problems += [found for found in document.findings if found.is_error]
    taken.spoken.append((len(taken.shared_inputs), document))
    taken.shared_inputs.append(_with_findings(item, document.findings))
    taken.statements += document.statements


def _with_findings(item: Input, found: Iterable[Diagnostic]) -> Input:
    """Give an input its findings: the first ones and the total."""
    listed = sorted(found, key=Diagnostic.sort_key)
    return changed(item, findings=tuple(map(finding, listed[:FINDINGS])), findings_total=len(listed))


def finding(diagnostic: Diagnostic) -> Finding:
    """Turn a diagnostic about a document into a finding of the result."""
    return Finding(
        code=diagnostic.code,
        severity=diagnostic.severity.value,
        message=diagnostic.message,
        source=diagnostic.source,
        pointer=diagnostic.pointer,
        hint=diagnostic.hint,
    )


def judge(taken: Taken) -> None:
    """Let the official schema and the judge of meaning look at every document, and add what they find."""
    for part in taken.parts:
        part.judged = True
        _with_all(part)
    for number, document in taken.spoken:
        taken.shared_inputs[number] = _with_findings(taken.shared_inputs[number], document.judged())


def _with_all(part: Part) -> None:
    """Give a part's input all findings that there are by now."""
    if part.document is not None:
        found = part.document.judged() if part.judged else part.document.findings
        part.input = _with_findings(part.input, [*found, *part.said])


def _take_shared(taken: Taken, path: str, vocabulary: Vocabulary) -> None:
    """Read a facts file that is about every product."""
    name = name_of(path)
    try:
        data = bytes(contents(path) if taken.held is None else taken.held.contents("facts", path))
    except OSError as error:
        taken.problems.append(unreadable(name, error))
        return
    taken.note("facts", path, "file", taken.digests([(name, data)]))
    text = _facts_text(taken, name, data)
    if text is None:
        return
    taken.shared_inputs.append(_facts_input(text, data, ""))
    found = _declared(taken, text, text.data, _source(name, data), vocabulary)
    if found is not None:
        taken.shared.append(found)


def _source(name: str, data: bytes) -> Source:
    """Describe a facts file as a source."""
    return Source(name, hashlib.sha256(data).hexdigest(), detector="declaration")


def _facts_text(taken: Taken, name: str, data: bytes) -> FactsText | None:
    """Read the text of a facts file, or note why not."""
    taken.texts[name] = data
    from rulewright.cli import facts_file

    text = facts_file.read(name, data)
    if isinstance(text, Diagnostic):
        taken.problems.append(text)
        return None
    if "document" in text.text:
        from rulewright.cli.declared_documents import of_documents

        plain, problems = of_documents(text, None if taken.held is not None else name)
        taken.problems += problems
        return changed(text, data=plain)
    return text


def _facts_input(text: FactsText, data: bytes, product: str) -> Input:
    """List a facts file among the inputs."""
    digest = hashlib.sha256(data).hexdigest()
    form = f"facts {text.kind.upper()}"
    return Input(kind="facts", format=form, name=text.name, sha256=digest, bytes=len(data), product=product)


def _declared(taken: Taken, text: FactsText, data: object, source: Source, vocabulary: Vocabulary) -> Declared | None:
    """Type the data against the vocabulary, or note what does not fit."""
    from rulewright.facts.declared import read

    found = read(data, vocabulary, source)
    taken.problems += [text.located(diagnostic) for diagnostic in found.diagnostics]
    return None if any(d.is_error for d in found.diagnostics) else found


def placed(taken: Taken, day: str, vocabulary: Vocabulary) -> None:
    """Take `--placed-on-market` as a declared fact."""
    from rulewright.facts.declared import read

    source = Source("--placed-on-market", hashlib.sha256(day.encode()).hexdigest(), detector="declaration")
    found = read({"product.placed_on_market_date": day}, vocabulary, source)
    taken.problems += found.diagnostics
    taken.shared.append(found)


def _take_facts_document(taken: Taken, name: str, data: bytes, vocabulary: Vocabulary) -> None:
    """Read a facts document as a product, or as several."""
    text = _facts_text(taken, name, data)
    if text is None:
        return
    several = text.data.get("products") if isinstance(text.data, dict) else None
    for number, item in enumerate(several if isinstance(several, list) else [text.data]):
        stated = item.get("product") if isinstance(item, dict) else None
        stated = stated if isinstance(stated, dict) else {}
        if not all(isinstance(stated.get(key, ""), str) for key in ("id", "name", "version")):
            taken.problems.append(problem("RW0013", "id, name and version of a product are text", None, name))
            continue
        source = _source(name, data)
        found = _declared(taken, text, item, source, vocabulary)
        if found is not None:
            given = str(stated.get("name") or "") or f"{name}#{number}"
            ident, version = str(stated.get("id") or given), str(stated.get("version") or "")
            product = Product(ident, given, version, found.sources or (source,), found.identifiers)
            taken.parts.append(Part(found.of(product), _facts_input(text, data, product.id)))


def scanned(
    taken: Taken, words: Sequence[str], vocabulary: Callable[[], Vocabulary], tell: Callable[[str], None]
) -> None:
    """Check the hosts of `--scan`, and keep what they say; nothing is done where something is wrong already."""
    if not words or any(d.is_error for d in taken.problems):
        return
    from rulewright.cli import device_reports, scan_option

    report, problems = scan_option.collect(words, tell)
    taken.problems += problems
    if report is not None:
        name = f"--scan {' '.join(words)}"
        digest = hashlib.sha256(msgspec.json.encode(report.findings)).hexdigest()
        _take_device(taken, device_reports.device(report, name, digest, 0, vocabulary()))
        taken.parts[-1].report = True


def _distinguish(parts: list[Part]) -> None:
    """Give products that claim the same id ids of their own: by the digest of their document, not by their order."""
    counts: dict[str, int] = {}
    for part in parts:
        counts[part.facts.product.id] = counts.get(part.facts.product.id, 0) + 1
    seen: dict[str, int] = {}
    for part in parts:
        product = part.facts.product
        if counts[product.id] > 1:
            name = f"{product.id}#{part.input.sha256[:12]}"
            seen[name] = seen.get(name, 0) + 1
            name += f"-{seen[name]}" if seen[name] > 1 else ""
            part.facts.product = changed(product, id=name)
            part.input = _of_product(part.input, name)
