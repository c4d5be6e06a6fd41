"""A CSAF document as plain values with their places, for the judge of its meaning.

Guarantees: every accessor takes a document that the schema refuses too: what has another type than expected counts as
absent, for the first judge says so.  Walking the tree needs no recursion.  It judges nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

import msgspec

from rulewright.sbom.decoding import Bytes
from rulewright.sbom.findings import NOTE, WARNING, Findings

Fields = dict[str, object]
Placed = tuple[str, Fields]
"""An object with its JSON pointer."""
CONCERNING = (
    "first_known_exploitation_dates", "flags", "ids", "involvements", "notes", "remediations", "threats",
)  # fmt: skip
"""Lists of a vulnerability whose items name products and groups."""
STATUS_GROUPS = {
    "first_affected": "affected", "known_affected": "affected", "last_affected": "affected",
    "known_not_affected": "not affected", "first_fixed": "fixed", "fixed": "fixed",
    "under_investigation": "under investigation", "unknown": "unknown", "recommended": "recommended",
}  # fmt: skip
"""Product statuses by the group that the specification puts them into."""
MAX_MEMBERS = 2_000_000
"""Members of groups that are looked at for one document."""


def child(holder: Fields, key: str) -> Fields:
    """Give the object under `key`; an empty one where there is none."""
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def objects(holder: Fields, key: str, place: str) -> Iterator[Placed]:
    """Give the objects of the list under `key`; `place` is that of the holder."""
    value = holder.get(key)
    for number, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield f"{place}/{key}/{number}", item


def strings(holder: Fields, key: str) -> Iterator[tuple[int, str]]:
    """Give the texts of the list under `key` with their numbers."""
    value = holder.get(key)
    for number, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield number, item


def text(holder: Fields, key: str) -> str:
    """Give the text under `key`; empty where there is none."""
    value = holder.get(key)
    return value if isinstance(value, str) else ""


class Report(msgspec.Struct, eq=False):
    """Where failed tests are written down."""

    findings: Findings

    def fail(self, code: str, clause: str, message: str, pointer: str) -> None:
        """Write down that the test of a clause (`6.1.6`) fails."""
        self.findings.add(code, WARNING, f"{clause}: {message}", pointer)

    def undecided(self, clause: str, message: str, pointer: str) -> None:
        """Write down that the test of a clause cannot be decided here."""
        self.findings.add("RW1261", NOTE, f"{clause}: not decided: {message}", pointer)


class Definition(msgspec.Struct, frozen=True):
    """Where a product is defined, with the categories and names of the branches that lead there."""

    place: str
    product: Fields
    ident: str
    path: tuple[tuple[str, str], ...] = ()


class View(msgspec.Struct, eq=False, dict=True):
    """The document, with what several tests look up."""

    root: Fields
    members: int = 0
    """How many members of groups have been looked at."""

    @cached_property
    def document(self) -> Fields:
        """The document's own data."""
        return child(self.root, "document")

    @cached_property
    def newer(self) -> bool:
        """Whether it is a document of CSAF 2.1; everything else is judged as 2.0."""
        return text(self.document, "csaf_version").startswith("2.1")

    @cached_property
    def category(self) -> str:
        """The profile, as the document names it."""
        return text(self.document, "category")

    @cached_property
    def tracking(self) -> Fields:
        """Identity and history of the document."""
        return child(self.document, "tracking")

    @cached_property
    def status(self) -> str:
        """Draft, interim or final."""
        return text(self.tracking, "status")

    @cached_property
    def tlp(self) -> str:
        """The label of the Traffic Light Protocol."""
        return text(child(child(self.document, "distribution"), "tlp"), "label")

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Where the document says that it can be found itself."""
        listed = objects(self.document, "references", "")
        return frozenset(text(r, "url") for _, r in listed if text(r, "category") == "self")

    @cached_property
    def english(self) -> bool:
        """Whether the document is in English or does not say."""
        return text(self.document, "lang").lower().partition("-")[0] in {"", "en"}

    @cached_property
    def tree(self) -> Fields:
        """All products."""
        return child(self.root, "product_tree")

    @cached_property
    def vulnerabilities(self) -> tuple[Placed, ...]:
        """All vulnerabilities."""
        return tuple(objects(self.root, "vulnerabilities", ""))

    @cached_property
    def branches(self) -> tuple[tuple[str, Fields, tuple[tuple[str, str], ...]], ...]:
        """Every branch with its place and the path that leads to it, itself included, in the document's order."""
        found: list[tuple[str, Fields, tuple[tuple[str, str], ...]]] = []
        open_ = [(place, b, ()) for place, b in reversed(list(objects(self.tree, "branches", "/product_tree")))]
        waiting: list[tuple[str, Fields, tuple[tuple[str, str], ...]]] = [*open_]
        while waiting:
            place, branch, above = waiting.pop()
            path = (*above, (text(branch, "category"), text(branch, "name")))
            found.append((place, branch, path))
            waiting += [(p, b, path) for p, b in reversed(list(objects(branch, "branches", place)))]
        return tuple(found)

    @cached_property
    def related(self) -> tuple[Placed, ...]:
        """Relationships (2.0) and product paths (2.1)."""
        return (
            *objects(self.tree, "relationships", "/product_tree"),
            *objects(self.tree, "product_paths", "/product_tree"),
        )

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """Every full product name."""
        found = [
            Definition(f"{place}/product", product, text(product, "product_id"), path)
            for place, branch, path in self.branches
            if isinstance(product := branch.get("product"), dict)
        ]
        for place, product in objects(self.tree, "full_product_names", "/product_tree"):
            found.append(Definition(place, product, text(product, "product_id")))
        for place, relation in self.related:
            product = relation.get("full_product_name")
            if isinstance(product, dict):
                found.append(Definition(f"{place}/full_product_name", product, text(product, "product_id")))
        return tuple(found)

    @cached_property
    def products(self) -> dict[str, Definition]:
        """The first definition of each product."""
        return {d.ident: d for d in reversed(self.definitions)}

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Products by group."""
        return {
            text(group, "group_id"): tuple(t for _, t in strings(group, "product_ids"))
            for _, group in objects(self.tree, "product_groups", "/product_tree")
        }

    def concerned(self, said: Fields) -> set[str]:
        """Products that something is said of, by their own ids and by those of groups.

        Groups stand for more members than a document could list: beyond `MAX_MEMBERS` they are left out (`exhausted`).
        """
        found = {t for _, t in strings(said, "product_ids")}
        for _, group in strings(said, "group_ids"):
            listed = self.groups.get(group, ())
            self.members += len(listed)
            if not self.exhausted:
                found.update(listed)
        return found

    @property
    def exhausted(self) -> bool:
        """Whether groups had to be left out."""
        return self.members > MAX_MEMBERS

    def statuses(self, vulnerability: Fields) -> Iterator[tuple[str, int, str]]:
        """Give status, number and product of each item of a vulnerability's `product_status`."""
        stated = child(vulnerability, "product_status")
        for key in STATUS_GROUPS:
            for number, ident in strings(stated, key):
                yield key, number, ident

    def scores(self, vulnerability: Fields, place: str) -> Iterator[tuple[str, Fields, Fields, str]]:
        """Give place and content of each score, the score itself, and from where it is; empty: from this document."""
        for at, score in objects(vulnerability, "scores", place):
            yield at, score, score, ""
        for at, metric in objects(vulnerability, "metrics", place):
            source = text(metric, "source")
            yield f"{at}/content", child(metric, "content"), metric, "" if source in self.addresses else source


def view(data: Bytes) -> View | None:
    """Decode a document, numbers with a fraction exactly; `None` where it is no object or nested too deeply."""
    try:
        root = msgspec.json.Decoder(dict[str, object], float_hook=Decimal).decode(data)
    except (msgspec.DecodeError, RecursionError):
        return None
    return View(root)
