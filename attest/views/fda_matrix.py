"""A traceability matrix for a premarket submission (FDA): requirement, control, test, evidence, status.

Guarantees: RFC 4180 with a header; every requirement of the result is there exactly once for each product, after the two documents that
section 524B asks for (management plan, SBOM), which are gaps where nobody judged them; a cell that a spreadsheet would take for a formula
begins with an apostrophe; only a pass says `pass`.  It is no submission, and judges nothing anew.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator

from rulewright.attest.views import dossier, report_parts, told
from rulewright.attest.views.context import Context
from rulewright.attest.views.dossier import Known
from rulewright.attest.views.told import Told
from rulewright.attest.views.visible import flowing

NAME = "fda-traceability-matrix.csv"
MEDIA_TYPE = "text/csv"
STANDARD = "fda.cybersecurity_524b"
STATUTORY = {
    f"{STANDARD}:524B.b1": "Plan to watch for, find and address vulnerabilities (section 524B(b)(1))",
    f"{STANDARD}:524B.b3": "Software bill of materials (section 524B(b)(3))",
}
"""What the law itself asks for, in our own words."""
HEADER = (
    "kind", "requirement", "product", "title", "level", "severity", "standard", "control", "test", "result of each test",
    "evidence", "status", "why", "waiver",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  the full-width forms are meant
_PLACES = 20
Record = tuple[str, ...]


def applies(context: Context) -> bool:
    """Whether the FDA's standard took part, or a product is a medical device for the market of the United States."""
    if any(item.id == STANDARD for item in context.report.policies):
        return True
    return any(
        "medical" in dossier.words(known.facts, "product.type")
        and dossier.words(known.facts, "product.markets") & {"US", "US-CA"}
        for known in dossier.products(context)
    )


def render(context: Context) -> bytes:
    """The matrix, lines ended by CR LF."""
    return "".join(f"{','.join(map(_quoted, record))}\r\n" for record in (HEADER, *_records(context))).encode()


def cell(said: str) -> str:
    """A text on one line that no spreadsheet takes for a formula."""
    text = flowing(said).strip()
    return f"'{text}" if text.startswith(_FORMULA) else text


def _quoted(said: str) -> str:
    return '"' + cell(said).replace('"', '""') + '"'


def _records(context: Context) -> Iterator[Record]:
    editions = told.editions(context.report)
    listed = dossier.products(context)
    for known in listed:
        yield from (_missing(known, name) for name in STATUTORY if name not in known.rows)
    everything = [item for known in listed for item in known.rows.values()]
    for item in sorted(
        everything, key=lambda item: (item.row.requirement not in STATUTORY, item.row.requirement, item.row.product)
    ):
        yield _record(item, editions.get(item.standard, ""))


def _missing(known: Known, name: str) -> Record:
    """A document that the law asks for and that was not judged."""
    because = known.excluded.get(name)
    why = f"taken out by the policy: {because}" if because is not None else f"not judged: add `--policy {STANDARD}`"
    return ("statutory", name, known.id, STATUTORY[name], "", "", STANDARD, "", "", "", "", "gap", why, "")


def _record(item: Told, edition: str) -> Record:
    row, result = item
    places = [dossier.place(e.source, e.pointer) for e in told.evidence(result) if e.source or e.pointer]
    named = list(dict.fromkeys(places))
    more = [f"and {len(named) - _PLACES} more"] if len(named) > _PLACES else []
    waived = result.waived
    return (
        "statutory" if row.requirement in STATUTORY else "requirement",
        row.requirement,
        row.product,
        result.title,
        row.level,
        row.severity,
        f"{item.standard} {edition}",
        "; ".join([*result.objective, *result.refs]) or "none named",
        "; ".join(f"{line.line}: {line.text}" for line in result.reason) or "none",
        "; ".join(f"{line.line}: {line.verdict}" for line in result.reason) or "none",
        "; ".join([*named[:_PLACES], *more]) or "none",
        report_parts.status(row),
        dossier.reason(item),
        f"{waived.id} until {waived.until}, approved by {waived.approved_by}: {waived.because}" if waived else "",
    )


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a matrix: requirements that are not there once, statuses, formulas, its form."""
    try:
        text = document.decode()
        records = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return (f"this is no CSV in UTF-8: {error}",)
    return tuple(_wrong(text, records, context))


def _wrong(text: str, records: list[list[str]], context: Context) -> Iterator[str]:
    if not records or tuple(records[0]) != HEADER or any(len(record) != len(HEADER) for record in records):
        yield "a line has not the columns of the header"
        return
    if text.count("\n") != text.count("\r\n") or text.count("\r") != text.count("\r\n") or not text.endswith("\r\n"):
        yield "a line does not end with CR LF"
    for number, record in enumerate(records, 1):
        yield from (
            f"line {number} has a cell that is a formula: {said[:20]}" for said in record if said.startswith(_FORMULA)
        )
    found = Counter((record[1], record[2], record[11]) for record in records[1:])
    expected = Counter(
        (cell(row.requirement), cell(row.product), cell(report_parts.status(row))) for row in context.rows
    )
    expected.update((name, cell(product), "gap") for name, product in _unjudged(context))
    for key in sorted(expected.keys() | found.keys()):
        if expected[key] != found[key]:
            yield f"`{key[0]}` for `{key[1]}` is there {found[key]} times as {key[2]}, not {expected[key]}"
    told_records = [tuple(map(cell, record)) for record in _records(context)]
    if len(records) != len(told_records) + 1:
        yield f"there are {len(records) - 1} lines, not {len(told_records)}"
    for record, wanted in zip(records[1:], told_records, strict=False):  # another number is told above
        if tuple(record) != wanted:
            yield f"the line of `{wanted[1]}` is not what the result says"


def _unjudged(context: Context) -> Iterator[tuple[str, str]]:
    """The documents that the law asks for and that no row judges, by product."""
    there = {(row.requirement, row.product) for row in context.rows}
    for product in sorted({row.product for row in context.rows}):
        yield from ((name, product) for name in STATUTORY if (name, product) not in there)
