"""JSON that has one form: RFC 8785 for values without floats, and the admission of JSON from outside.

Guarantees: `dump` gives the bytes of RFC 8785 for the values it takes, and refuses all others; `canonical` takes only bytes
that `dump` would give again, so duplicate members, other spellings of numbers and white space are refused by construction;
`admissible` takes other layouts of the same values.  Depth, size and integers are bounded (`limits`).

The values: `null`, booleans, integers within ±(2^53−1), texts without lone surrogates, lists, and objects whose names lie
below U+D800 (there the order by code points is that by UTF-16 units, which RFC 8785 section 3.2.3 asks for).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NoReturn, TypeAlias

import msgspec

from rulewright.attest import limits

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None
_ALIKE = bytes.maketrans(b"{}", b"[]")
_SLICE = 1 << 20
_LOW = bytes(range(0xEE))
_LONG = re.compile(rb"[0-9]{16}")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
_PAST = "\ud800"


class NotAdmissibleError(ValueError):
    """These bytes, or this value, are not JSON as it is taken here; the message says why, in one line."""


def dump(value: object) -> bytes:
    """The one form of a value.  Raises `NotAdmissibleError` for values outside the ones above."""
    _check(value)
    try:
        return msgspec.json.encode(value, order="sorted")
    except (TypeError, UnicodeEncodeError, RecursionError) as error:
        raise NotAdmissibleError(str(error)) from None


def canonical(data: bytes, limit: int = limits.DOCUMENT) -> Json:
    """The value of bytes that are in the one form.  Raises `NotAdmissibleError`."""
    bare = _bounded(data, limit)
    try:
        value: Json = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise NotAdmissibleError("it is not JSON in UTF-8") from None
    if (again(value) if _plain(data, bare) else dump(value)) != data:
        raise NotAdmissibleError(
            "it is not in canonical form (RFC 8785): white space, order, escapes or repeated members"
        )
    return value


def again(value: Json) -> bytes:
    """The one form of a value that was taken already, or is part of one."""
    return msgspec.json.encode(value, order="sorted")


def admissible(data: bytes, limit: int = limits.DOCUMENT) -> Json:
    """The value of JSON in any layout, without repeated members.  Raises `NotAdmissibleError`."""
    _bounded(data, limit)
    try:
        value: Json = json.loads(
            data.decode("utf-8"), object_pairs_hook=_members, parse_constant=_constant, parse_float=_number
        )
    except NotAdmissibleError:
        raise
    except (ValueError, RecursionError):
        raise NotAdmissibleError("it is not JSON in UTF-8") from None
    _check(value)
    return value


def _bounded(data: bytes, limit: int) -> bytes:
    """Refuse what is too large, too deep or begins with a byte order mark, before anything is built; what stands outside of texts."""
    if len(data) > limit:
        raise NotAdmissibleError(f"it has more than {limit:,} bytes")
    if data[:3] == b"\xef\xbb\xbf":
        raise NotAdmissibleError("it begins with a byte order mark")
    if data.count(b"[") + data.count(b"{") + data.count(b",") > limits.VALUES:
        raise NotAdmissibleError(f"it has more than {limits.VALUES:,} values")
    bare = _bare(data)
    if _deep(bare):
        raise NotAdmissibleError(f"it is nested more than {limits.DEPTH} levels deep, or its brackets do not match")
    return bare


def _bare(data: bytes) -> bytes:
    """What of JSON stands outside of texts; slice by slice, so that no list of all texts is made."""
    unescaped = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    kept: list[bytes] = []
    inside = 0
    for at in range(0, len(unescaped), _SLICE):
        pieces = unescaped[at : at + _SLICE].split(b'"')
        kept.append(b"".join(pieces[inside::2]))
        inside = (inside + len(pieces) - 1) % 2
    return b"".join(kept)


def _deep(bare: bytes) -> bool:
    """Whether brackets are nested too deep, or do not match; each round takes the innermost ones away."""
    brackets = bare.translate(_ALIKE, _OTHERS)
    for _ in range(limits.DEPTH):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _plain(data: bytes, bare: bytes) -> bool:
    """Whether it can be seen without looking at each value that JSON holds neither floats nor large integers nor strange names.

    Outside of texts, floats have a full stop or an `e` that is not that of `true` and `false`; half surrogates are written as escapes;
    characters from U+E000 on begin with a byte from 0xEE on.
    """
    if b"\\u" in data or data.translate(None, _LOW):
        return False
    words = bare.replace(b"true", b"").replace(b"false", b"")
    return not any(mark in words for mark in (b".", b"e", b"E")) and _LONG.search(words) is None


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object, unless a name stands twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotAdmissibleError("a member stands twice")
    return made


def _constant(word: str) -> NoReturn:
    raise NotAdmissibleError(f"`{word}` is no JSON")


def _number(word: str) -> NoReturn:
    raise NotAdmissibleError(f"`{word[:20]}` is no integer")


def _check(value: object) -> None:
    """Refuse what is outside the values.  Goes by levels, so that no depth of input is a depth of calls."""
    level: list[object] = [value]
    for _ in range(limits.DEPTH + 1):
        below: list[object] = []
        for item in level:
            _one(item, below)
        if not below:
            return
        level = below
    raise NotAdmissibleError(f"it is nested more than {limits.DEPTH} levels deep")


def _one(item: object, below: list[object]) -> None:
    """Check one value, and put what it holds on the list."""
    kind = type(item)
    if kind is str:
        _text(str(item))
    elif kind is dict:
        _names(item)  # type: ignore[arg-type]  # its type was just looked at
        below.extend(item.values())  # type: ignore[attr-defined]  # the same
    elif kind is list or kind is tuple:
        below.extend(item)  # type: ignore[arg-type]  # the same
    elif kind is int:
        if not -limits.INTEGER <= item <= limits.INTEGER:  # type: ignore[operator]  # the same
            raise NotAdmissibleError("an integer is beyond 2^53-1")
    elif item is not None and kind is not bool:
        raise NotAdmissibleError(f"a {kind.__name__} has no place in it")


def _text(text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise NotAdmissibleError("a text holds half a surrogate pair") from None


def _names(names: Iterable[object]) -> None:
    for name in names:
        if type(name) is not str:
            raise NotAdmissibleError("a member has no text as its name")
        if not name.isascii() and any(letter >= _PAST for letter in name):
            raise NotAdmissibleError("the name of a member holds a character beyond U+D7FF")
