"""`--format junit`: JUnit XML, one suite per product and standard, one case per requirement.

Guarantees: well-formed XML 1.0 whatever the documents hold (characters that XML forbids become visible escapes), valid
against the Ant JUnit schema.  JUnit has no word for unknown or waived, so: what blocks is a `failure` (type `fail` or
`unknown`), an error is an `error`, what passes passes, and everything else is `skipped` with its reason.
`timestamp` is the run's `as of`, `hostname` is `localhost`, `time` is 0: a result holds no clock.
"""

from __future__ import annotations

import re
from itertools import groupby

from rulewright.cli.formats import Options
from rulewright.cli.text import clean
from rulewright.engine import wording
from rulewright.engine.result import Report, Result

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;"}


def escape(text: str) -> str:
    """Make text fit for an XML attribute or element: line ends kept, what is not printable visible, markup escaped."""
    visible = "\n".join(clean(line) for line in text.split("\n"))
    return re.sub('[&<>"\n]', lambda m: _ENTITIES[m.group()], visible)


def token(text: str) -> str:
    """Make text fit for an attribute of type token: single spaces, none at the ends, never empty."""
    return escape(" ".join(text.split())) or "-"


def render(report: Report, _options: Options) -> str:
    """Return the XML document."""
    names = wording.product_names(report)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    groups = groupby(report.results, key=lambda r: (r.product, wording.standard_of(r)))
    for number, ((product, standard), group) in enumerate(groups):
        lines += _suite(number, names.get(product, product), standard, list(group), report)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(number: int, product: str, standard: str, results: list[Result], report: Report) -> list[str]:
    """Write the suite of one product and standard."""
    failures = sum(_outcome(r) == "failure" for r in results)
    errors = sum(_outcome(r) == "error" for r in results)
    skipped = sum(_outcome(r) == "skipped" for r in results)
    edition = wording.editions(report).get(standard, "")
    name = token(f"{standard} {edition}")
    stamp = f'timestamp="{report.as_of[:19]}" hostname="localhost"'
    counts = f'tests="{len(results)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    lines = [
        f'  <testsuite id="{number}" package="{token(product)}" name="{name}" {stamp} {counts} time="0">',
        "    <properties>",
        f'      <property name="product" value="{escape(product)}"/>',
        f'      <property name="gate" value="{report.summary.gate}"/>',
        "    </properties>",
    ]
    for result in results:
        lines += _case(result, product)
    return [*lines, "    <system-out/>", "    <system-err/>", "  </testsuite>"]


def _outcome(result: Result) -> str:
    """Translate a verdict into the three words of JUnit, or the empty string for a pass."""
    if result.verdict == "error":
        return "error"
    if result.verdict == "pass":
        return ""
    return "failure" if result.blocks else "skipped"


def _case(result: Result, product: str) -> list[str]:
    """Write the case of one requirement."""
    name = token(f"{wording.name_of(result)} {result.title}")
    head = f'    <testcase name="{name}" classname="{token(f"{product}.{wording.standard_of(result)}")}" time="0"'
    outcome = _outcome(result)
    if not outcome:
        return [head + "/>"]
    message = escape(": ".join(filter(None, (wording.VERDICT[result.verdict], wording.sentence(result)))))
    kind = "" if outcome == "skipped" else f' type="{result.verdict}"'
    return [
        head + ">",
        f'      <{outcome} message="{message}"{kind}>{_details(result)}</{outcome}>',
        "    </testcase>",
    ]


def _details(result: Result) -> str:
    """Write every decisive line with its elements, then the waiver and the fix, as preserved text."""
    lines: list[str] = []
    for reason in wording.decisive(result):
        lines.append(": ".join(filter(None, (reason.line, wording.said(reason)))))
        lines += [f"  {e.id} {e.pointer} {wording.facts(e)}".rstrip() for e in reason.elements]
        hidden = reason.elements_total - len(reason.elements)
        if hidden > 0:
            lines.append(f"  and {hidden} more")
        lines += [f"  needs {wording.missing(m)}" for m in reason.missing]
    if result.waived is not None:
        lines.append(f"waived by {result.waived.id} until {result.waived.until}: {result.waived.because}")
    lines += wording.clashes(result)
    if result.fix:
        lines.append(f"fix: {result.fix}")
    return escape("\n".join(lines))
