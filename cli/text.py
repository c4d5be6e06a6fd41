"""Text for terminals: untrusted words made harmless, widths counted, lines wrapped.

Guarantees: `clean` returns only printable characters, so no name taken from a document can move the cursor, change
colours, hide text or reverse its direction.  Widths follow East Asian Width; a combining mark has no width.
It does not know of colours: see `paint`.
"""

from __future__ import annotations

from rulewright.facts.lazy import deferred


def clean(text: str) -> str:
    """Make untrusted text harmless on one line: every unprintable character becomes a visible escape."""
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    """Return a printable character as it is, a space for any kind of space, an escape for the rest."""
    if character.isprintable():
        return character
    code = ord(character)
    if character in "\t\n\r":
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}[character]
    if character.isspace() and code > 0x9F and code not in {0x2028, 0x2029}:
        return " "
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{{{code:x}}}"


def width(text: str) -> int:
    """Count the columns that printable text takes on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, columns: int, ellipsis: str = "…") -> str:
    """Shorten text to a number of columns, with an ellipsis where something was left out."""
    if width(text) <= columns:
        return text
    room = max(columns - width(ellipsis), 0)
    kept = ""
    for character in text:
        if width(kept + character) > room:
            break
        kept += character
    return kept.rstrip() + ellipsis


def pad(text: str, columns: int) -> str:
    """Fill text with spaces up to a number of columns."""
    return text + " " * (columns - width(text))


def wrap(text: str, columns: int) -> list[str]:
    """Break text at spaces into lines of at most so many columns; a longer word is broken where it must be."""
    lines: list[str] = []
    line = ""
    for word in _words(text, max(columns, 8)):
        joined = f"{line} {word}" if line else word
        if line and width(joined) > columns:
            lines.append(line)
            line = word
        else:
            line = joined
    return [*lines, line] if line or not lines else lines


def _words(text: str, columns: int) -> list[str]:
    """Split at spaces; cut words that no line can hold."""
    words: list[str] = []
    for word in text.split():
        rest = word
        while width(rest) > columns:
            words.append(rest[:columns] if rest.isascii() else cut(rest, columns, ""))
            rest = rest[len(words[-1]) :]
        words.append(rest)
    return words


def plural(count: int, word: str, words: str | None = None) -> str:
    """Say `1 component` or `2 components`, thousands separated by a comma."""
    return f"{count:,} {word if count == 1 else words or word + 's'}"


_NUMBERS = deferred(r"(\d+)")


def natural(text: str) -> list[tuple[int, str]]:
    """Return a sorting key by which `5.2-10` comes after `5.2-9`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBERS.split(text)]
