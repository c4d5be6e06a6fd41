"""Ways to spoil a document, from a seeded source of chance: the same seed gives the same document.

Guarantees: what comes out has at most `MOST` bytes, so that no answer may take long.  Byte by byte for every format; by
structure for JSON, XML, lines and protobuf, so that most of what comes out still gets past the parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

MOST = 60_000
WORDS = (
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "é".encode(), "\u2028".encode(), b"\r\n", b"\t",
    b"-1", b"0", b"1e999", b"99999999999999999999", b"0x1F", b".nan", b"null", b"true", b"no", b"~", b"{}", b"[]", b"[[", b'""', b"'",
    b"\\ud800", b"\\u0000", b"&amp;", b"&#0;", b"&x;", b"<!--", b"]]>", b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<?x?>", b"</",
    b"*a", b"&a", b"<<:", b"!!python/object:os.system", b"--- ", b"#", b"%s", b"<text>", b"</text>", b": ", b"../../x", b"file:///etc/passwd",
    b"pkg:npm/a@1", b"pkg:/", b"cpe:2.3:a:b:c:1", b"cpe:2.3:", b"vers:npm/>=1", b"MIT OR", b"(((", b"LicenseRef-a", b"2026-13-45T99:99:99Z",
    b"9999999999-01-01", b"urn:uuid:", b"urn:cdx:x/1#y", b"SPDXRef-", b"DocumentRef-a:SPDXRef-b", b"NOASSERTION", b"CVSS:3.1/AV:N", b"a" * 3000,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 2**70, 1.5, 1e308, "", "a", "\0", "\u2028", " ", "x" * 3000, "pkg:npm/a", "MIT AND (", [], {}, [[]],
    [None], {"a": 1}, {"": {"": []}}, "2026-02-30", "1.6", "urn:uuid:1", ["a", "a"], {"name": "a", "value": "b"},
)  # fmt: skip


# --- bytes


def scramble(data: bytes, chance: Random) -> bytes:
    """A few changes of bytes."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(out) + 1)
        end = min(len(out), at + chance.choice((1, 1, 4, 40, 400)))
        match chance.randrange(8):
            case 0:
                del out[at:end]
            case 1:
                out[at:at] = out[at:end] * chance.choice((1, 3, 60))
            case 2 if at < len(out):
                out[at] = chance.randrange(256)
            case 3 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case 4:
                out[at:end] = chance.choice(WORDS)
            case 5:
                other = chance.randrange(len(out) + 1)
                out[at:at] = out[other : other + end - at]
            case 6 if chance.randrange(4) == 0:
                del out[at:]
            case _:
                _word(out, chance)
        del out[MOST:]
    return bytes(out)


def _word(out: bytearray, chance: Random) -> None:
    """Put a word in place of another one."""
    found = [m.span() for m in re.finditer(rb"[\w.:/+-]+", bytes(out[:20_000]))]
    if len(found) > 1:
        (start, end), (other, stop) = chance.sample(found, 2)
        out[start:end] = chance.choice((bytes(out[other:stop]), chance.choice(WORDS)))


# --- JSON


def spoil_json(data: bytes, chance: Random) -> bytes:
    """A few changes of values, keys and lists."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return scramble(data, chance)
    for _ in range(chance.choice((1, 1, 2, 5))):
        value = _change(value, chance, _pick(value, chance))
    try:
        text = json.dumps(value, ensure_ascii=chance.random() < 0.3, indent=chance.choice((None, None, 1)))
    except RecursionError:
        return scramble(data, chance)
    if chance.random() < 0.2:
        text = _double_key(text, chance)
    return text.encode("utf-8", "surrogatepass")[:MOST]


def _pick(value: Any, chance: Random) -> Any:
    """Any value inside."""
    for _ in range(chance.randrange(8)):
        inner = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(inner, list) or not inner:
            break
        value = chance.choice(inner)
    return value


def _change(value: Any, chance: Random, other: Any) -> Any:
    """A copy with one change, mostly deep inside."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        return _change_key(value, key, chance, other)
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        match chance.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return value[:at] + [value[at]] * chance.choice((2, 30)) + value[at:]
            case _:
                return [*value[:at], _change(value[at], chance, other), *value[at + 1 :]]
    match chance.randrange(5):
        case 0:
            return other
        case 1:
            for _ in range(chance.choice((1, 2, 100, 250))):
                value = chance.choice(([value], {"components": [value]}, {"a": value}))
            return value
        case 2 if isinstance(value, str):
            at = chance.randrange(len(value) + 1)
            return value[:at] + chance.choice(WORDS).decode("utf-8", "replace") + value[at + chance.randrange(3) :]
        case _:
            return chance.choice(VALUES)


def _change_key(value: dict[str, Any], key: str, chance: Random, other: Any) -> dict[str, Any]:
    match chance.randrange(9):
        case 0:
            return {k: v for k, v in value.items() if k != key}
        case 1:
            return {("x" + k if k == key else k): v for k, v in value.items()}
        case 2:
            return value | {chance.choice(list(value)): other}
        case _:
            return value | {key: _change(value[key], chance, other)}


def _double_key(text: str, chance: Random) -> str:
    """Give a key a second time."""
    keys = [m.start() for m in re.finditer(r'"\w+":', text)]
    if not keys:
        return text
    at = chance.choice(keys)
    key = text[at : text.index(":", at) + 1]
    return f"{text[:at]}{key} {json.dumps(chance.choice(VALUES))}, {text[at:]}"


# --- XML


def spoil_xml(data: bytes, chance: Random) -> bytes:
    """A few changes of elements, texts and attributes."""
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return scramble(data, chance)
    if root is None:
        return scramble(data, chance)
    try:
        for _ in range(chance.choice((1, 1, 2, 5))):
            _change_element(root, chance)
    except ValueError:  # a name or text that cannot be written
        return scramble(data, chance)
    return etree.tostring(root)[:MOST]


def _change_element(root: Any, chance: Random) -> None:  # noqa: C901 - one case for each kind of change
    every = [e for e in root.iter() if isinstance(e.tag, str)]
    one, other = chance.choice(every), chance.choice(every)
    word = re.sub(r"[^\t\n\r -\ud7ff\ue000-\ufffd]", "", chance.choice(WORDS).decode("utf-8", "ignore"))
    parent = one.getparent()
    match chance.randrange(9):
        case 0 if parent is not None:
            parent.remove(one)
        case 1 if parent is not None and len(every) < 2000:
            for _ in range(chance.choice((1, 1, 20))):
                parent.insert(0, _copy(one))
        case 2:
            one.tag = other.tag
        case 3 if len(every) < 2000:
            one.append(_copy(other))
        case 4 if one.attrib:
            key = chance.choice(list(one.attrib))
            one.attrib[key] = chance.choice((word, one.text or ""))
        case 5:
            one.set(chance.choice(("a", "bom-ref", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}nodeID")), word)
        case 6:
            one.tail = word
        case 7:
            for _ in range(chance.choice((2, 90))):
                one = etree_wrap(one)
        case _:
            one.text = word


def _copy(element: Any) -> Any:
    from copy import deepcopy

    return deepcopy(element)


def etree_wrap(element: Any) -> Any:
    """Put an element into another one of its name."""
    from lxml import etree

    parent = element.getparent()
    if parent is None:
        return element
    outer = etree.Element(element.tag)
    parent.replace(element, outer)
    outer.append(element)
    return outer


# --- lines


def spoil_lines(data: bytes, chance: Random) -> bytes:
    """A few changes of whole lines and of what stands behind a colon."""
    lines = data.split(b"\n")
    for _ in range(chance.choice((1, 1, 2, 5))):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        head, colon, rest = lines[at].partition(b":")
        match chance.randrange(8):
            case 0 if len(lines) > 1:
                del lines[at]
            case 1:
                lines[at:at] = [lines[at]] * chance.choice((1, 2, 40))
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = head + colon + b" " + chance.choice(WORDS)
            case 4:
                lines[at] = head + colon + lines[other].partition(b":")[2]
            case 5:
                lines[at] = b" " * chance.choice((1, 2, 4)) + lines[at]
            case 6:
                lines[at] = lines[at].lstrip()
            case _:
                lines[at] = head + colon + scramble(rest, chance)
        if not lines:
            lines = [b""]
    return b"\n".join(lines)[:MOST]


# --- protobuf


def spoil_wire(data: bytes, chance: Random) -> bytes:
    """Change fields of a message; lengths fit again afterwards."""
    fields = _fields(data)
    if not fields:
        return scramble(data, chance)
    at = chance.randrange(len(fields))
    number, kind, value = fields[at]
    match chance.randrange(8):
        case 0:
            del fields[at]
        case 1:
            fields[at:at] = [fields[at]] * chance.choice((1, 2, 40))
        case 2:
            fields[at] = (chance.choice((0, 1, 2, 5, 19, 30, 99, 2**29 - 1)), kind, value)
        case 3:
            fields[at] = (number, 2, chance.choice(WORDS))
        case 4:
            fields[at] = (number, 0, _varint(chance.choice((0, 1, 7, 2**31, 2**63, 2**64 - 1))))
        case 5:
            fields[at] = (number, chance.choice((1, 2, 3, 5)), value)
        case _ if kind == 2 and len(value) > 1:
            fields[at] = (number, 2, spoil_wire(value, chance))
        case _:
            fields[at] = (number, kind, scramble(value, chance) if kind == 2 else value)
    return b"".join(map(_written, fields))[:MOST]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _written(field: tuple[int, int, bytes]) -> bytes:
    number, kind, value = field
    return _varint(number << 3 | kind) + (_varint(len(value)) if kind == 2 else b"") + value


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


_FIXED = {1: 8, 5: 4}


def _fields(data: bytes) -> list[tuple[int, int, bytes]]:
    """The fields of a message; none where it is none."""
    found, at = [], 0
    try:
        while at < len(data):
            tag, at = _read_varint(data, at)
            start, kind = at, tag & 7
            if kind == 0:
                _, at = _read_varint(data, at)
            elif kind == 2:
                length, start = _read_varint(data, at)
                at = start + length
            elif kind in _FIXED:
                at += _FIXED[kind]
            else:
                return []
            if at > len(data) or not tag >> 3:
                return []
            found.append((tag >> 3, kind, data[start:at]))
    except IndexError:
        return []
    return found


Spoiler = Callable[[bytes, Random], bytes]
