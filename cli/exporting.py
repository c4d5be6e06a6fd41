"""`rulewright facts --format cyclonedx|spdx-…`: one document for others out of whatever came in.

Guarantees: one product, one document; what the format cannot carry is said on stderr, a finding for each kind; the receipt
says how much of each collection is in the document.  It writes no format itself (`sbom.write_document`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rulewright.cli import exits
from rulewright.cli.check import deliver
from rulewright.cli.documents import Taken
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.streams import say
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.facts.stack import ProductFacts

if TYPE_CHECKING:
    from rulewright.sbom.write_receipt import Line


def export(request: Request, products: Sequence[ProductFacts], taken: Taken, as_of: int) -> int:
    """Write the document; return the exit code."""
    from rulewright import __version__
    from rulewright.sbom.write_document import write
    from rulewright.sbom.write_notes import notes

    if len(products) != 1:
        message = f"there are {len(products)} products, and a document describes one"
        hint = "give the documents of one product, or `--same-product` if these are of one"
        return refuse([problem("RW0016", message, hint)])
    (facts,) = products
    remarks = notes(facts, _found(taken)) if "annotate" in request.flags else ()
    written = write(facts, request.one("format") or "", as_of, __version__, remarks)
    if isinstance(written, Diagnostic):
        return refuse([written])
    path = request.one("output")
    code = deliver(written.data.decode(), path, utf8=True)
    if code == exits.OK and "quiet" not in request.flags:
        show(written.findings)
        say("written: " + ", ".join(_counts(written.receipt)))
    return code


def _found(taken: Taken) -> Iterator[Diagnostic]:
    """Every finding on the inputs."""
    listed = [*(part.input for part in taken.parts), *taken.shared_inputs]
    for item in listed:
        for f in item.findings:
            yield Diagnostic(f.code, Severity(f.severity), f.message, source=f.source, pointer=f.pointer)


def _counts(receipt: Sequence[Line]) -> Iterator[str]:
    """How much of each collection is in the document."""
    for line in receipt:
        if line.stated and "." not in line.kind and line.kind != "document":
            yield f"{line.kind} {line.written:,} of {line.stated:,}"
