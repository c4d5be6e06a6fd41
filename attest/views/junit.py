"""JUnit XML: one suite for each product and standard, one case for each requirement.

Guarantees: well-formed XML 1.0 whatever the documents hold, valid against the Ant JUnit schema.  A pass passes; a fail, and whatever is
waived, is a `failure` (types `fail` and `waived`); unknown and error are an `error` of that type; what does not apply is `skipped`.
`timestamp` is the `as of` of the run, `hostname` is `localhost`, `time` is 0: a result holds no clock.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from xml.etree import ElementTree as ET

from rulewright.attest.model import Row
from rulewright.attest.views.context import Context
from rulewright.attest.views.identity import pairs, properties
from rulewright.attest.views.visible import visible
from rulewright.engine import wording
from rulewright.engine.result import Reason, Result

NAME = "junit.xml"
MEDIA_TYPE = "application/xml"
OUTCOMES = {
    "pass": "",
    "fail": "failure",
    "waived": "failure",
    "unknown": "error",
    "error": "error",
    "not_applicable": "skipped",
}
"""The element of each status; a pass has none."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;"}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_Pair = tuple[Row, Result]


def render(context: Context) -> bytes:
    """The document."""
    names = wording.product_names(context.report)
    editions = wording.editions(context.report)
    shared = properties(context)
    lines = [_HEAD, "<testsuites>"]
    listed = sorted(pairs(context), key=lambda pair: (pair[0].product, wording.standard_of(pair[1])))
    groups = groupby(listed, key=lambda pair: (pair[0].product, wording.standard_of(pair[1])))
    for number, ((product, standard), group) in enumerate(groups):
        name = f"{standard} {editions.get(standard, '')}"
        about = {**shared, "product": product, "productName": names.get(product, product)}
        stamp = f'timestamp="{context.report.as_of[:19]}" hostname="localhost"'
        head = f'  <testsuite id="{number}" package="{_token(product)}" name="{_token(name)}" {stamp}'
        lines += _suite(head, about, list(group))
    return ("\n".join([*lines, "</testsuites>"]) + "\n").encode()


def _suite(head: str, about: dict[str, str], listed: list[_Pair]) -> list[str]:
    """Write the suite of one product and standard."""
    count = Counter(OUTCOMES[row.status] for row, _ in listed)
    counts = (
        f'tests="{len(listed)}" failures="{count["failure"]}" errors="{count["error"]}" skipped="{count["skipped"]}"'
    )
    return [
        f'{head} {counts} time="0">',
        "    <properties>",
        *(f'      <property name="{name}" value="{_escape(value)}"/>' for name, value in sorted(about.items())),
        "    </properties>",
        *(line for row, found in listed for line in _case(row, found)),
        "    <system-out/>",
        "    <system-err/>",
        "  </testsuite>",
    ]


def _case(row: Row, found: Result) -> list[str]:
    """Write the case of one requirement; its class is the product, its name the requirement."""
    head = f'    <testcase name="{_token(row.requirement)}" classname="{_token(row.product)}" time="0"'
    outcome = OUTCOMES[row.status]
    if not outcome:
        return [head + "/>"]
    word = wording.VERDICT.get(row.status, row.status)
    if row.of is not None:
        word = f"{row.status} ({row.of})"
    message = ": ".join(filter(None, (word, found.title, wording.sentence(found))))
    kind = "" if outcome == "skipped" else f' type="{row.status}"'
    details = _escape("\n".join(_details(found)))
    return [head + ">", f'      <{outcome} message="{_escape(message)}"{kind}>{details}</{outcome}>', "    </testcase>"]


def _details(found: Result) -> Iterator[str]:
    """Every decisive line with its elements, then the waiver, contradictions and the fix."""
    for reason in wording.decisive(found):
        yield from _reason(reason)
    if found.waived is not None:
        waived = found.waived
        yield f"waived by {waived.id} until {waived.until}, approved by {waived.approved_by}: {waived.because}"
    yield from wording.clashes(found)
    if found.fix:
        yield f"fix: {found.fix}"


def _reason(reason: Reason) -> Iterator[str]:
    """One line of the check."""
    yield ": ".join(filter(None, (reason.line, wording.said(reason))))
    for element in reason.elements:
        yield f"  {element.id} {element.pointer} {wording.facts(element)}".rstrip()
    if reason.elements_total > len(reason.elements):
        yield f"  and {reason.elements_total - len(reason.elements):,} more"
    for shown in reason.values:
        yield f"  {wording.fact(shown)}"
    for item in reason.missing:
        yield f"  needs {wording.missing(item)}"


def _escape(text: str) -> str:
    """Make text fit for an XML attribute or element: line ends kept, what is not to be seen visible, markup escaped."""
    return re.sub('[&<>"\n]', lambda found: _ENTITIES[found[0]], "\n".join(map(visible, text.split("\n"))))


def _token(text: str) -> str:
    """Make text fit for an attribute of type token: single spaces, none at the ends, never empty."""
    return _escape(_plain(text))


# --- reading -----------------------------------------------------------------------------------------------------------


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a document: rows that are not there exactly once, outcomes beyond the table, wrong counts."""
    if b"<!" in document or not document.startswith(_HEAD.encode() + b"\n"):
        return ("the document is not in UTF-8, or has a declaration, a comment or a section of its own",)
    try:
        suites = ET.fromstring(document)  # noqa: S314  # it is UTF-8 without `<!`, so no entity can be declared
    except ET.ParseError as error:
        return (f"this is no XML: {error}",)
    if suites.tag != "testsuites":
        return ("this is no JUnit document",)
    return tuple(_wrong(suites, context))


def _wrong(suites: ET.Element, context: Context) -> Iterator[str]:
    rows = Counter(_expected(row) for row in context.rows)
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for suite in suites:
        yield from _counts(suite)
        stated = {item.get("name"): item.get("value") for item in suite.iterfind("properties/property")}
        if any(stated.get(name) != visible(value) for name, value in properties(context).items()):
            yield f"the properties of `{suite.get('name')}` are those of another attestation"
        seen.update(
            (case.get("name") or "", case.get("classname") or "", *_outcome(case))
            for case in suite.iterfind("testcase")
        )
    for wanted in sorted(rows.keys() | seen.keys()):
        if rows[wanted] != seen[wanted]:
            name, product, outcome, kind = wanted
            said = f"{outcome} {kind}".strip() or "pass"
            yield f"`{name}` of `{product}` is there {seen[wanted]} times as {said}, not {rows[wanted]}"


def _expected(row: Row) -> tuple[str, str, str, str]:
    """Name, class, outcome and type of the case of a row."""
    outcome = OUTCOMES[row.status]
    return _plain(row.requirement), _plain(row.product), outcome, row.status if outcome in {"failure", "error"} else ""


def _plain(text: str) -> str:
    """What a reader gets back of a token."""
    return " ".join(visible(text).split()) or "-"


def _outcome(case: ET.Element) -> tuple[str, str]:
    """Outcome and type of a case; several are none that the table knows."""
    return "+".join(child.tag for child in case), "+".join(child.get("type") or "" for child in case)


def _counts(suite: ET.Element) -> Iterator[str]:
    """Counts that are not those of the cases."""
    count = Counter(_outcome(case)[0] for case in suite.iterfind("testcase"))
    counted = {
        "tests": count.total(),
        "failures": count["failure"],
        "errors": count["error"],
        "skipped": count["skipped"],
    }
    for name, number in counted.items():
        if suite.get(name) != str(number):
            yield f"`{suite.get('name')}` says {suite.get(name)} {name}, and there are {number}"
