"""Tests of CSAF on the definition of products and groups: 6.1.1 to 6.1.5, 6.1.34, 6.1.57, 6.1.58.

Guarantees: linear in the size of the document.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.sbom.csaf_semantics_view import CONCERNING, Fields, Report, View, objects, strings, text
from rulewright.sbom.findings import shown

CODE = "RW1250"
MAX_BRANCHES = 30
"""How many `branches` a path may hold (6.1.34)."""


def check(view: View, report: Report) -> None:
    """Make the tests."""
    _defined(view, report)
    _once(view, report)
    _circles(view, report)
    if view.newer:
        _paths(view, report)


def _referring(view: View) -> Iterator[tuple[str, Fields]]:
    """Everything that refers to products or groups in lists of its own."""
    yield from objects(view.document, "notes", "/document")
    for place, vulnerability in view.vulnerabilities:
        for key in CONCERNING:
            yield from objects(vulnerability, key, place)


def product_references(view: View) -> Iterator[tuple[str, str]]:
    """Every reference to a product: its place and the id."""
    yield from _tree_references(view)
    for place, said in _referring(view):
        yield from ((f"{place}/product_ids/{n}", t) for n, t in strings(said, "product_ids"))
    for place, vulnerability in view.vulnerabilities:
        for key, number, ident in view.statuses(vulnerability):
            yield f"{place}/product_status/{key}/{number}", ident
        for key in ("scores", "metrics"):
            for at, score in objects(vulnerability, key, place):
                yield from ((f"{at}/products/{n}", t) for n, t in strings(score, "products"))


def _tree_references(view: View) -> Iterator[tuple[str, str]]:
    """References within the tree: those of groups, relationships and paths."""
    for place, group in objects(view.tree, "product_groups", "/product_tree"):
        yield from ((f"{place}/product_ids/{n}", t) for n, t in strings(group, "product_ids"))
    for place, relation in view.related:
        yield from _parts(relation, place)


def _parts(relation: Fields, place: str) -> Iterator[tuple[str, str]]:
    """What a relationship or a path puts together."""
    for key in ("product_reference", "relates_to_product_reference", "beginning_product_reference"):
        if text(relation, key):
            yield f"{place}/{key}", text(relation, key)
    for at, step in objects(relation, "subpaths", place):
        if text(step, "next_product_reference"):
            yield f"{at}/next_product_reference", text(step, "next_product_reference")


def _defined(view: View, report: Report) -> None:
    """Hold references against definitions: 6.1.1 and 6.1.4."""
    for place, ident in product_references(view):
        if ident not in view.products:
            report.fail(CODE, "6.1.1", f"no product of the document has the id `{shown(ident)}`", place)
    for place, said in _referring(view):
        for number, ident in strings(said, "group_ids"):
            if ident not in view.groups:
                message = f"no product group of the document has the id `{shown(ident)}`"
                report.fail(CODE, "6.1.4", message, f"{place}/group_ids/{number}")


def _once(view: View, report: Report) -> None:
    """Look for ids that are defined more than once: 6.1.2 and 6.1.5."""
    seen: set[str] = set()
    for definition in view.definitions:
        if definition.ident in seen:
            message = f"the id `{shown(definition.ident)}` is defined more than once"
            report.fail(CODE, "6.1.2", message, f"{definition.place}/product_id")
        seen.add(definition.ident)
    seen = set()
    for place, group in objects(view.tree, "product_groups", "/product_tree"):
        ident = text(group, "group_id")
        if ident in seen:
            report.fail(CODE, "6.1.5", f"the id `{shown(ident)}` is defined more than once", f"{place}/group_id")
        seen.add(ident)


def _circles(view: View, report: Report) -> None:
    """Look for products that are made of themselves: 6.1.3."""
    parts: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    for place, relation in view.related:
        name = relation.get("full_product_name")
        ident = text(name, "product_id") if isinstance(name, dict) else ""
        parts.setdefault(ident, []).extend(part for _, part in _parts(relation, place))
        places.setdefault(ident, f"{place}/full_product_name/product_id")
    for ident in _circular(parts):
        report.fail(CODE, "6.1.3", f"`{shown(ident)}` is defined by itself", places[ident])


def _circular(parts: dict[str, list[str]]) -> list[str]:
    """Give the nodes that remain when all that lead nowhere are taken away, and all that none leads to."""
    known = {node: {part for part in named if part in parts} for node, named in parts.items()}
    for _ in range(2):
        back: dict[str, set[str]] = {node: set() for node in known}
        for node, named in known.items():
            for part in named:
                back[part].add(node)
        left = {node: len(named) for node, named in known.items()}
        waiting = [node for node, number in left.items() if not number]
        while waiting:
            for node in back[waiting.pop()]:
                left[node] -= 1
                if not left[node]:
                    waiting.append(node)
        kept = {node for node, number in left.items() if number}
        known = {node: back[node] & kept for node in known if node in kept}
    return list(known)


def _paths(view: View, report: Report) -> None:
    """Judge the branches that lead to a product: 6.1.34, 6.1.57 and 6.1.58."""
    for definition in view.definitions:
        categories = [category for category, _ in definition.path if category != "product_family"]
        place = definition.place
        if len(definition.path) > MAX_BRANCHES:
            message = f"{len(definition.path)} `branches` lead to the product, more than {MAX_BRANCHES}"
            report.fail(CODE, "6.1.34", message, place)
        if len(categories) != len(set(categories)):
            twice = sorted({c for c in categories if categories.count(c) > 1})
            message = f"the path to the product has the category `{shown(twice[0])}` more than once"
            report.fail(CODE, "6.1.57", message, place)
        if {"product_version", "product_version_range"} <= set(categories):
            message = "the path to the product has a version and a range of versions"
            report.fail(CODE, "6.1.58", message, place)
