"""What reading a document of statements (VEX, advisory) gives.

Guarantees: such a document describes no product of its own; its statements name products and parts by identifiers.
It does not apply them to a product.
"""

from __future__ import annotations

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.statements import Statement
from rulewright.facts.table import Source
from rulewright.sbom.document import Format, Judge


class Statements(msgspec.Struct, eq=False):
    """A document that describes no product of its own: what its author says of vulnerabilities in products of others.

    `receipt` is as in `Document`.
    """

    format: Format
    source: Source
    statements: tuple[Statement, ...]
    findings: tuple[Diagnostic, ...]
    receipt: tuple[tuple[str, int, int], ...]
    judge_schema: Judge
    judge_semantics: Judge

    def judged(self) -> tuple[Diagnostic, ...]:
        """The findings with those of the official schema and of the judge of meaning."""
        return (*self.findings, *self.judge_schema(), *self.judge_semantics())
