"""Text from outside made visible: nothing in it can hide, turn or move what stands beside it.

Guarantees: control characters, line ends, characters that change the direction of writing or have no width, noncharacters and
private use become escapes; all others stay.  The table is written down here and not taken from the interpreter's Unicode, so every
version of Python gives the same bytes.  It escapes no markup: each view does so for itself.
"""

from __future__ import annotations

import re

_HIDDEN = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x70F, 0x70F), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164),
    (0xD800, 0xF8FF), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
    (0xFFFE, 0xFFFF), (0x13430, 0x1345F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0x10FFFF),
)  # fmt: skip
"""Controls, soft hyphen, joiners, fillers, variation selectors, bidirectional controls, surrogates, private use, tags."""
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_ESCAPED = re.compile(
    "["
    + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in _HIDDEN)
    + "]|[\U0001fffe\U0001ffff\U0002fffe-\U0002ffff]"
)
_UNSETTLED = re.compile(r"\\u00|\\[bfrt]|\x7f")
"""How JSON writes control characters other than line ends."""
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(text: str) -> str:
    """Text on one line: what cannot be seen is written as an escape, any kind of blank as a space."""
    if text.isascii() and text.isprintable():
        return text
    return _ESCAPED.sub(_escape, _SPACES.sub(" ", text))


def flowing(text: str) -> str:
    """Running text: runs of blanks and line ends are one space, the rest as `visible`."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")
    return visible(" ".join(re.split("[ \t\n\r]+", text)).strip(" "))


def settled(document: bytes) -> bool:
    """Whether every text of a document in canonical JSON is as `visible` leaves it, line ends aside; in doubt, not."""
    text = document.decode()
    if _UNSETTLED.search(text):
        return False
    return text.isascii() or not (_ESCAPED.search(text) or _SPACES.search(text))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return _NAMED.get(found[0]) or (f"\\x{code:02x}" if code <= 0xFF else f"\\u{{{code:x}}}")
