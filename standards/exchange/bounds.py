"""JSON of others, read within bounds.

Guarantees: what comes back is JSON of at most `MAX_BYTES` bytes and `MAX_DEPTH` levels without a key given twice; anything
else is one diagnostic, whatever the bytes.
"""

from __future__ import annotations

import json
from typing import NoReturn

from rulewright.diagnostics import Diagnostic, Severity

MAX_BYTES = 64 << 20
"""Bytes of a file (64 MiB): the largest public catalogue has a sixth of it."""

MAX_DEPTH = 64
"""Objects and lists inside one another."""

MAX_ENTRIES = 20_000
"""Requirements of one file: as many as a rule file may hold."""


class _TwiceError(ValueError):
    """A key given twice."""


def load(data: bytes, source: str) -> dict[str, object] | Diagnostic:
    """Read a JSON object, or say why not."""
    if len(data) > MAX_BYTES:
        return refusal("RW3101", f"the file has {len(data):,} bytes, more than {MAX_BYTES:,}", source)
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_constant)
    except RecursionError:
        return refusal("RW3101", "objects or lists are nested too deeply", source)
    except _TwiceError as error:
        return refusal("RW3101", f"the key `{shown(str(error))}` is given twice in one object", source)
    except UnicodeDecodeError:
        return refusal("RW3101", "the file is not UTF-8", source)
    except ValueError as error:
        return refusal("RW3101", f"the file is not JSON: {shown(str(error))}", source)
    if not isinstance(found, dict):
        return refusal("RW3101", "the file is not a JSON object", source)
    if _too_deep(found):
        return refusal("RW3101", f"objects or lists are nested more than {MAX_DEPTH} levels deep", source)
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; a key given twice is refused."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        raise _TwiceError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def _constant(word: str) -> NoReturn:
    """JSON has no `NaN` and no `Infinity`."""
    raise ValueError(f"`{word}` is no value of JSON")


def _too_deep(found: object) -> bool:
    """Whether there are more levels than allowed, without recursion."""
    level: list[object] = [found]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def refusal(code: str, message: str, source: str, pointer: str | None = None, hint: str | None = None) -> Diagnostic:
    """An error about an imported file."""
    return Diagnostic(code, Severity.ERROR, message, source=source, pointer=pointer, hint=hint)


def shown(text: str, limit: int = 80) -> str:
    """Text of others for a message: cut, without control characters, never with a backtick of its own."""
    kept = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() and c != "`" else "\ufffd" for c in kept)
