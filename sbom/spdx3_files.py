"""The table of files of an SPDX 3 document.

Guarantees: every file has a row, a file that is a component as well.  It does not interpret kinds of file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import msgspec

from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table
from rulewright.facts.types import Completeness, State
from rulewright.sbom import rows, spdx3_words, words
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.cyclonedx_components import words_set
from rulewright.sbom.spdx3_components import Columns, algorithm, hashes_of, together
from rulewright.sbom.spdx3_nodes import ref, refs

_OWNED = ("contains", "hasDistributionArtifact")


class Files(msgspec.Struct, eq=False, dict=True):
    """Makes the table."""

    columns: Columns
    source: Source

    @cached_property
    def items(self) -> list[model.File]:
        """The files in row order."""
        return self.columns.graph.nodes.of(model.File)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each file's identifier; the first where one is given twice."""
        found: dict[str, int] = {}
        for row, item in enumerate(self.items):
            if item.spdx_id:
                found.setdefault(item.spdx_id, row)
        return found

    def owners(self) -> Relation:
        """Which component has which file."""
        graph = self.columns.graph
        pairs = [(graph.rows.get(a), self.rows.get(b)) for _, a, b in graph.ends(*_OWNED)]
        return rows.from_edges([(a, b) for a, b in pairs if a is not None and b is not None])

    def licences(self) -> Column:
        """The licence that is concluded for each file."""
        graph, found = self.columns.graph, [list[words.Cell]() for _ in self.items]
        for r in graph.some("hasConcludedLicense"):
            row = self.rows.get(ref(r.from_) or "")
            if row is not None:
                found[row] += [self.columns.licences.of(ident).expression for ident in refs(r.to)]
        return spdx3_words.column(list(map(together, found)))

    def algorithms(self) -> Column:
        """The algorithms of the hashes of each file."""
        cells = [tuple([algorithm(h.algorithm or "") for h in hashes_of(f)]) or None for f in self.items]
        return words.column(cells, words_set)

    def types(self) -> Column:
        """What each file is for, and whether it is a directory."""

        def read(f: model.File) -> words.Cell:
            stated = [f.software_primary_purpose, *(f.software_additional_purpose or ())]
            if spdx3_words.word(f.software_file_kind) == "directory":
                stated.append("directory")
            return words_set(tuple(spdx3_words.term(word) for word in stated if word)) if any(stated) else None

        return spdx3_words.column([read(f) for f in self.items])

    def marked(self, name: str, key: str) -> Callable[[], Column]:
        """A column of texts; a malformed or conflicting field says so."""
        marks = self.columns.graph.nodes.decoded.fitter.marks

        def build() -> Column:
            column = words.texts([getattr(f, name) for f in self.items])
            for row, item in enumerate(self.items) if marks else ():
                if column.codes[row] == State.MISSING:
                    column.codes[row] = marks.get(id(item), {}).get(key, State.MISSING)
            return column

        return build

    def table(self) -> Table:
        """The table."""
        nodes, size = self.columns.graph.nodes, len(self.items)
        places = nodes.places(model.File)
        builders = {
            "id": self.marked("spdx_id", "spdxId"),
            "name": self.marked("name", "name"),
            "hash_algorithms": self.algorithms,
            "license": self.licences,
            "copyright": self.marked("software_copyright_text", "software_copyrightText"),
            "types": self.types,
        }
        relations = {"component": self.owners, "document": lambda: rows.below_document(size)}
        segment = Segment(
            0, self.source, lambda row: nodes.pointer(places[row]), lambda row: self.items[row].name or f"file #{row}"
        )
        state = Completeness.UNSTATED if size else Completeness.ABSENT
        because = "the document does not say" if size else "the document has no elements of type `software_File`"
        return rows.table("file", size, Extent(state, because), segment, builders, relations)
