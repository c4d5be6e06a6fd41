"""What a run found: the model behind every output format.

Guarantees: plain immutable data in a fixed order (product, requirement); its JSON is `rulewright-result/1`.
`elements` and `missing` are cut at a stated number, the totals are not.  No clock, no float, no host name.  In the JSON
every key is always there, and `values` is an object by fact path; only `encode` makes that JSON.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rulewright.dsl import ir

Verdict = Literal["pass", "fail", "unknown", "not_applicable", "error"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "unknown", "not_applicable", "error")


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fact as evidence: its path, its value as text, or the reason why it is unknown.

    `by` names the person whose word it is, `on` the day of it; of a witness `detector` is who looked, `on` the day.
    """

    fact: str
    value: str | None = None
    reason: str | None = None
    source: str | None = None
    pointer: str | None = None
    by: str | None = None
    on: str | None = None
    detector: str | None = None
    witnesses: tuple[Shown, ...] = ()


class Element(msgspec.Struct, frozen=True):
    """An element that made a line what it is: name, place in its document, the values looked at, children at fault.

    Of what an element depends on, the nearest at fault are listed and counted; of its own parts all are counted.
    """

    id: str
    pointer: str
    source: str
    verdict: Literal["pass", "fail", "unknown"]
    values: tuple[Shown, ...] = ()
    children: tuple[Element, ...] = ()
    children_total: int = 0


class Missing(msgspec.Struct, frozen=True):
    """Facts that would settle an unknown: path, reason, how many elements lack it, who could supply it."""

    fact: str
    reason: str
    detectors: tuple[str, ...] = ()
    count: int = 1


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why: one line of the check (or `scope`, `applies when`, `valid from`), its verdict and evidence."""

    line: str
    verdict: Verdict
    text: str
    place: ir.Place | None = None
    note: str = ""
    elements: tuple[Element, ...] = ()
    elements_total: int = 0
    counted: int | None = None
    values: tuple[Shown, ...] = ()
    missing: tuple[Missing, ...] = ()
    missing_total: int = 0


class Waived(msgspec.Struct, frozen=True):
    """The waiver that labels a fail or an unknown."""

    id: str
    because: str
    approved_by: str
    approved_on: str
    until: str


class AssumptionUsed(msgspec.Struct, frozen=True):
    """An assumption that the verdict rests on."""

    collection: str
    text: str


class Clash(msgspec.Struct, frozen=True):
    """A contradiction that the requirement stands in, and that nobody has decided, for contexts that this product may be in.

    `id` is that of `rulewright conflicts`; `others`: the requirements that it clashes with; `facts`: what they clash about;
    `region`: in which contexts, as rule text.
    """

    id: str
    others: tuple[str, ...]
    facts: tuple[str, ...]
    region: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one requirement for one product."""

    product: str
    requirement: str
    level: str
    severity: str
    title: str
    verdict: Verdict
    waived: Waived | None
    blocks: bool
    refs: tuple[str, ...]
    objective: tuple[str, ...]
    reason: tuple[Reason, ...]
    assumptions: tuple[AssumptionUsed, ...]
    tailored: tuple[str, ...]
    fix: str
    note: str
    source: ir.Place
    conflicts: tuple[Clash, ...] = ()


class Finding(msgspec.Struct, frozen=True):
    """A finding of the run itself: a waiver that has expired or is orphaned, a malformed field, a lost entity."""

    code: str
    severity: Literal["error", "warning", "note"]
    message: str
    source: str | None = None
    pointer: str | None = None
    hint: str | None = None


class Count(msgspec.Struct, frozen=True):
    """One entity of an ingestion receipt: counted in the bytes, stored as facts."""

    entity: str
    counted: int
    stored: int


class Unused(msgspec.Struct, frozen=True):
    """What of a document no fact was read from, and how many elements carry it."""

    what: str
    count: int


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was read, with its ingestion receipt, what was not used of it, and the findings about it."""

    kind: str
    format: str
    name: str
    sha256: str
    bytes: int
    product: str
    receipt: tuple[Count, ...] = ()
    unused: tuple[Unused, ...] = ()
    findings: tuple[Finding, ...] = ()
    findings_total: int = 0


class ProductInfo(msgspec.Struct, frozen=True):
    """A product that was judged."""

    id: str
    name: str
    version: str
    subjects: tuple[dict[str, str], ...]


class PolicyInfo(msgspec.Struct, frozen=True):
    """A policy or standard that took part."""

    kind: str
    id: str
    edition: str
    sha256: str
    title: str = ""
    pinned: bool = False


class ExcludedInfo(msgspec.Struct, frozen=True):
    """A requirement that the policy took out."""

    requirement: str
    because: str
    source: ir.Place


class Summary(msgspec.Struct, frozen=True, rename={"passed": "pass"}):
    """Counts over all results; `gate` is the answer to "may this ship?"."""

    passed: int
    fail: int
    unknown: int
    not_applicable: int
    error: int
    waived: int
    excluded: int
    assumptions: int
    blocking: int
    gate: Literal["pass", "fail"]


class Engine(msgspec.Struct, frozen=True):
    """Which engine ran."""

    name: str
    version: str


class Analysed(msgspec.Struct, frozen=True):
    """How far the requirements of a run were looked through for contradictions: up to how many members, and what was left out."""

    complete_up_to: int
    left: tuple[str, ...]


class RunFile(msgspec.Struct, frozen=True):
    """A file of a run: its name as given, and its digest."""

    name: str
    sha256: str


class RunGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the command line that names documents, and the files behind it in the order in which they are read.

    Of a `folder` they are the documents in it, and `skipped` counts the rest by what it is; of a `tree` (a device's folder)
    there is one entry, the digest of the whole tree.  The word `-` is standard input.
    """

    option: Literal["product", "facts", "feeds"]
    word: str
    kind: Literal["file", "folder", "tree"]
    files: tuple[RunFile, ...]
    skipped: dict[str, int] = {}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes to evaluate again: everything that the result depends on besides the engine.

    `program` is the digest of the compiled rules; `unrepeatable` names what no copy of files can bring back, like a live check.
    """

    as_of: str
    fail_on: Literal["shall", "should", "never"]
    limit: int
    same_product: bool
    validate: bool
    conflicts: bool
    placed_on_market: str | None
    params: dict[str, str]
    roots: tuple[str, ...]
    texts: tuple[RunFile, ...]
    given: tuple[RunGiven, ...]
    unrepeatable: tuple[str, ...]
    program: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run.  `analysed` is null where nobody asked for contradictions, `run` where the run was not recorded."""

    format: str = "rulewright-result/1"
    engine: Engine
    language: str
    as_of: str
    fail_on: Literal["shall", "should", "never"]
    products: tuple[ProductInfo, ...]
    inputs: tuple[Input, ...]
    policies: tuple[PolicyInfo, ...]
    excluded: tuple[ExcludedInfo, ...]
    summary: Summary
    findings: tuple[Finding, ...]
    results: tuple[Result, ...]
    analysed: Analysed | None = None
    run: Run | None = None


def encode(report: Report) -> bytes:
    """The canonical JSON of a report, one line, sorted as built."""
    plain = msgspec.to_builtins(report)
    for found in plain["results"]:
        for line in found["reason"]:
            line["values"] = _by_path(line["values"])
            for element in line["elements"]:
                _by_path_below(element)
    return msgspec.json.encode(plain)


def _by_path_below(element: dict[str, Any]) -> None:
    """Key the values of an element and of its children."""
    element["values"] = _by_path(element["values"])
    for child in element["children"]:
        _by_path_below(child)


def _by_path(looked_at: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The facts looked at by their paths, in the order of the check; witnesses are about the same fact, and unnamed."""
    keyed = {}
    for shown in looked_at:
        keyed[shown.pop("fact")] = shown
        for witness in shown.get("witnesses", ()):
            del witness["fact"]
    return keyed
