"""Patterns over package URLs: `pkg:npm/lodash`, `pkg:maven/org.apache.*/log4j*@2.*`, `pkg:*/busybox`.

Guarantees: linear time, never raises; the pattern is folded by the rules of the type it meets, so `pkg:pypi/Django`
finds `pkg:pypi/django`. `None` when the pattern or the text is no package URL.
Does not: compare versions by order (use VERS).

Meaning: `*` stands for any run of characters, `/` included, in the type, the path (namespace and name together), the
version, a qualifier's value and the subpath; a literal star is `%2A`. A part that the pattern leaves out may be
anything, except the namespace: `pkg:npm/lodash` is not `pkg:npm/%40types/lodash`. Listed qualifiers must be there.
"""

from functools import lru_cache

import msgspec

from rulewright.facts.identity import purl_types
from rulewright.facts.identity.patterns import MAX_PATTERN, Glob, compile_stars
from rulewright.facts.identity.purl import Purl, cut_version, parse
from rulewright.facts.identity.text import percent_decode

# Stands for a wildcard while a pattern is folded: no package URL can contain it.
_STAR = purl_types.WILDCARD


class PurlPattern(msgspec.Struct, frozen=True):
    """A pattern's decoded parts, with the wildcard mark for each `*`; `None` is a part left out."""

    type: str
    path: str
    version: str | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    subpath: str | None = None


class _Tests(msgspec.Struct, frozen=True):
    path: Glob
    version: Glob | None
    qualifiers: tuple[tuple[str, Glob], ...]
    subpath: Glob | None


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> PurlPattern | str:
    """Read a pattern; a phrase saying what is wrong otherwise."""
    if len(text) > MAX_PATTERN:
        return f"a pattern has at most {MAX_PATTERN} characters"
    rest, hash_, raw_subpath = text.partition("#")
    rest, _, raw_pairs = rest.partition("?")
    if not rest.startswith("pkg:"):
        return "a pattern starts with `pkg:`"
    type_, slash, path = rest[4:].lstrip("/").partition("/")
    path, raw_version = cut_version(path)
    if not slash or not type_ or not path.strip("/"):
        return "a pattern names a type and a path (`*` for any): pkg:type/path"
    if not type_.replace("*", "a").replace("-", "a").replace(".", "a").isalnum() or not type_.isascii():
        return "a type has letters, digits, `.`, `-` (and `*` in a pattern)"
    decoded = [_decode(part) for part in (path.strip("/"), raw_version or "", raw_subpath.strip("/"))]
    pairs = _pairs(raw_pairs)
    if pairs is None:
        return "a qualifier is `key=value`"
    if None in decoded:
        return "a percent-escape is broken or not UTF-8"
    path_, version, subpath = (part or "" for part in decoded)
    return PurlPattern(
        type_.lower().replace("*", _STAR),
        path_,
        version if raw_version is not None else None,
        pairs,
        subpath if hash_ else None,
    )


def matches(pattern: str, text: str) -> bool | None:
    """Whether the package URL `text` fits `pattern`; `None` if either cannot be read."""
    compiled, purl = compile_pattern(pattern), parse(text)
    if isinstance(compiled, str) or purl is None:
        return None
    return fits(compiled, purl)


def fits(pattern: PurlPattern, purl: Purl) -> bool:
    """Whether a package URL fits a compiled pattern."""
    if pattern.type != purl.type and not (_STAR in pattern.type and _glob(pattern.type).matches(purl.type)):
        return False
    tests = _tests(pattern, purl.type if purl.type in purl_types.FOLDING else "")
    path = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
    if not tests.path.matches(path):
        return False
    if tests.version and not tests.version.matches(purl.version or ""):
        return False
    if tests.subpath and not tests.subpath.matches(purl.subpath or ""):
        return False
    have = dict(purl.qualifiers)
    return all(key in have and glob.matches(have[key]) for key, glob in tests.qualifiers)


@lru_cache(maxsize=1024)
def _tests(pattern: PurlPattern, type_: str) -> _Tests:
    """Compile a pattern for the type it meets; `type_` is empty where the type folds nothing."""
    namespace, _, name = pattern.path.rpartition("/")
    version, subpath = pattern.version, pattern.subpath
    if type_:
        repository = dict(pattern.qualifiers).get("repository_url")
        folded = purl_types.fold(type_, namespace or None, name, (version, subpath, repository))
        namespace, name, version, subpath = folded[0] or "", *folded[1:]
    return _Tests(
        _glob(f"{namespace}/{name}" if namespace else name),
        None if version is None else _glob(version),
        tuple((key, _glob(value)) for key, value in pattern.qualifiers),
        None if subpath is None else _glob(subpath),
    )


def _glob(text: str) -> Glob:
    return compile_stars(tuple(text.split(_STAR)))


def _decode(raw: str) -> str | None:
    pieces = [percent_decode(piece) for piece in raw.split("*")]
    ready = [piece for piece in pieces if piece is not None]
    return _STAR.join(ready) if len(ready) == len(pieces) and _STAR not in raw else None


def _pairs(raw: str) -> tuple[tuple[str, str], ...] | None:
    pairs: list[tuple[str, str]] = []
    for piece in filter(None, raw.split("&")):
        key, equals, value = piece.partition("=")
        decoded = _decode(value)
        if not key or not equals or decoded is None:
            return None
        pairs.append((key.lower(), decoded))
    return tuple(sorted(pairs))
