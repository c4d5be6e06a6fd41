"""The judge of a CSAF document's meaning: the mandatory tests of the specification.

Guarantees: every mandatory test of CSAF 2.0 and 2.1 (section 6.1) that can be decided without a network is made; each
finding names the clause of its test.  What cannot be decided, and what is only recommended (6.2), is a note.  It does not
judge the schema.
"""

from __future__ import annotations

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import (
    csaf_semantics_advice,
    csaf_semantics_history,
    csaf_semantics_products,
    csaf_semantics_profile,
    csaf_semantics_ranges,
    csaf_semantics_scores,
    csaf_semantics_ssvc,
    csaf_semantics_status,
    csaf_semantics_times,
    csaf_semantics_vex,
    csaf_semantics_words,
)
from rulewright.sbom.csaf_semantics_view import Report, view
from rulewright.sbom.decoding import Bytes, no_collector
from rulewright.sbom.findings import Findings

_THEMES = (
    csaf_semantics_products, csaf_semantics_status, csaf_semantics_scores, csaf_semantics_words, csaf_semantics_history,
    csaf_semantics_profile, csaf_semantics_vex, csaf_semantics_ranges, csaf_semantics_times, csaf_semantics_ssvc,
    csaf_semantics_advice,
)  # fmt: skip


def judge(data: Bytes, name: str) -> tuple[Diagnostic, ...]:
    """Judge a document that is valid JSON; one that is no CSAF version 2.1 is judged as 2.0."""
    report = Report(Findings(name))
    with no_collector():
        document = view(data)
        if document is not None:
            for theme in _THEMES:
                theme.check(document, report)
            if document.exhausted:
                message = "the groups of products stand for too many members, so some of them are left out"
                report.undecided("6.1.33 to 6.1.36", message, "/product_tree/product_groups")
    return report.findings.sorted()
