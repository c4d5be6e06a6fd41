"""CycloneDX JSON 1.6 and 1.7 out of facts.

Guarantees: every component is written, once, in the order of the facts with nested ones inside; the described product is
`metadata.component` where there is just one.  What a version of the format has no field for is not written here;
`write_receipt` says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.facts.types import Completeness
from rulewright.sbom.write_common import (
    TOOL,
    Names,
    Order,
    contexts,
    filled,
    first,
    sources,
    stamp,
    tools,
    uuid,
    wanted,
)
from rulewright.sbom.write_cyclonedx_components import Components, entity, property_
from rulewright.sbom.write_cyclonedx_more import services, vulnerabilities
from rulewright.sbom.write_view import Tree

_PHASES = frozenset({"design", "pre-build", "build", "post-build", "operations", "discovery", "decommission"})


def write(order: Order, version: str) -> tuple[Tree, list[int]]:
    """The document, and the rows of its components in the order in which a reader comes upon them."""
    return _Writing(order, version).document()


class _Writing:
    """One document in the making."""

    def __init__(self, order: Order, version: str) -> None:
        self.order, self.version, self.view = order, version, order.view
        self.names = Names(lambda text: text)
        view = self.view
        self.root = None if view.root in view.holders else view.root
        self.refs = self._refs()
        self.parts = Components(view, version, self.refs)

    def _refs(self) -> list[str | None]:
        """The reference of each component that has one, or that something refers to."""
        view = self.view
        used = {row for row, needed in enumerate(view.needed) if needed}
        used |= {row for needed in view.needed for row in needed}
        used |= {row for row in view.rows("component") if self._has_entry(row)}
        used |= {row for row in view.rows("component") if view.value("component", "dependencies_complete", row)}
        used |= {parent for parent, _ in view.pairs("vulnerability", "component")}
        used |= {note.component for note in self.order.notes if note.component is not None}
        used |= {self.root} if self._word() and self.root is not None else set()
        named = (
            self.order.every_name or row in used or view.text("component", "id", row) for row in view.rows("component")
        )
        return [self.names.give(wanted(view, row)) if given else None for row, given in enumerate(named)]

    def _has_entry(self, row: int) -> bool:
        """Whether the dependencies of a component are stated."""
        return bool(self.view.needed[row]) or self.view.number("component", "dependency_count", row) is not None

    def document(self) -> tuple[Tree, list[int]]:
        """Everything, the identity last: it follows from the rest."""
        view = self.view
        listed, rows = self._components()
        table = view.table("component")
        tree: Tree = {
            "bomFormat": "CycloneDX",
            "specVersion": self.version,
            "serialNumber": None,
            "version": 1,
            "metadata": self._metadata(),
            "components": listed if listed or (table and table.extents[0].state is not Completeness.ABSENT) else None,
            "services": services(view, self.names) or self._empty("service"),
            "dependencies": self._dependencies(),
            "compositions": self._compositions() or None,
            "vulnerabilities": vulnerabilities(view, self.refs, self.names) or self._empty("vulnerability"),
            "annotations": self._annotations() or None,
        }
        tree = {key: value for key, value in tree.items() if value is not None or key == "serialNumber"}
        tree["serialNumber"] = f"urn:uuid:{uuid(tree)}"
        return tree, rows

    def _empty(self, collection: str) -> list[Tree] | None:
        """A list that is there and empty, where a source has one."""
        table = self.view.table(collection)
        return [] if table is not None and table.extents[0].state is not Completeness.ABSENT else None

    def _components(self) -> tuple[list[Tree], list[int]]:
        """The components beside the described product, and all rows in reading order."""
        view = self.view
        inner: dict[int, list[int]] = {}
        for row, holder in sorted(view.holders.items()):
            if not self._only_needed(row, holder):
                inner.setdefault(holder, []).append(row)
        nested = {row for rows in inner.values() for row in rows}
        top = [row for row in view.rows("component") if row not in nested and row != self.root]
        made = {row: self.parts.component(row) for row in view.rows("component")}
        for holder, rows in inner.items():
            made[holder]["components"] = [made[row] for row in rows]
        self.made = made
        seen: list[int] = []
        todo = list(reversed([*([] if self.root is None else [self.root]), *top]))
        while todo:
            row = todo.pop()
            seen.append(row)
            todo += reversed(inner.get(row, ()))
        return [made[row] for row in top], seen

    def _only_needed(self, row: int, holder: int) -> bool:
        """Whether a part of the described product is its dependency as well, and so stands in the list of components."""
        return holder == self.root and row in self.view.needed[holder]

    def _metadata(self) -> Tree:
        view = self.view
        kind, name, contact = (first(view, field) for field in ("author_kind", "author", "author_contact"))
        made = filled([
            ("timestamp", stamp(view)),
            ("lifecycles", [_phase(word) for word in contexts(view)]),
            ("tools", {"components": [_tool(*tool) for tool in [*tools(view), (TOOL, self.order.version)]]}),
            ("authors", [filled([("name", name), ("email", contact)])] if name and kind != "organization" else None),
            ("manufacturer", entity(name, contact) if name and kind == "organization" else None),
            ("component", None if self.root is None else self.made[self.root]),
            ("supplier", entity(first(view, "supplier"), None)),
            ("manufacture", self._maker()),
            ("licenses", _data_licence(first(view, "data_license", "NOASSERTION"))),
            ("properties", self._properties()),
        ])  # fmt: skip
        if contact and name and kind != "organization" and "@" not in contact:
            made["authors"] = [{"name": name}]
            made["manufacturer"] = {"url": [contact]}
        return made

    def _maker(self) -> Tree | None:
        """The maker of the product, unless the described component says it."""
        stated = first(self.view, "manufacturer")
        if self.root is not None and stated == self.view.text("component", "manufacturer", self.root):
            return None
        return entity(stated, None)

    def _properties(self) -> list[Tree]:
        comment = first(self.view, "comment")
        found = [property_("comment", comment)] if comment else []
        return found + [property_("rulewright:source", source) for source in sources(self.view)]

    def _dependencies(self) -> list[Tree] | None:
        """An entry for every component whose dependencies are stated."""
        view = self.view
        elsewhere, provided = self._stated()
        made: list[Tree] = []
        for row, ref in enumerate(self.refs):
            needed = [other for child in view.needed[row] if (other := self.refs[child])]
            others = sorted({*needed, *elsewhere.get(row, ())})
            if ref is not None and (others or self._has_entry(row) or row in provided):
                entry = filled([("ref", ref), ("dependsOn", others), ("provides", sorted(provided.get(row, ())))])
                made.append(entry)
        stated = any(view.flag("document", "dependencies_stated", row) for row in view.rows("document"))
        return sorted(made, key=lambda entry: str(entry["ref"])) if made or stated else None

    def _stated(self) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
        """What components need that is not in the document, and what they provide, by the relationships of the sources."""
        view = self.view
        rows = {
            (view.source_of("component", row), ident): row
            for row in view.rows("component")
            if (ident := view.text("component", "id", row))
        }
        elsewhere: dict[int, set[str]] = {}
        provided: dict[int, set[str]] = {}
        for number in view.rows("relationship"):
            kind = view.text("relationship", "type", number)
            source = view.source_of("relationship", number)
            ends = [view.text("relationship", field, number) or "" for field in ("from_id", "to_id")]
            row, other = (rows.get((source, end)) for end in ends)
            if row is None:
                continue
            if kind == "depends_on" and other is None and ends[1]:
                elsewhere.setdefault(row, set()).add(ends[1])
            elif kind == "provides" and ends[1]:
                provided.setdefault(row, set()).add((self.refs[other] or "") if other is not None else ends[1])
        return elsewhere, provided

    def _word(self) -> str | None:
        """What is known of the completeness of the components."""
        view = self.view
        rows = view.rows("document")
        if len(rows) == 1:
            return view.text("document", "completeness", 0)
        table = view.table("component")
        state = table.extents[0].state if table else None
        return {Completeness.CLOSED: "complete", Completeness.OPEN: "incomplete"}.get(state) if state else None

    def _compositions(self) -> list[Tree]:
        """What is known of the completeness of components and dependencies."""
        made: list[Tree] = []
        word = self._word()
        if word:
            ref = None if self.root is None else self.refs[self.root]
            made.append(filled([("aggregate", word), ("assemblies", [ref] if ref else None)]))
        by_word: dict[str, list[str]] = {}
        for row, ref in enumerate(self.refs):
            said = self.view.value("component", "dependencies_complete", row)
            if isinstance(said, str) and ref:
                by_word.setdefault(said, []).append(ref)
        made += [{"aggregate": said, "dependencies": sorted(by_word[said])} for said in sorted(by_word)]
        return made

    def _annotations(self) -> list[Tree]:
        """Our remarks."""
        annotator = {"component": _tool(TOOL, self.order.version)}
        refs: Sequence[str | None] = self.refs
        whole = None if self.root is None else refs[self.root]
        return [
            {
                "subjects": [ref] if (ref := whole if note.component is None else refs[note.component]) else [],
                "annotator": annotator,
                "timestamp": stamp(self.view),
                "text": note.text,
            }
            for note in self.order.notes
        ]


def _phase(word: str) -> Tree:
    phase = word.replace("_", "-")
    return {"phase": phase} if phase in _PHASES else {"name": word}


def _tool(name: str, version: str | None) -> Tree:
    return filled([("type", "application"), ("name", name), ("version", version)])


def _data_licence(text: str | None) -> list[Tree] | None:
    if text is None:
        return None
    from rulewright.facts.identity import licenses

    return [{"license": {"id": text}}] if licenses.is_known_id(text) else [{"expression": text}]
