"""Look-up keys: the one way in which packages, products and files are named on both sides of a match.

Guarantees: a key is lower case where its ecosystem does not tell case apart; the key of a distribution's package names the
distribution, not the release.  It compares no versions.

`pypi/django`, `npm/@types/node`, `deb/debian/openssl`, `cpe/openssl/openssl` (vendor, product), `name/openssl` (product alone),
`hash/SHA-256/0e1f…`.
"""

from __future__ import annotations

import re

from rulewright.facts.identity.purl import Purl

DISTRIBUTIONS = frozenset({"deb", "rpm", "apk", "alpm", "opkg"})
"""Types of purls whose namespace is a distribution that patches and versions for itself."""

_CASED = frozenset({"npm", "maven"})
_PYPI = re.compile(r"[-_.]+")
_BLANK = re.compile(r"[\s_/-]+")
_ODD = re.compile(r"[^a-z0-9._+-]+")
_LEGAL = re.compile(
    r"(?:,?_(?:inc|incorporated|ltd|llc|gmbh|corp|corporation|co|ag|s\.a\.|software_foundation|foundation|project))\.?\Z"
)


def package(type_: str, namespace: str, name: str) -> str:
    """The key of a package in an ecosystem."""
    if type_ == "pypi":
        name = _PYPI.sub("-", name)  # PEP 503
    path = f"{namespace}/{name}" if namespace else name
    return f"{type_}/{path}" if type_ in _CASED else f"{type_}/{path.lower()}"


def of_purl(purl: Purl) -> str:
    """The key of a package URL."""
    return package(purl.type, purl.namespace or "", purl.name)


def digest(algorithm: str, value: str) -> str:
    """The key of a hash; algorithms as the vocabulary writes them."""
    return f"hash/{algorithm.upper().replace('SHA', 'SHA-').replace('SHA--', 'SHA-')}/{value.lower()}"


def word(text: str) -> str:
    """A vendor's or product's name as CPE writes it: lower case, blanks as `_`, nothing quoted."""
    return _ODD.sub("", _BLANK.sub("_", text.strip().lower().replace("\\", ""))).strip("_")


def product(vendor: str, name: str) -> str:
    """The key of a vendor's product."""
    return f"cpe/{word(vendor)}/{word(name)}"


def vendor_products(vendor: str, name: str) -> tuple[str, ...]:
    """The keys under which a product stated in plain words may be asked for."""
    maker, thing = word(vendor), word(name)
    short = _LEGAL.sub("", maker)
    prefixes = [p for p in (f"{maker}_", f"{short}_") if thing.startswith(p) and len(thing) > len(p) + 2]
    inner = word(name.rpartition("/")[2]) if "/" in name else thing
    things = [thing, inner, *(thing.removeprefix(prefix) for prefix in prefixes)]
    return tuple(dict.fromkeys(f"cpe/{m}/{t}" for m in (maker, short) for t in things if m and t))


def bare(name: str) -> str:
    """The key of a product's name alone."""
    return f"name/{word(name)}"


def names_of(found: tuple[str, ...]) -> tuple[str, ...]:
    """The keys by name alone that go with keys of products."""
    return tuple(dict.fromkeys(f"name/{key.rpartition('/')[2]}" for key in found if key.startswith("cpe/")))


def covered(key: str, release: str, covers: frozenset[str]) -> bool:
    """Whether feeds cover a key in a release of its distribution; where that is not known, in any."""
    what = coverage(key)
    if not release:
        return what in covers
    return f"{what}:{release}" in covers or f"{what}:*" in covers


def coverage(key: str) -> str:
    """What a feed covers with this key: an ecosystem or distribution, `cpe`, `name` or `hash`."""
    kind, _, rest = key.partition("/")
    return f"{kind}/{rest.partition('/')[0]}" if kind in DISTRIBUTIONS else kind
