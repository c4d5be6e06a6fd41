r"""The text format of protobuf to tokens.

Guarantees: linear in the text; every byte is white space, a comment or part of a token, or the text is refused with its
line.  Strings are decoded as the format has it: escapes, hexadecimal and octal bytes, `\u`.
Source: protobuf.dev, "Text Format Language Specification".  It knows no messages.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.sbom.cyclonedx_protobuf_nodes import BrokenError

_TOKEN = re.compile(
    r"""(?P<space>(?:\s+|\#[^\n]*)+)
    |(?P<name>[A-Za-z_][\w]*)
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fF]?)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<mark>[-{}<>\[\]:,;./])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SIMPLE = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_LAST_CHARACTER = 0x10FFFF


class Token(msgspec.Struct, frozen=True):
    """One token: `name`, `number`, `string` or `mark`, its text, and its offset in characters."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """All tokens of a text, with one of kind `end` after them."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BrokenError(f"`{text[at]}` cannot stand here" if text[at].isprintable() else "a stray byte", at)
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match[0], at))
        at = match.end()
    found.append(Token("end", "", at))
    return found


def string(text: str) -> bytes:
    """The bytes that a quoted string stands for."""
    return _ESCAPE.sub(_unescaped, text[1:-1].encode()) if "\\" in text else text[1:-1].encode()


def _unescaped(found: re.Match[bytes]) -> bytes:
    """The bytes of one escape."""
    octal, digits, short, long, letter = found.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if digits:
        return bytes([int(digits, 16)])
    if short or long:
        code = int(short or long, 16)
        return chr(code).encode("utf-8", "replace") if code <= _LAST_CHARACTER else b"\xef\xbf\xbd"
    return _SIMPLE.get(letter, letter)
