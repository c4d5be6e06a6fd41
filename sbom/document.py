"""What reading one document gives.

Guarantees: `Document` is the only thing that other folders see of a document's format; its tables are those of
`facts.vocabulary.BUILTIN`, each for one product.  It does not merge documents.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.base import Fact, Product
from rulewright.facts.table import Source, Table
from rulewright.sbom.findings import Findings


class Format(msgspec.Struct, frozen=True):
    """A recognised format: `family` is `cyclonedx` or `spdx`, `version` as written, `encoding` as the vocabulary has it."""

    family: str
    version: str
    encoding: str = "json"

    def __str__(self) -> str:
        """The format as people write it: `CycloneDX 1.6 JSON`."""
        name = {"cyclonedx": "CycloneDX", "spdx": "SPDX"}[self.family]
        return f"{name} {self.version} {self.encoding.upper()}"


Judge = Callable[[], tuple[Diagnostic, ...]]


class Document(msgspec.Struct, eq=False):
    """One document as read.

    `receipt` holds one row per kind of entity: its name, how many an independent count found in the bytes, how many
    are stored.
    """

    format: Format
    source: Source
    product: Product
    tables: dict[str, Table]
    attributes: dict[str, Fact]
    _findings: Findings
    receipt: tuple[tuple[str, int, int], ...]
    judge_schema: Judge
    """What the official schema says; judged once, when it is first asked."""
    judge_semantics: Judge
    """What is wrong with the document's meaning; judged once, when it is first asked."""

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What the reader found wrong so far, with JSON pointers.

        External references and properties stay undecoded until a column or the semantic judge asks for them: what is
        wrong inside them is found then.
        """
        return self._findings.sorted()
