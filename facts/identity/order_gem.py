"""RubyGems' version order (`gem`), as keys that compare with `<`.

Guarantees: total, in linear time; the order of Gem::Version; `None` for what Gem::Version refuses.
Source: RubyGems, lib/rubygems/version.rb (documentation of Gem::Version).
"""

import re

Key = tuple[object, ...]

_VERSION = re.compile(r"[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\Z")
_SEGMENT = re.compile(r"[0-9]+|[a-zA-Z]+")
_FIRST_WORD = re.compile(r"[a-zA-Z]")
# What may stand at one place: letters, zeros that lead to letters, the end, numbers.
_WORD, _ZERO, _END, _NUMBER = range(4)
_LAST = (_END, 0, "")


def gem(text: str) -> Key | None:
    """Give the key of a version; a hyphen means `.pre.`."""
    if not _VERSION.match(text):
        return None
    segments = _SEGMENT.findall(text.replace("-", ".pre."))
    word = next((at for at, segment in enumerate(segments) if not segment.isdigit()), None)
    if word is not None:
        # Zeros before the first letters count for nothing.
        start = word
        while start and not segments[start - 1].strip("0"):
            start -= 1
        del segments[start:word]
    key: list[tuple[int, int, str]] = []
    after = _END
    for segment in reversed(segments):
        if not segment.isdigit():
            after = _WORD
            key.append((_WORD, 0, segment))
        elif number := int(segment):
            after = _NUMBER
            key.append((_NUMBER, number, ""))
        elif after == _WORD:
            key.append((_ZERO, 0, ""))
        elif after == _NUMBER:
            key.append((_NUMBER, 0, ""))
        # Zeros at the end count for nothing.
    return (*reversed(key), _LAST)
