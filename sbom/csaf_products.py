"""The products of a CSAF document by their ids: names, and of what they are part.

Guarantees: every product of the tree, of relationships and of paths is here, with its place; a range of versions stays one.
It does not look at vulnerabilities.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from rulewright.facts.identity import cpe, purl
from rulewright.facts.identity.versions import scheme_of_purl_type
from rulewright.facts.statements import Identifier
from rulewright.sbom.csaf_model import Branch, Csaf, FullName, Tree

MAX_DEPTH = 30
"""The schema has no bound on branches within branches; CSAF 2.1, 6.1.48, names 30."""
_HASHES = {
    "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
    "sha3-224": "SHA3-224", "sha3-256": "SHA3-256", "sha3-384": "SHA3-384", "sha3-512": "SHA3-512",
}  # fmt: skip


class Product(msgspec.Struct, frozen=True):
    """A product: its identifiers, the version where it is one, and the product that it is part of."""

    name: str
    pointer: str
    identifiers: tuple[Identifier, ...]
    version: str = ""
    part_of: str = ""
    """Product id of what it is part of; its own identifiers are then those of the part."""


def products(csaf: Csaf) -> dict[str, list[Product]]:
    """Every product by its id; an id that is used twice has several."""
    found: dict[str, list[Product]] = {}
    tree = csaf.product_tree
    if tree is None:
        return found
    for ident, product in _listed(tree):
        found.setdefault(ident, []).append(product)
    for ident, product in list(_related(tree, found)):
        found.setdefault(ident, []).append(product)
    return found


def _listed(tree: Tree) -> Iterator[tuple[str, Product]]:
    """The products that stand alone."""
    for number, full in enumerate(tree.full_product_names or ()):
        yield full.product_id or "", _product(full, f"/product_tree/full_product_names/{number}")
    level: list[tuple[Branch, str, str, str]] = [
        (branch, f"/product_tree/branches/{number}", "", "") for number, branch in enumerate(tree.branches or ())
    ]
    while level:
        branch, place, version, within = level.pop()
        if branch.category == "product_version":
            version = branch.name or ""
        elif branch.category == "product_version_range":
            within = branch.name or ""
        if branch.product is not None:
            yield branch.product.product_id or "", _product(branch.product, f"{place}/product", version, within)
        level += [(b, f"{place}/branches/{n}", version, within) for n, b in enumerate(branch.branches or ())]


def _product(full: FullName, pointer: str, version: str = "", within: str = "") -> Product:
    return Product(full.name or "", pointer, identifiers(full, within, version), version)


def _only(version: str, scheme: str | None) -> str:
    """The range that holds one version; empty without one."""
    return f"vers:{scheme or 'generic'}/{quote(version, safe='')}" if version else ""


def identifiers(full: FullName, within: str = "", version: str = "") -> tuple[Identifier, ...]:
    """The names of a product; `within` is the range of versions, or `version` the version, that its branch states.

    A range in words, or a package URL that a range without form restricts, names nothing for sure: the package URL then
    stands with the range as it is, which no version is known to lie in.
    """
    found: list[Identifier] = []
    helper = full.product_identification_helper
    if helper is not None:
        others = (uri.uri for uri in helper.x_generic_uris or () if uri.uri and uri.uri.startswith("pkg:"))
        for text in (helper.purl, *(helper.purls or ()), *others):
            name = purl.parse(text) if text else None
            if text and name is not None:
                stated = within or _only(version, scheme_of_purl_type(name.type))
                found.append(Identifier("purl", text, stated if name.version is None else ""))
        name_of_cpe = cpe.read(helper.cpe) if helper.cpe else None
        if helper.cpe and name_of_cpe is not None:
            open_ = name_of_cpe.values[3] in {"*", "-"}
            found.append(Identifier("cpe", helper.cpe, (within or _only(version, None)) if open_ else ""))
        for file in helper.hashes or ():
            found += [
                Identifier("hash", f"{_HASHES[h.algorithm.lower()]}:{h.value.lower()}")
                for h in file.file_hashes or ()
                if h.algorithm and h.value and h.algorithm.lower() in _HASHES
            ]
        for uri in helper.x_generic_uris or ():
            if uri.uri and uri.uri.startswith("urn:cdx:"):
                found.append(Identifier("ref", uri.uri))
    return tuple(dict.fromkeys(found)) or (Identifier("name", full.name or full.product_id or ""),)


def _related(tree: Tree, known: dict[str, list[Product]]) -> Iterator[tuple[str, Product]]:
    """The products that are parts of others."""
    for number, relation in enumerate(tree.relationships or ()):
        full = relation.full_product_name
        if full is not None:
            place = f"/product_tree/relationships/{number}"
            part, whole = relation.product_reference or "", relation.relates_to_product_reference or ""
            yield full.product_id or "", _part(full, f"{place}/full_product_name", part, whole, known)
    for number, path in enumerate(tree.product_paths or ()):
        full = path.full_product_name
        if full is not None:
            steps = [step.next_product_reference or "" for step in path.subpaths or ()]
            place = f"/product_tree/product_paths/{number}/full_product_name"
            part = path.beginning_product_reference or ""
            yield full.product_id or "", _part(full, place, part, steps[-1] if steps else "", known)


def _part(full: FullName, place: str, part: str, whole: str, known: dict[str, list[Product]]) -> Product:
    """A part by its own names and those of the product that it refers to."""
    own = [i for i in identifiers(full) if i.kind != "name"]
    referred = known.get(part, ())
    names = [*own, *(i for product in referred for i in product.identifiers)]
    version = referred[0].version if referred else ""
    return Product(full.name or "", place, tuple(dict.fromkeys(names)), version, part_of=whole)
