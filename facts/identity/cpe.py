"""CPE names: read 2.3 formatted strings and 2.2 URIs, write 2.3, match.

Guarantees: linear time, never raises; one form per name (2.3, lower case, nothing quoted that needs no quoting).
`read` is lenient about needless quoting, `is_valid` is the official grammar.
Does not: look names up in a dictionary, or order versions.
Source: NISTIR 7695 (naming, 6.1 and 6.2), NISTIR 7696 (matching, tables 6-1 and 6-2).
"""

import re
from enum import StrEnum
from functools import lru_cache

import msgspec

from rulewright.facts.identity.text import MAX_LENGTH

FIELDS = (
    "part",
    "vendor",
    "product",
    "version",
    "update",
    "edition",
    "language",
    "sw_edition",
    "target_sw",
    "target_hw",
    "other",
)
ANY = "*"
NA = "-"

# The common shape: nothing quoted, no wildcard but ANY.
_PLAIN = re.compile(r"cpe:2\.3:[aho*-](?::(?:\*|[A-Za-z0-9._-]+)){10}\Z")
# A formatted string's fields: colons that are not quoted separate them.
_FIELD = re.compile(r"(?:[^:\\]|\\.)*", re.DOTALL)
_VALUE = re.compile(r"(\?+|\*)?((?:[A-Za-z0-9._-]|\\[!-/:-@\[-`{-~])+)(\?+|\*)?\Z")
_STRICT_VALUE = re.compile(r"(?:\?+|\*)?(?:[A-Za-z0-9._-]|\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~])+(?:\?+|\*)?\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?\Z")
_URI_VALUE = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*\Z")
_URI_PIECE = re.compile(r"%([0-9A-Fa-f]{2})|(.)", re.DOTALL)
_UNQUOTED = re.compile(r"\\(.)", re.DOTALL)


class Relation(StrEnum):
    """How the names that a pattern covers relate to those that a name covers (NISTIR 7696, 6.3)."""

    EQUAL = "equal"
    SUPERSET = "superset"
    SUBSET = "subset"
    DISJOINT = "disjoint"
    UNDEFINED = "undefined"


class Cpe(msgspec.Struct, frozen=True, gc=False):
    """A CPE name: eleven values in the order of `FIELDS`, quoted as in a 2.3 formatted string, lower case."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        """Give the 2.3 formatted string."""
        return "cpe:2.3:" + ":".join(self.values)


def read(text: str) -> Cpe | None:
    """Read a 2.3 formatted string or a 2.2 URI; `None` if it is neither."""
    if len(text) > MAX_LENGTH or not text.isascii():
        return None
    if _PLAIN.match(text):
        return Cpe(tuple(text[8:].lower().split(":")))
    start = text[:8].lower()
    if start == "cpe:2.3:":
        return _from_formatted(text[8:])
    return _from_uri(text[5:]) if start.startswith("cpe:/") else None


def is_valid(text: str) -> bool:
    """Whether `text` is a CPE 2.3 formatted string or 2.2 URI by the official grammar."""
    name = read(text)
    if name is None:
        return False
    if _PLAIN.match(text):
        language = name.values[6]
        return language == ANY or _is_strict("language", language)
    if not text.startswith("cpe:2.3:"):
        return text.startswith("cpe:/") and name.values[0] in {"a", "h", "o"}
    return all(_is_strict(field, value) for field, value in zip(FIELDS, _split(text[8:]), strict=True))


def canonical(text: str) -> str | None:
    """Give the 2.3 formatted string of a CPE name, in lower case; `None` if `text` is none."""
    name = read(text)
    return None if name is None else str(name)


def relation(pattern: Cpe, name: Cpe) -> Relation:
    """Relate two names, attribute by attribute (NISTIR 7696, tables 6-2 and 6-4).

    The tables leave undefined what ANY, NA, or the very same value, has to do with a value that has wildcards; here
    the plain answer is given: superset, disjoint, equal.
    """
    found: set[Relation] = set()
    for source, target in zip(pattern.values, name.values, strict=True):
        if source != target:
            related = Relation.SUPERSET if source == ANY else _relate(source, target)
            if related is Relation.DISJOINT:
                return related
            found.add(related)
    if not found:
        return Relation.EQUAL
    return found.pop() if len(found) == 1 else Relation.UNDEFINED


def matches(pattern: str, text: str) -> bool | None:
    """Whether the name `text` is one of those that `pattern` covers: the relation is equal or superset.

    False when the two share no name. `None` when that cannot be told: either is no CPE name, or `text` leaves open
    what the pattern asks for (its version is `*`, the pattern's is 1.36.1).
    """
    source, target = _remembered(pattern), read(text)
    if source is None or target is None:
        return None
    match relation(source, target):
        case Relation.EQUAL | Relation.SUPERSET:
            return True
        case Relation.DISJOINT:
            return False
        case _:
            return None


@lru_cache(maxsize=256)
def _remembered(text: str) -> Cpe | None:
    return read(text)


def _split(rest: str) -> list[str]:
    """Cut at the colons that are not quoted."""
    if "\\:" not in rest and "\\\\" not in rest:
        return rest.split(":")
    fields: list[str] = []
    at = 0
    while True:
        found = _FIELD.match(rest, at)
        end = found.end() if found else at
        fields.append(rest[at:end])
        if rest[end : end + 1] != ":":
            return fields if end == len(rest) else []
        at = end + 1


def _from_formatted(rest: str) -> Cpe | None:
    fields = _split(rest)
    if len(fields) != len(FIELDS) or fields[0].lower() not in {"a", "h", "o", ANY, NA}:
        return None
    for field in fields:
        if field not in {ANY, NA} and not _VALUE.match(field):
            return None
    return Cpe(tuple(_UNQUOTED.sub(_plain, field).lower() if "\\" in field else field.lower() for field in fields))


def _plain(found: "re.Match[str]") -> str:
    """Drop the quote of `.`, `_` and `-`, but keep it where a lone hyphen would come to mean *not applicable*."""
    if found[1] not in "._-" or found.string == "\\-":
        return found.group()
    return found[1]


def _is_strict(field: str, value: str) -> bool:
    if value in {ANY, NA}:
        return True
    if field == "part":
        return value in {"a", "h", "o"}
    return bool((_LANGUAGE if field == "language" else _STRICT_VALUE).match(value))


def _from_uri(rest: str) -> Cpe | None:
    raw = rest.split(":")
    if len(raw) > 7 or any(not _URI_VALUE.match(piece) for piece in raw):
        return None
    raw += [""] * (7 - len(raw))
    packed = raw[5].split("~") if raw[5].startswith("~") else ["", raw[5], "", "", "", ""]
    if len(packed) != 6 or raw[0].lower() not in {"a", "h", "o", ""}:
        return None
    ordered = [*raw[:5], packed[1], raw[6], *packed[2:]]
    values = [_value_of_uri(piece) for piece in ordered]
    for value in values:
        if value not in {ANY, NA} and not _VALUE.match(value):
            return None
    return Cpe(tuple(values))


def _value_of_uri(piece: str) -> str:
    """Bring a URI's value to the 2.3 form: empty is ANY, `%01` is `?`, `%02` is `*`."""
    if piece in {"", NA}:
        return piece or ANY
    return "".join(_char_of_uri(found[1], found[2]) for found in _URI_PIECE.finditer(piece)).lower()


def _char_of_uri(code: str | None, char: str) -> str:
    if code:
        if code in {"01", "02"}:
            return "?" if code == "01" else "*"
        char = chr(int(code, 16))
    return char if char.isalnum() or char in "._-" else f"\\{char}"


def _relate(source: str, target: str) -> Relation:
    """Compare two different values of one attribute, the pattern's not ANY (NISTIR 7696, table 6-2)."""
    if target == ANY:
        return Relation.SUBSET
    if _wild(target):
        return Relation.DISJOINT if source == NA else Relation.UNDEFINED
    if NA in {source, target} or not _wild(source):
        return Relation.DISJOINT
    return Relation.SUPERSET if _wildcard(source).match(_UNQUOTED.sub(r"\1", target)) else Relation.DISJOINT


def _wild(value: str) -> bool:
    """Whether a value other than ANY begins or ends with an unquoted wildcard."""
    if value == ANY or ("*" not in value and "?" not in value):
        return False
    found = _VALUE.match(value)
    return bool(found and (found[1] or found[3]))


@lru_cache(maxsize=256)
def _wildcard(source: str) -> "re.Pattern[str]":
    found = _VALUE.match(source)
    before, middle, after = found.groups() if found else ("", source, "")
    literal = re.escape(_UNQUOTED.sub(r"\1", middle))
    return re.compile(_run(before) + literal + _run(after) + r"\Z", re.DOTALL)


def _run(wildcard: str | None) -> str:
    """`*` stands for any characters, each of n `?` for at most one (NISTIR 7696, 7.2)."""
    if not wildcard:
        return ""
    return ".*" if wildcard == "*" else f".{{0,{len(wildcard)}}}"
