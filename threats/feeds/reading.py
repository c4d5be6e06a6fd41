"""From bytes to records, whatever feed they are of: recognised by content, record by record.

Guarantees: each record is read by itself, so one that is malformed costs nothing but a finding with its place; memory is that
of one record; nothing that is not understood is passed over in silence.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol

import msgspec

from rulewright.threats.feeds import csaf, cve5, epss, kev, osv, rustsec
from rulewright.threats.feeds.opening import DAMAGED, ZIP, TooLargeError, Unit, plain
from rulewright.threats.limits import MAX_CATALOGUE, MAX_FILES, MAX_RECORD
from rulewright.threats.model import Claim, Fault, Record

_NOT_A_FEED = "nothing in it says that it is a feed of vulnerabilities"
_BOM = b"\xef\xbb\xbf"


class Sink(Protocol):
    """Where what was read goes."""

    def record(self, record: Record, claims: list[Claim]) -> None:
        """One advisory with its claims."""

    def kev(self, catalogue: kev.Kev) -> None:
        """A catalogue of exploited vulnerabilities."""

    def epss(self, scores: epss.Epss) -> None:
        """Scores, still to be iterated over."""

    def fault(self, fault: Fault) -> None:
        """A finding."""


class _Probe(msgspec.Struct, rename="camel"):
    """The fields by which formats are told apart."""

    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    modified: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    affected: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    cve_metadata: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    document: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    vulnerabilities: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    catalog_version: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    markdown: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    type: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET

    @property
    def is_osv(self) -> bool:
        """An id and what is affected, or when it changed; STIX objects have those too, and a type."""
        dated = self.modified is not msgspec.UNSET and self.type is msgspec.UNSET
        return self.id is not msgspec.UNSET and (dated or self.affected is not msgspec.UNSET)


class _Wrapped(msgspec.Struct):
    markdown: str
    path: str = ""


_PROBE = msgspec.json.Decoder(_Probe)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


def read(unit: Unit, sink: Sink) -> None:
    """Read all members of a unit.  Raises `OSError`."""
    for name, path in unit.members:
        # Of a single file the name says nothing; of a folder's members it is their place.
        place = "" if len(unit.members) == 1 else name
        with open(path, "rb") as stream:
            zipped = stream.read(4) == ZIP
        if zipped:
            _archive(path, sink)
        else:
            with open(path, "rb") as stream:
                _guarded(stream, name, place, sink)


def _archive(path: str, sink: Sink) -> None:
    """Read every member of a zip file, by name; none is written anywhere."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = sorted((i for i in archive.infolist() if not i.is_dir()), key=lambda i: i.filename)
            if len(infos) > MAX_FILES:
                sink.fault(Fault("RW1404", f"more than {MAX_FILES:,} members", ""))
            for info in infos[:MAX_FILES]:
                if info.file_size > MAX_CATALOGUE:
                    sink.fault(Fault("RW1404", "the member is too large", info.filename))
                    continue
                with archive.open(info) as stream:
                    _guarded(stream, info.filename, info.filename, sink)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *DAMAGED, zlib.error) as error:
        sink.fault(Fault("RW1408", f"the archive is damaged: {error}", ""))


def _guarded(stream: object, name: str, place: str, sink: Sink) -> None:
    """Read one stream; whatever is wrong with it as a whole is a finding."""
    try:
        _stream(plain(stream), name, place, sink)  # type: ignore[arg-type]
    except TooLargeError as error:
        sink.fault(Fault("RW1404", str(error), place))
    except (*DAMAGED, zlib.error, zipfile.BadZipFile) as error:
        sink.fault(Fault("RW1408", f"the compressed data breaks off or is damaged: {error}", place))
    except UnicodeDecodeError as error:
        sink.fault(Fault("RW1402", f"not UTF-8: {error.reason}", place))


def _stream(stream: io.BufferedReader, name: str, place: str, sink: Sink) -> None:
    if stream.peek(3)[:3] == _BOM:
        stream.read(3)
    head = stream.peek(4096)[:4096].lstrip()
    if head[:1] in {b"{", b"["} and not head.startswith(b"[advisory]"):
        _json(stream, place, sink)
    elif epss.HEAD.match(head):
        sink.epss(epss.Epss(_lines(stream), name))
    elif head.startswith((b"cveID,", b'"cveID"')):
        catalogue = kev.from_csv(_lines(stream), place)
        sink.kev(catalogue)
    elif head.startswith((b"```toml", b"[advisory]")):
        _one_rustsec(stream.read(MAX_RECORD + 1), place, sink)
    else:
        sink.fault(Fault("RW1401", _NOT_A_FEED, place))


def _lines(stream: io.BufferedReader) -> Iterator[str]:
    """The lines of a text, each bounded."""
    while line := stream.readline(MAX_RECORD):
        yield line.decode("utf-8", "replace")


def _json(stream: io.BufferedReader, place: str, sink: Sink) -> None:
    """One document, a list of them, or one a line."""
    first = stream.readline(MAX_RECORD)
    if first.lstrip()[:1] == b"{" and first.rstrip()[-1:] == b"}" and _complete(first):
        _json_lines(first, stream, place, sink)
        return
    whole = first + stream.read(MAX_CATALOGUE + 1)
    if len(whole) > MAX_CATALOGUE:
        raise TooLargeError(f"a document of more than {MAX_CATALOGUE:,} bytes")
    if whole.lstrip()[:1] != b"[":
        document(whole, place, sink, alone=True)
        return
    try:
        items = _RAWS.decode(whole)
    except (msgspec.MsgspecError, RecursionError) as error:
        sink.fault(Fault("RW1402", _words(error), place))
        return
    for number, raw in enumerate(items):
        document(bytes(raw), f"{place}/{number}", sink)


def _json_lines(first: bytes, stream: io.BufferedReader, place: str, sink: Sink) -> None:
    """One document a line; a single line may be a document of its own."""
    rest = stream.readline(MAX_RECORD)
    if not rest:
        document(first, place, sink, alone=True)
        return
    number, line = 1, first
    while line:
        if len(line) >= MAX_RECORD:
            raise TooLargeError(f"line {number} is longer than {MAX_RECORD:,} bytes")
        if line.strip():
            document(line, f"{place}:{number}", sink)
        number, line, rest = number + 1, rest, stream.readline(MAX_RECORD) if rest else b""


def _complete(line: bytes) -> bool:
    try:
        _PROBE.decode(line)
    except (msgspec.MsgspecError, RecursionError):
        # A line that is cut off is part of a longer document; one that is merely no record is still a line.
        return line.count(b"{") == line.count(b"}") and line.lstrip()[:1] == b"{"
    return True


def document(data: bytes, place: str, sink: Sink, *, alone: bool = False) -> None:
    """Read one JSON document and give what it is to the sink."""
    try:
        probe = _PROBE.decode(data)
        if probe.cve_metadata is not msgspec.UNSET:
            _give(sink, [cve5.read(data, place)])
        elif isinstance(probe.document, msgspec.Raw) and b'"csaf_version"' in bytes(probe.document):
            _give(sink, csaf.read(data, place))
        elif probe.catalog_version is not msgspec.UNSET and probe.vulnerabilities is not msgspec.UNSET:
            sink.kev(kev.from_json(data, place))
        elif probe.markdown is not msgspec.UNSET:
            wrapped = msgspec.json.decode(data, type=_Wrapped)
            _one_rustsec(wrapped.markdown.encode(), place, sink)
        elif probe.is_osv:
            _give(sink, [osv.read(data, place)])
        else:
            code = "RW1401" if alone else "RW1402"
            sink.fault(Fault(code, _NOT_A_FEED if alone else "no record of a known format", place))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        sink.fault(Fault("RW1402", _words(error), place))


def _give(sink: Sink, found: list[tuple[Record, list[Claim], list[Fault]]]) -> None:
    for record, claims, faults in found:
        for fault in faults:
            sink.fault(fault)
        sink.record(record, claims)


def _one_rustsec(data: bytes, place: str, sink: Sink) -> None:
    try:
        if len(data) > MAX_RECORD:
            raise TooLargeError("the document is too large")
        _give(sink, [rustsec.read(data.decode(), place)])
    except (ValueError, RecursionError) as error:  # TOML and conversion
        sink.fault(Fault("RW1402", _words(error), place))


def _words(error: Exception) -> str:
    """What a parser says, as a message of ours."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    text = str(error).replace("\n", " ")[:200] or type(error).__name__
    return text[:1].lower() + text[1:]
