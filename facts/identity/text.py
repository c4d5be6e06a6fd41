"""What all readers of names share: the length bound and percent-encoding as package URLs use it.

Guarantees: linear time, never raises. Decoding is strict: a broken escape or bytes that are not UTF-8
give `None`, since guessing would make two different names equal.
Does not: know any component's rules (see `purl`, `cpe`).
"""

import re

from rulewright.facts.lazy import deferred

MAX_LENGTH = 65_536
"""Longest text, in characters, that any function of this package looks at."""

_ESCAPES = deferred(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPE = deferred(r"%[0-9A-Fa-f]{2}")
_UNSAFE = deferred(r"[^A-Za-z0-9.\-_~:]+")
_UNSAFE_IN_PATH = deferred(r"[^A-Za-z0-9.\-_~:/]+")


def percent_decode(text: str) -> str | None:
    """Decode `%XX` escapes as UTF-8 (RFC 3986, 2.1); `None` if an escape is broken or not UTF-8."""
    if "%" not in text:
        return text
    if text.count("%") != len(_ESCAPE.findall(text)):
        return None
    try:
        return _ESCAPES.sub(_decode_run, text)
    except UnicodeDecodeError:
        return None


def percent_encode(text: str, *, keep_slash: bool = False) -> str | None:
    """Encode all but ECMA-427's unreserved characters and `:`; `None` for lone surrogates.

    `keep_slash` leaves `/` as it is, for texts that are paths.
    """
    pattern = _UNSAFE_IN_PATH if keep_slash else _UNSAFE
    if not pattern.search(text):
        return text
    try:
        return pattern.sub(_encode_run, text)
    except UnicodeEncodeError:
        return None


# Most escapes of real names are a single ASCII character.
_SINGLE = {f"%{code:02{case}}": chr(code) for code in range(128) for case in "xX"}


def _decode_run(found: re.Match[str]) -> str:
    run = found.group()
    if len(run) == 3 and (single := _SINGLE.get(run)):
        return single
    return bytes.fromhex(run.replace("%", "")).decode()


def _encode_run(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode())
