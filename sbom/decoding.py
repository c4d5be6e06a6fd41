"""Bytes to a typed model: all at once where every byte is accounted for, else item by item.

Guarantees: invalid JSON is one diagnostic with its byte offset; valid JSON always gives a model, whatever the values;
a key given twice is never settled in silence (`accounting`, `fitting`).
It does not know any format: the model says what is read.
"""

from __future__ import annotations

import gc
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Generic, TypeVar

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.lazy import deferred
from rulewright.facts.types import State
from rulewright.sbom import accounting, exact
from rulewright.sbom.findings import NOTE, WARNING, Findings, escape, refusal, shown
from rulewright.sbom.fitting import Fitter, fields

Bytes = bytes | memoryview
M = TypeVar("M", bound=msgspec.Struct)


class Skipped(msgspec.Struct):
    """A JSON object of which nothing is wanted: decoding it proves that the bytes are JSON."""


@contextmanager
def no_collector() -> Iterator[None]:
    """Pause the garbage collector (worth up to five times while many objects are made), then restore it."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class Decoded(msgspec.Struct, Generic[M], eq=False):
    """A model and, by identity of its structs, the states of fields that are not as they should be."""

    root: M
    fitter: Fitter
    whole: bool
    """True when the typed decode took the document at once and every byte is accounted for."""


def decode(data: Bytes, model: type[M], lists: tuple[str, ...], findings: Findings) -> Decoded[M] | Diagnostic:
    """Decode a JSON object; `lists` names the model's long lists (attribute names)."""
    fitter = Fitter(findings)
    try:
        root = msgspec.json.Decoder(model).decode(data)
    except msgspec.ValidationError:
        wrong = not_json(data, findings.source)
        if wrong:
            return wrong
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return not_json(data, findings.source) or refusal("RW1004", findings.source, "the document is not valid text")
    else:
        if accounting.balanced(root, data, lists):
            return Decoded(root, fitter, whole=True)
    try:
        return Decoded(_by_section(data, model, fitter), fitter, whole=False)
    except RecursionError:
        return too_deep(findings.source)
    except ValueError as error:
        return refusal("RW1002", findings.source, f"the document is not JSON: {shown(str(error))}")


def too_deep(source: str) -> Diagnostic:
    """The diagnostic for nesting that nobody writes."""
    return refusal("RW1005", source, "objects or lists are nested too deeply to be read")


_OFFSET = deferred(r"\(byte (\d+)\)")


def not_json(data: Bytes, source: str) -> Diagnostic | None:
    """Why bytes are not one JSON object, with the place; `None` when they are."""
    try:
        msgspec.json.Decoder(Skipped).decode(data)
    except msgspec.ValidationError:
        return refusal("RW1002", source, "the document is not a JSON object", 0)
    except RecursionError:
        return too_deep(source)
    except msgspec.DecodeError as error:
        found = _OFFSET.search(str(error))
        offset = int(found[1]) if found else len(data)
        reason = "it breaks off" if found is None else _reason(str(error))
        line, column = place(data, offset)
        return refusal("RW1002", source, f"the document is not JSON: {reason} at line {line}, column {column}", offset)
    return None


def _reason(message: str) -> str:
    """The decoder's own words without its frame."""
    return message.removeprefix("JSON is malformed: ").partition(" (byte")[0]


def place(data: Bytes, offset: int) -> tuple[int, int]:
    """Line and column (from 1, in bytes) of a byte offset."""
    line, last = 1, -1
    for at in range(0, offset, 1 << 20):
        chunk = bytes(data[at : min(offset, at + (1 << 20))])
        breaks = chunk.count(b"\n")
        if breaks:
            line += breaks
            last = at + chunk.rindex(b"\n")
    return line, offset - last


def _by_section(data: Bytes, model: type[M], fitter: Fitter) -> M:
    """Decode each field of the document on its own."""
    sections = _sections(data, fitter)
    known = fields(model)
    values: dict[str, object] = {}
    marks: dict[str, State] = {}
    for key, (raw, state) in sections.items():
        pointer = f"/{escape(key)}"
        if key not in known:
            fitter.findings.add("RW1013", NOTE, f"unknown field `{shown(key)}`", pointer)
            continue
        name, kind = known[key]
        if state is not State.KNOWN:
            marks[key] = state
        before = fitter.findings.count.total()
        if isinstance(raw, Twice):
            values[name] = None if raw.value is None else _fitted(raw.value, kind, pointer, fitter)
        else:
            values[name] = section(raw, kind, pointer, fitter)
        if fitter.findings.count.total() != before and values[name] is None and raw != b"null":
            marks.setdefault(key, State.MALFORMED)
    made = model(**{name: value for name, value in values.items() if value is not None})
    for key, state in marks.items():
        fitter.mark(made, key, state)
    return made


class Twice(msgspec.Struct, eq=False):
    """What a field given twice comes to, parsed exactly; `None` where it comes to nothing."""

    value: object


def _sections(data: Bytes, fitter: Fitter) -> dict[str, tuple[msgspec.Raw | Twice, State]]:
    """The document's own fields as bytes; a field given twice is settled here."""
    raws = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    sections: dict[str, tuple[msgspec.Raw | Twice, State]] = {k: (v, State.KNOWN) for k, v in raws.items()}
    if accounting.item_balanced(raws, data):
        return sections
    whole = exact.parse(data)
    if isinstance(whole, exact.Object):
        for key, given in whole.twice.items():
            pointer = f"/{escape(key)}"
            agreed = fitter._agreed(given, key, pointer)  # noqa: SLF001 - one idea in two modules
            joined = given[0] if agreed else fitter._longest(given)  # noqa: SLF001
            sections[key] = (Twice(joined), State.KNOWN if agreed else State.CONFLICTING)
    return sections


def section(raw: msgspec.Raw | bytes, kind: object, pointer: str, fitter: Fitter) -> object:
    """Decode one field; a list of structs item by item."""
    choices = [k for k in typing.get_args(kind) if k is not type(None)] or [kind]
    inner = typing.get_args(choices[0])[0] if typing.get_origin(choices[0]) is list else None
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
        try:
            raws = msgspec.json.decode(raw, type=list[msgspec.Raw])
        except msgspec.ValidationError:
            pass
        else:
            decoder = msgspec.json.Decoder(inner)
            return [
                item(r, decoder, partial(fitter.struct, inner, pointer=f"{pointer}/{i}")) for i, r in enumerate(raws)
            ]
    if msgspec.Raw in choices:
        return raw if isinstance(raw, msgspec.Raw) else msgspec.Raw(raw)
    try:
        value = msgspec.json.decode(raw, type=typing.cast("type[object]", kind))
    except msgspec.ValidationError:
        value = msgspec.UNSET
    if value is not msgspec.UNSET and value is not None and accounting.item_balanced(value, memoryview(raw)):
        return value
    return _fitted(exact.parse(memoryview(raw)), kind, pointer, fitter)


def _fitted(value: object, kind: object, pointer: str, fitter: Fitter) -> object:
    """Fit a value, `None` when it cannot be."""
    try:
        return fitter.value(kind, value, pointer)
    except Exception as error:
        if type(error).__name__ != "_Unfit":
            raise
        fitter.unfit(kind, value, pointer)
        return None


def item(raw: msgspec.Raw, decoder: msgspec.json.Decoder[M], fit: Callable[[object], msgspec.Struct]) -> M:
    """Decode one item: typed where every byte is accounted for, else fitted from its exact parse."""
    try:
        value = decoder.decode(raw)
    except msgspec.ValidationError:
        pass
    else:
        if accounting.item_balanced(value, memoryview(raw)):
            return value
    return typing.cast("M", fit(exact.parse(memoryview(raw))))


__all__ = ["WARNING", "Decoded", "decode", "no_collector", "not_json", "place", "section", "too_deep"]
