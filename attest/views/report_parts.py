"""What the readable report says, before it is Markdown or HTML.

Guarantees: words still raw (each form escapes for itself), the same in both forms, in a fixed order; waived and unknown requirements
are counted and named as such, never as passes.  Nothing is computed that the result does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from rulewright.attest.model import Row, Tally
from rulewright.attest.rows import standard_of, tallies
from rulewright.attest.views.context import Context
from rulewright.attest.views.identity import pairs
from rulewright.engine import wording
from rulewright.engine.report import natural
from rulewright.engine.result import Missing, Reason, Result

Pair = tuple[Row, Result]
WORDS = {
    "pass": "pass",
    "fail": "fail",
    "waived": "waived",
    "unknown": "unknown",
    "error": "error",
    "not_applicable": "not applicable",
}
COLUMNS = ("pass", "fail", "waived", "unknown", "error", "not applicable", "blocking")
VERIFY = "rulewright verify BUNDLE --trust TRUST-POLICY"
PROOF = (
    "This report is a part of an attestation and proves nothing alone: whoever has the file can change it. The attestation is the "
    "bundle that it came in; a signature there covers every requirement and, by its digest, this report."
)
PAGE = (
    "Or open verify.html of your own copy of Rulewright in a browser and give it the bundle; no network is needed. "
    "Get the trust policy, or the signer's public key, by another way than the bundle."
)


class Need(msgspec.Struct, frozen=True):
    """A fact that would settle unknowns: why it is not known, who could supply it, and the requirements that wait for it."""

    fact: str
    reasons: tuple[str, ...]
    detectors: tuple[str, ...]
    waiting: tuple[Pair, ...]


class Exemption(msgspec.Struct, frozen=True):
    """A waiver with what it labels; `left` counts the days from the day of the run to its last."""

    id: str
    because: str
    approved_by: str
    approved_on: str
    until: str
    left: int
    rows: tuple[Pair, ...]


class Chapter(msgspec.Struct, frozen=True):
    """The requirements of one standard for one product."""

    product: str
    standard: str
    name: str
    rows: tuple[Pair, ...]


def in_order(context: Context) -> list[Pair]:
    """All rows with their results, as people read them: by product, standard, and number within it."""
    return sorted(
        pairs(context),
        key=lambda pair: (pair[0].product, standard_of(pair[0].requirement), natural(pair[0].requirement)),
    )


def title(context: Context) -> str:
    """What was judged, in one line."""
    return ", ".join(wording.product_names(context.report).values()) or "no product"


def days(context: Context) -> str:
    """As of when, until when, by whom."""
    report = context.report
    engine = f"{report.engine.name} {context.engine.version}"
    return f"as of {report.as_of[:10]}, holds until {context.valid_until[:10]}, evaluated by {engine}, language {report.language}"


def answer(context: Context) -> str:
    """The gate, and what keeps it closed."""
    blocking = [row for row in context.rows if row.blocks]
    if context.report.summary.gate == "fail" or blocking:
        kinds = _counted((row.status for row in blocking), WORDS)
        return f"Something blocks: {_number(len(blocking), 'requirement')}{f' ({kinds})' if kinds else ''}"
    open_ones = [row for row in context.rows if row.status in {"fail", "waived", "unknown", "error"}]
    if not open_ones:
        return "Nothing blocks: every requirement that applies passes"
    kinds = _counted((row.status for row in open_ones), WORDS)
    return f"Nothing blocks, but {_number(len(open_ones), 'requirement')} did not pass ({kinds})"


def _counted(statuses: Iterable[str], words: dict[str, str]) -> str:
    listed = list(statuses)
    return ", ".join(f"{listed.count(word):,} {said}" for word, said in words.items() if word in listed)


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def cells(tally: Tally) -> tuple[int, ...]:
    """The counts of a standard, in the order of `COLUMNS`."""
    t = tally
    return t.passed, t.fail, t.waived, t.unknown, t.error, t.not_applicable, t.blocking


def table(context: Context) -> list[tuple[str, tuple[int, ...]]]:
    """Each standard by its name with its counts, and all together where there are several."""
    names = standards(context)
    rows = [(names.get(t.standard, t.standard), cells(t)) for t in tallies(context.rows)]
    if len(rows) > 1:
        rows.append(("all", tuple(map(sum, zip(*(counts for _, counts in rows), strict=True)))))
    return rows


def standards(context: Context) -> dict[str, str]:
    """What standards and policies are called."""
    return {p.id: " ".join(filter(None, (p.id, p.edition, p.title))) for p in context.report.policies}


def status(row: Row) -> str:
    """The word of a status; of a waived row, what it would be."""
    return f"waived, would be {row.of}" if row.of else WORDS[row.status]


def weight(row: Row) -> str:
    """How much a row matters, and what it rests on."""
    basis = {"re-derivable": "re-derivable from the documents", "declared": "declared", "manual": "a person's word"}
    return ", ".join([row.level, row.severity, *(["blocks"] if row.blocks else []), basis[row.basis]])


def blocking(listed: Sequence[Pair]) -> list[Pair]:
    """What keeps the gate closed, the gravest first."""
    ranks = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    found = [pair for pair in listed if pair[0].blocks]
    return sorted(found, key=lambda pair: (pair[0].level != "shall", ranks.get(pair[0].severity, 4)))


def exemptions(context: Context, listed: Sequence[Pair]) -> list[Exemption]:
    """The waivers in use, the one that ends first before the others."""
    found: dict[tuple[str, ...], list[Pair]] = {}
    for pair in listed:
        waived = pair[1].waived
        if pair[0].status == "waived" and waived is not None:
            key = (waived.until, waived.id, waived.because, waived.approved_by, waived.approved_on)
            found.setdefault(key, []).append(pair)
    return [
        Exemption(name, because, by, on, until, wording.days_left(context.report, until), tuple(found[key]))
        for key in sorted(found)
        for until, name, because, by, on in [key]
    ]


def needs(listed: Sequence[Pair]) -> list[Need]:
    """The facts that unknowns wait for; those that settle most come first."""
    found: dict[str, dict[tuple[str, str], Pair]] = {}
    stated: dict[str, list[Missing]] = {}
    for row, result in listed:
        if row.status == "unknown" or row.of == "unknown":
            for missing in (m for reason in result.reason for m in reason.missing):
                found.setdefault(missing.fact, {})[row.requirement, row.product] = (row, result)
                stated.setdefault(missing.fact, []).append(missing)
    made = [
        Need(
            fact,
            tuple(sorted({wording.REASON.get(m.reason, m.reason) for m in stated[fact]})),
            tuple(sorted(wording.detectors(tuple(stated[fact])))),
            tuple(waiting.values()),
        )
        for fact, waiting in found.items()
    ]
    return sorted(made, key=lambda need: (-sum(r.blocks for r, _ in need.waiting), -len(need.waiting), need.fact))


def unsettled(listed: Sequence[Pair], found: Sequence[Need]) -> list[Pair]:
    """Unknown requirements of which the result names no fact that would settle them."""
    waiting = {(row.requirement, row.product) for need in found for row, _ in need.waiting}
    return [
        pair
        for pair in listed
        if "unknown" in {pair[0].status, pair[0].of} and (pair[0].requirement, pair[0].product) not in waiting
    ]


def conflicts(listed: Sequence[Pair]) -> list[tuple[Pair, list[str]]]:
    """The requirements that stand in undecided contradictions."""
    return [(pair, wording.clashes(pair[1])) for pair in listed if pair[1].conflicts]


def looked(context: Context) -> str:
    """How far contradictions were looked for."""
    analysed = context.report.analysed
    if analysed is None:
        return "Nobody asked whether requirements contradict each other"
    left = f"; not looked into: {', '.join(analysed.left)}" if analysed.left else ""
    return f"Contradictions of up to {analysed.complete_up_to} requirements together were looked for{left}"


def chapters(context: Context, listed: Sequence[Pair]) -> list[Chapter]:
    """All requirements."""
    names = standards(context)
    groups = groupby(listed, key=lambda pair: (pair[0].product, standard_of(pair[0].requirement)))
    return [
        Chapter(product, standard, names.get(standard, standard), tuple(rows)) for (product, standard), rows in groups
    ]


def line(reason: Reason) -> str:
    """What one line of a check found."""
    count = wording.tally(reason)
    verb = {"fail": "fail", "unknown": "are undecided", "pass": "hold"}.get(reason.verdict, "were looked at")
    return ", ".join(filter(None, (WORDS[reason.verdict], f"{count} {verb}" if count else "")))


def values(reason: Reason) -> list[str]:
    """The facts that one line looked at, apart from those that are said to be missing."""
    missing = {item.fact for item in reason.missing}
    return [wording.fact(shown) for shown in reason.values if shown.fact not in missing or shown.witnesses]


def missing(reason: Reason) -> list[str]:
    """The facts that would settle a line."""
    said = []
    for item in reason.missing:
        who = " or ".join(wording.detectors((item,)))
        said.append(f"needs {wording.missing(item)}{f', from {who}' if who else ''}")
    more = reason.missing_total - len(reason.missing)
    return said + ([f"needs {_number(more, 'other fact')}"] if more > 0 else [])


def remarks(row: Row, found: Result) -> list[tuple[str, str]]:
    """What else a reader must know of a requirement: label and words."""
    told: list[tuple[str, str]] = []
    if found.waived is not None:
        w = found.waived
        told.append(("waived", f"{w.id} until {w.until}, approved by {w.approved_by} on {w.approved_on}: {w.because}"))
    told += [("assumes", item.text) for item in found.assumptions]
    told += [("contradiction", said) for said in wording.clashes(found)]
    told += [("tailored", said) for said in found.tailored]
    told += [("note", found.note)] if found.note else []
    told += [("do", found.fix)] if found.fix and row.status not in {"pass", "not_applicable"} else []
    told += [("see also", ", ".join(found.refs))] if found.refs else []
    place = found.source
    return [*told, ("rule", f"{place.file}:{place.line}"), ("digest", row.detail)]


def proofs(context: Context) -> list[tuple[str, str]]:
    """What identifies the attestation: label and value."""
    results, engine = context.results, context.engine
    return [
        ("tree of the requirements", results.tree),
        ("commitment to the results", results.commitment),
        ("list of requirements", results.requirements),
        ("requirements", str(results.leaves)),
        ("as of", context.report.as_of),
        ("holds until", context.valid_until),
        ("engine", f"{engine.id} {engine.version}"),
        ("code of the engine", engine.code),
    ]


def artefacts(context: Context) -> list[tuple[str, str, Sequence[tuple[str, str]]]]:
    """What the attestation is about: kind, name, digests."""
    kinds = {"artifact": "artefact", "document": "document"}
    return [
        (kinds.get(s.annotations.get("kind", ""), "subject"), s.name, sorted(s.digest.items()))
        for s in context.subjects
    ]
