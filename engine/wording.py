"""The words that all formats and views share: how a verdict, a fact, an element and a missing fact are said.

Guarantees: plain text without colours, untrusted words still raw (each format escapes for itself), the same words in
every format.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rulewright.engine.result import Element, Missing, Reason, Report, Result, Shown
from rulewright.facts.base import ANSWER

if TYPE_CHECKING:
    from rulewright.engine.worklist import Clause

VERDICT = {
    "pass": "pass",
    "fail": "fail",
    "unknown": "unknown",
    "not_applicable": "not applicable",
    "error": "error",
}

REASON = {
    "missing": "not stated",
    "incomplete": "the list is stated to be incomplete",
    "declared_unknown": "stated as unknown",
    "withheld": "withheld",
    "malformed": "malformed",
    "conflicting": "sources disagree",
    "stale": "too old",
    "untrusted": "not from an accepted source",
    "error": "the detector failed",
}


def standard_of(result: Result) -> str:
    """Return the id of the standard or policy that a requirement belongs to."""
    return result.requirement.partition(":")[0]


def name_of(result: Result) -> str:
    """Return the requirement's name within its standard."""
    return result.requirement.partition(":")[2] or result.requirement


def fact(shown: Shown, *, of_element: bool = False) -> str:
    """Say one fact: its path and its value, or why it is not known.  Of an element, the path is the field alone."""
    path = _field(shown) if of_element else shown.fact
    if shown.reason is not None:
        said = REASON.get(shown.reason, shown.reason)
        if shown.witnesses:
            said += f" ({' against '.join(witness(w) for w in shown.witnesses)})"
        return f"{path} {said}{_says(shown)}"
    if shown.fact.startswith(ANSWER):
        return f"{_value(shown)}{_says(shown)}"
    said = f" ({' against '.join(witness(w) for w in shown.witnesses)})" if shown.witnesses else ""
    return f"{path} = {shown.value or 'empty'}{_says(shown)}{said}"


def _value(shown: Shown) -> str:
    """Say a value; an answer is yes or no."""
    value = shown.value if shown.value is not None else REASON.get(shown.reason or "", "nothing")
    return {"true": "yes", "false": "no"}.get(value, value) if shown.fact.startswith(ANSWER) else value


def _says(shown: Shown) -> str:
    """Say whose word a fact is."""
    on = f" on {shown.on}" if shown.on else ""
    return f", says {shown.by}{on}" if shown.by else ""


def witness(shown: Shown) -> str:
    """Say what one of several disagreeing sources says."""
    value = f"{_value(shown)}{_says(shown)}"
    if not shown.detector or shown.by:
        return f"{value} in {shown.source}" if shown.source else value
    about = [shown.detector, *([shown.on] if shown.on else []), *([shown.pointer] if shown.pointer else [])]
    return f"{value} in {shown.source} ({', '.join(about)})"


def facts(element: Element) -> str:
    """Say the values that were looked at, in one phrase: what is unknown first, fields of one reason together."""
    open_ones: dict[str, list[str]] = {}
    for shown in element.values:
        if shown.reason is not None and not shown.witnesses:
            open_ones.setdefault(REASON.get(shown.reason, shown.reason), []).append(_field(shown))
    parts = [f"{', '.join(fields)} {reason}" for reason, fields in open_ones.items()]
    said = [fact(shown, of_element=True) for shown in element.values if shown.reason is None or shown.witnesses]
    return ", ".join([*parts, *said])


def _field(shown: Shown) -> str:
    """Return the field of an element's path."""
    return shown.fact.partition(".")[2] or shown.fact


def gist(result: Result) -> str:
    """Say in a few words why, for lists."""
    parts: list[str] = []
    for reason in decisive(result):
        if reason.missing:
            parts.append("needs " + ", ".join(dict.fromkeys(m.fact for m in reason.missing)))
        elif reason.elements_total:
            parts.append(f"{tally(reason)} fail" if result.verdict == "fail" else tally(reason))
        elif reason.values:
            parts.append(", ".join(fact(v) for v in reason.values))
    return "; ".join(dict.fromkeys(parts))


def missing(item: Missing) -> str:
    """Say which fact is missing, for how many elements, and why."""
    count = f" for {item.count:,} elements" if item.count > 1 else ""
    return f"{item.fact} ({REASON.get(item.reason, item.reason)}{count})"


def detectors(items: tuple[Missing, ...]) -> list[str]:
    """List who could supply what is missing, in the order in which they are named."""
    return list(dict.fromkeys(d.replace("_", " ") for item in items for d in item.detectors))


def tally(reason: Reason) -> str:
    """Say how many elements made the line what it is: `41 of 214`, or the empty string."""
    if not reason.elements_total:
        return ""
    if reason.counted is None:
        return f"{reason.elements_total:,}"
    return f"{reason.elements_total:,} of {reason.counted:,}"


def decisive(result: Result) -> list[Reason]:
    """Pick the lines that made the verdict; all of them when none stands out."""
    picked = [reason for reason in result.reason if reason.verdict == result.verdict]
    return picked or list(result.reason)


def days_left(report: Report, until: str) -> int:
    """Count the days from the run's day to a waiver's last day; negative when it is over."""
    return (date.fromisoformat(until[:10]) - date.fromisoformat(report.as_of[:10])).days


def editions(report: Report) -> dict[str, str]:
    """Map the id of each standard and policy to its edition."""
    return {policy.id: policy.edition for policy in report.policies}


def product_names(report: Report) -> dict[str, str]:
    """Map product ids to what people call them."""
    return {p.id: f"{p.name} {p.version}".strip() or p.id for p in report.products}


def said(reason: Reason) -> str:
    """Return the text of a line; empty where it only repeats the label (`scope`, `applies when`)."""
    return "" if reason.text == reason.line else reason.text


def sentence(result: Result) -> str:
    """Say in one sentence why the verdict is what it is."""
    parts = []
    for reason in decisive(result):
        count = tally(reason)
        names = [element.id for element in reason.elements[:3]]
        if count:
            more = ", …" if reason.elements_total > len(names) else ""
            parts.append(f"{reason.line}: {reason.text}: {count}: {', '.join(names)}{more}")
        elif reason.missing:
            parts.append(f"{reason.line}: {'; '.join(missing(m) for m in reason.missing[:3])}")
        elif reason.values:
            parts.append(f"{reason.line}: {', '.join(fact(v) for v in reason.values[:3])}")
        else:
            parts.append(": ".join(filter(None, (reason.line, reason.note or said(reason)))))
    return "; ".join(parts)


def clashes(result: Result | Clause) -> list[str]:
    """The contradictions that a requirement stands in, a sentence for each thing that they are about."""
    about: dict[tuple[str, ...], list[str]] = {}
    for clash in result.conflicts:
        about.setdefault(clash.facts, []).append(" with ".join(clash.others))
    made = []
    for facts, others in about.items():
        over = f" over {', '.join(facts)}" if facts else ""
        named = [other for other in others if other]
        said = f"contradicts {', '.join(named)}{over}" if named else f"can be met by no design{over}"
        made.append(f"{said}: `rulewright conflicts --of {result.requirement}` says more")
    return made
