"""Package URLs (ECMA-427): parse, canonical form, validity, construction.

Guarantees: `parse` follows the standard's parsing steps and accepts what they accept (an upper-case
qualifier key, a raw `+` or `@`, a missing namespace); `problem` and `is_valid` judge strictly, type rules included;
`canonical(canonical(x)) == canonical(x)`; no function raises or takes more than linear time.
Does not: know whether the package exists, or compare versions (`versions`); patterns are in `purl_match`.

Two readings differ from the how-to: the first `?` and `#` split (as in RFC 3986), and an `@` that opens a path
segment followed by `/` is an unencoded npm scope, not a version.
"""

import re
from functools import lru_cache

import msgspec

from rulewright.facts.identity import purl_types
from rulewright.facts.identity.text import MAX_LENGTH, percent_decode, percent_encode
from rulewright.facts.lazy import deferred

# The common shape. Each class excludes the separators that may follow it: linear.
_SHAPE = deferred(
    r"pkg:([a-z][a-z0-9.-]*)/(?:([^/@?#]+(?:/[^/@?#]+)*)/)?([^/@?#]+)(?:@([^@?#]+))?(?:\?([^#]*))?(?:#(.*))?\Z",
    re.DOTALL,
)
_TYPE = deferred(r"[A-Za-z][A-Za-z0-9.-]*\Z")
_KEY = deferred(r"[A-Za-z][A-Za-z0-9._-]*\Z")
_UPPER_KEY = deferred(r"[?&][^=&#]*[A-Z][^=&#]*=")
_BAD_ESCAPE = "a percent-escape is broken or not UTF-8"
_BAD_KEY = "a qualifier key is a letter, then letters, digits, `.`, `-` and `_`"
_BAD_TYPE = "a type is a letter, then letters, digits, `.` and `-`"
_NO_NAME = "a name is required"
_SURROGATE = "a lone surrogate is no character"
_SHORT = 512  # a qualifier text up to this long is worth remembering: real ones repeat


class Purl(msgspec.Struct, frozen=True, gc=False):
    """A package URL's decoded and normalised components; `qualifiers` are sorted by key."""

    type: str
    namespace: str | None
    name: str
    version: str | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    subpath: str | None = None


def parse(text: str) -> Purl | None:
    """Read a package URL by the standard's parsing steps; `None` if it has no such reading."""
    read = _read(text)
    return read if isinstance(read, Purl) else None


def problem(text: str) -> str | None:
    """Say in one phrase why `text` is not a valid package URL, or `None` if it is one."""
    read = _read(text)
    if isinstance(read, str):
        return read
    if not _printable(text):
        return "only printable ASCII may stand unencoded"
    if read.qualifiers and _UPPER_KEY.search(text.partition("#")[0]):
        return "qualifier keys are lower case"
    if read.namespace and "%" in text and _slash_in_namespace(text):
        return "a namespace segment contains an encoded `/`"
    return _breach(read)


def is_valid(text: str) -> bool:
    """Whether `text` is a valid package URL, the rules of its type included."""
    shape = _SHAPE.match(text) if len(text) <= MAX_LENGTH else None
    if shape is None or shape[6] or "%" in text or not _printable(text):
        return problem(text) is None
    type_, namespace, name, version, raw_pairs, _ = shape.groups()
    pairs = _pairs(raw_pairs) if raw_pairs else ()
    if isinstance(pairs, str) or type_ in purl_types.SPECIAL or (raw_pairs and _UPPER_KEY.search(text)):
        return problem(text) is None
    return purl_types.breach(type_, namespace, name, version, pairs) is None


def canonical(text: str) -> str | None:
    """Give the canonical form, `None` if `text` has no reading as a package URL."""
    read = _read(text)
    if isinstance(read, str):
        return None
    return to_text(read)


def to_text(purl: Purl) -> str:
    """Write the canonical form of a package URL that came from `parse` or `build`."""
    in_path = purl.type == "git"
    out = f"pkg:{purl.type}/"
    if purl.namespace:
        out += f"{percent_encode(purl.namespace, keep_slash=True)}/"
    out += percent_encode(purl.name, keep_slash=in_path) or ""
    if purl.version:
        out += f"@{percent_encode(purl.version)}"
    if purl.qualifiers:
        out += "?" + "&".join(f"{key}={percent_encode(value)}" for key, value in purl.qualifiers)
    if purl.subpath:
        out += f"#{percent_encode(purl.subpath, keep_slash=True)}"
    return out


def purl_type(text: str) -> str | None:
    """Give the type, lower case, by slicing alone: the rest of `text` is not looked at."""
    if text[:4] != "pkg:":
        read = text[:4].lower() == "pkg:"
        if not read:
            return None
    rest = text[4 : 4 + 64].lstrip("/")
    type_, slash, _ = rest.partition("/")
    return type_.lower() if slash and _TYPE.match(type_) else None


def matches(pattern: str, text: str) -> bool | None:
    """Whether `text` fits a pattern with `*` (see `purl_match`); `None` if either cannot be read."""
    from rulewright.facts.identity import purl_match

    return purl_match.matches(pattern, text)


def build(parts: Purl) -> Purl | str:
    """Normalise components given by a program; a phrase saying what is wrong when they make no valid purl."""
    name = (parts.name or "").strip("/")
    pairs = _sorted_pairs([(key.lower(), value) for key, value in parts.qualifiers if value])
    if not _TYPE.match(parts.type or ""):
        return _BAD_TYPE
    if not name:
        return _NO_NAME
    if isinstance(pairs, str):
        return pairs
    namespace = _segments(parts.namespace or "")
    made = _make(parts.type.lower(), namespace, name, parts.version, (pairs, _subpath(parts.subpath or "")))
    return made if isinstance(made, str) else _breach(made) or made


def _printable(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _breach(read: Purl) -> str | None:
    return purl_types.breach(read.type, read.namespace, read.name, read.version, read.qualifiers)


def _read(text: str) -> Purl | str:
    """Parse, or say why not."""
    if len(text) > MAX_LENGTH:
        return f"longer than {MAX_LENGTH} characters"
    shape = _SHAPE.match(text)
    if shape is None:
        return _read_slowly(text)
    type_, namespace, name, version, raw_pairs, subpath = shape.groups()
    if "%" in text or subpath or not text.isascii():
        return _decode(type_, namespace, name, version, (raw_pairs or "", subpath or ""))
    pairs: tuple[tuple[str, str], ...] | str = _pairs(raw_pairs) if raw_pairs else ()
    if isinstance(pairs, str):
        return pairs
    if type_ in purl_types.FOLDING:
        return _make(type_, namespace, name, version, (pairs, None))
    return Purl(type_, namespace, name, version, pairs)


def _read_slowly(text: str) -> Purl | str:
    """Take the standard's steps one by one."""
    rest, _, raw_subpath = text.partition("#")
    rest, _, raw_pairs = rest.partition("?")
    scheme, colon, rest = rest.partition(":")
    if not colon or scheme.lower() != "pkg":
        return "the scheme `pkg:` is missing"
    type_, _, rest = rest.lstrip("/").partition("/")
    if not _TYPE.match(type_):
        return _BAD_TYPE
    path, version = cut_version(rest)
    if not path or (version is not None and path.endswith("/")):
        return _NO_NAME
    namespace, _, name = path.rstrip("/").rpartition("/")
    return _decode(type_.lower(), namespace, name, version, (raw_pairs, raw_subpath))


def _decode(type_: str, namespace: str | None, name: str, version: str | None, rest: tuple[str, str]) -> Purl | str:
    pairs = _pairs(rest[0])
    if isinstance(pairs, str):
        return pairs
    subpath = _subpath(rest[1], encoded=True)
    namespace, name_, version = (
        percent_decode(namespace or ""),
        percent_decode(name),
        percent_decode(version or ""),
    )
    if subpath is None or namespace is None or name_ is None or version is None:
        return _BAD_ESCAPE
    if not name_:
        return _NO_NAME
    return _make(type_, _segments(namespace), name_, version or None, (pairs, subpath))


def _make(
    type_: str,
    namespace: str | None,
    name: str,
    version: str | None,
    rest: tuple[tuple[tuple[str, str], ...], str | None],
) -> Purl | str:
    """Apply the type's normalisation to decoded parts; `rest` is the qualifiers and the subpath."""
    pairs, subpath = rest
    if type_ in purl_types.FOLDING:
        repository = next((value for key, value in pairs if key == "repository_url"), None)
        namespace, name, version, subpath = purl_types.fold(type_, namespace, name, (version, subpath, repository))
    for part in (namespace, name, version, subpath):
        if part and not part.isascii() and percent_encode(part) is None:
            return _SURROGATE
    return Purl(type_, namespace or None, name, version or None, pairs, subpath or None)


def _segments(namespace: str) -> str:
    if "//" not in namespace and not namespace.startswith("/") and not namespace.endswith("/"):
        return namespace
    return "/".join(segment for segment in namespace.split("/") if segment)


def cut_version(rest: str) -> tuple[str, str | None]:
    """Split path and version at the last `@`, unless it opens a segment that is followed by another (`@scope/name`)."""
    path, at, version = rest.rpartition("@")
    if not at or ((not path or path.endswith("/")) and "/" in version):
        return rest, None
    return path, version


def _pairs(raw: str) -> tuple[tuple[str, str], ...] | str:
    return _remembered_pairs(raw) if len(raw) <= _SHORT else _read_pairs(raw)


@lru_cache(maxsize=1024)
def _remembered_pairs(raw: str) -> tuple[tuple[str, str], ...] | str:
    return _read_pairs(raw)


def _read_pairs(raw: str) -> tuple[tuple[str, str], ...] | str:
    pairs: list[tuple[str, str]] = []
    for piece in raw.split("&"):
        if not piece:
            continue
        key, equals, raw_value = piece.partition("=")
        value = percent_decode(raw_value)
        if not equals:
            return "a qualifier is `key=value`"
        if value is None:
            return _BAD_ESCAPE
        if not _KEY.match(key):
            return _BAD_KEY
        if value:
            pairs.append((key.lower(), value))
    return _sorted_pairs(pairs)


def _sorted_pairs(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...] | str:
    for key, value in pairs:
        if not _KEY.match(key):
            return _BAD_KEY
        if not value.isascii() and percent_encode(value) is None:
            return _SURROGATE
    if len({key for key, _ in pairs}) != len(pairs):
        return "a qualifier key occurs twice"
    return tuple(sorted(pairs))


def _subpath(raw: str, *, encoded: bool = False) -> str | None:
    """Drop empty, `.` and `..` segments; `None` if a segment's escapes are broken or hide a `/`."""
    if not raw:
        return ""
    kept: list[str] = []
    for segment in raw.split("/"):
        decoded = percent_decode(segment) if encoded else segment
        if decoded is None or "/" in decoded:
            return None
        if decoded not in {"", ".", ".."}:
            kept.append(decoded)
    return "/".join(kept)


def _slash_in_namespace(text: str) -> bool:
    path = cut_version(text.partition("#")[0].partition("?")[0])[0]
    return "%2f" in path.rpartition("/")[0].lower()
