"""The product tree of a CSAF document: every product with its look-up keys and versions.

Guarantees: bounded in depth and number; a version that cannot be read leaves the product vague.
Source: CSAF 2.0, section 3.1.2 and 3.1.3.
"""

from __future__ import annotations

import msgspec

from rulewright.facts.identity import purl as purls
from rulewright.threats import keys
from rulewright.threats.distributions import package_of
from rulewright.threats.feeds import prose
from rulewright.threats.feeds.names import cpe_keys, cpe_version
from rulewright.threats.model import Fault, Rule
from rulewright.threats.versions import scheme_of

MAX_DEPTH = 60
MAX_PRODUCTS = 1_000_000


class _FileHash(msgspec.Struct):
    algorithm: str = ""
    value: str = ""


class _Hashes(msgspec.Struct):
    file_hashes: list[_FileHash] = []


class _Helper(msgspec.Struct):
    purl: str = ""
    purls: list[str] = []
    cpe: str = ""
    hashes: list[_Hashes] = []


class FullName(msgspec.Struct):
    """A product with its identifiers."""

    product_id: str
    name: str = ""
    product_identification_helper: _Helper | None = None


class Branch(msgspec.Struct):
    """A node of the tree."""

    category: str = ""
    name: str = ""
    branches: list["Branch"] = []
    product: FullName | None = None


class Relationship(msgspec.Struct):
    """A product as a part of another."""

    product_reference: str = ""
    relates_to_product_reference: str = ""
    full_product_name: FullName | None = None


class Product(msgspec.Struct, frozen=True):
    """A product as it can be asked for: keys, and its versions as rules of no status yet."""

    keys: tuple[str, ...]
    scheme: str = ""
    rules: tuple[Rule, ...] = ()
    release: str = ""
    vague: str = ""
    patched: bool = False
    """It is a distribution's package, whose fix means that earlier ones are affected."""


def products(
    branches: list[Branch], names: list[FullName], relations: list[Relationship], place: str, faults: list[Fault]
) -> dict[str, Product]:
    """Every product by its id."""
    found: dict[str, Product] = {}
    stack = [(branch, {"": ""}, 0) for branch in reversed(branches)]
    while stack:
        branch, above, depth = stack.pop()
        path = {**above, branch.category: branch.name}
        if branch.product is not None:
            found[branch.product.product_id] = _product(branch.product, path)
        if depth >= MAX_DEPTH or len(found) > MAX_PRODUCTS:
            faults.append(Fault("RW1404", "the product tree is too deep or too large", f"{place}/product_tree"))
            break
        stack += [(below, path, depth + 1) for below in reversed(branch.branches)]
    for name in names:
        found[name.product_id] = _product(name, {})
    for relation in relations:
        if relation.full_product_name is not None:
            part = found.get(relation.product_reference, Product(()))
            own = _product(relation.full_product_name, {})
            found[relation.full_product_name.product_id] = own if own.keys else part
    return found


def _product(name: FullName, path: dict[str, str]) -> Product:
    helper = name.product_identification_helper or _Helper()
    stated = [purls.parse(text) for text in (helper.purl, *helper.purls) if text]
    for purl in stated:
        if purl is not None:
            return _of_purl(purl, path)
    hashes = tuple(keys.digest(h.algorithm, h.value) for each in helper.hashes for h in each.file_hashes if h.value)
    asked = [*cpe_keys([helper.cpe] if helper.cpe else ())]
    if path.get("product_name"):
        asked += keys.vendor_products(path.get("vendor", ""), path["product_name"])
    rules, vague = _versions(path, helper.cpe)
    if hashes and not asked:
        return Product(hashes, rules=(Rule("affected"),))
    both = tuple(dict.fromkeys(asked))
    return Product(both + keys.names_of(both) + hashes, "generic", rules, vague=vague)


def _of_purl(purl: purls.Purl, path: dict[str, str]) -> Product:
    if purl.type in keys.DISTRIBUTIONS:
        package = package_of(purl, {})
        version = package.version
        one = Rule("", version, version, high_closed=True) if version else Rule("")
        return Product(package.keys[:1], purl.type, (one,), package.release, patched=True)
    if purl.version:
        return Product(
            (keys.of_purl(purl),), scheme_of(purl.type), (Rule("", purl.version, purl.version, high_closed=True),)
        )
    rules, vague = _versions(path, "")
    return Product((keys.of_purl(purl),), scheme_of(purl.type) or "generic", rules, vague=vague)


def _versions(path: dict[str, str], cpe: str) -> tuple[tuple[Rule, ...], str]:
    """The versions that the tree gives; all of them where it names none."""
    text = path.get("product_version_range") or path.get("product_version") or ""
    if not text:
        stated = cpe_version(cpe) if cpe else ""
        return ((Rule("", stated, stated, high_closed=True),) if stated else (Rule(""),)), ""
    found = prose.read(text, "")
    if found is not None:
        return tuple(found), ""
    if "product_version_range" not in path and " " not in text and any(c.isdigit() for c in text):
        return (Rule("", text, text, high_closed=True),), ""
    return (), f"`{text[:60]}` is no version or range"
