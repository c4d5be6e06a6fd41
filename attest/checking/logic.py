"""Check 15: every row follows from its result, and the results are of the run that the root tells of.

Guarantees: `pass` is said only of what passed: not of a waiver, an unknown or an error, and not where a line of the reason failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rulewright.attest import disclosure
from rulewright.attest.canonical import again
from rulewright.attest.checking.moments import is_day
from rulewright.attest.checking.results import Document, Held, Told
from rulewright.attest.checking.said import Said, fail, ok, skip
from rulewright.attest.model import Root, Row, Waiver

_LEVELS = {"shall": frozenset({"shall"}), "should": frozenset({"shall", "should"}), "never": frozenset[str]()}


def check(held: Held, root: Root) -> Said:
    """Check 15; the first contradiction is told."""
    if held.rows is None:
        return skip("there are no rows to look at")
    wrong = next(alone(held.rows, root), None) or _products(held.rows, root)
    if wrong is None and held.document is not None:
        wrong = next(_against(held, held.document, held.rows, root), None)
    if wrong is not None:
        return wrong
    compared = "each row follows from its result" if held.document is not None else "there are no results to compare"
    return ok(f"no row contradicts itself; {compared}")


def alone(listed: Sequence[Row], root: Root) -> Iterator[Said]:
    """What is wrong with rows by themselves."""
    for row in listed:
        waived = row.status == "waived"
        if waived != (row.waiver is not None) or waived != (row.of is not None):
            yield fail("RW4063", f"{_name(row)} is `{row.status}`, and its waiver says otherwise")
        if row.waiver is not None and (not is_day(row.waiver.until) or row.waiver.until < root.valid_until):
            yield fail("RW4063", f"the waiver of {_name(row)} does not last as long as the attestation")
        if row.blocks != blocks(row.status, row.level, root.fail_on):
            yield fail("RW4063", f"{_name(row)} blocks although it may not, or does not although it must")


def _products(listed: Sequence[Row], root: Root) -> Said | None:
    """Whether the rows are about the products of the root, all of them and no others."""
    if {row.product for row in listed} == {item.id for item in root.products}:
        return None
    return fail("RW4064", "the rows are about other products than the root names")


def blocks(status: str, level: str, fail_on: str) -> bool:
    """Whether a status closes the gate."""
    if status == "error":
        return fail_on != "never"
    return status in {"fail", "unknown"} and level in _LEVELS[fail_on]


def _against(held: Held, document: Document, listed: Sequence[Row], root: Root) -> Iterator[Said]:
    """What is wrong with rows beside their results."""
    told = {
        (found.requirement, found.product): (found, whole)
        for found, whole in zip(document.results, held.plain, strict=True)
    }
    if len(told) != len(document.results) or set(told) != {(row.requirement, row.product) for row in listed}:
        yield fail("RW4061", "a row has no result, or a result no row, or one of them two")
        return
    for row in listed:
        found, whole = told[row.requirement, row.product]
        wrong = differs(row, found)
        if wrong:
            yield fail("RW4063", f"{_name(row)}: {wrong}")
        if held.seed is not None:
            label = disclosure.salt(held.seed, "detail", row.requirement, row.product)
            if row.detail != disclosure.detail_of(label, again(whole)):
                yield fail("RW4063", f"{_name(row)} is not of the result that is there")
    yield from _run(document, root)


def differs(row: Row, found: Told) -> str:
    """In what a row does not follow from its result; nothing where it does."""
    waived = found.waived
    waiver = None if waived is None else Waiver(id=waived.id, approved_by=waived.approved_by, until=waived.until)
    if row.status != (found.verdict if waived is None else "waived") or row.of != (found.verdict if waived else None):
        return f"it is told as `{row.status}`, and its result is `{found.verdict}`"
    if row.waiver != waiver:
        return "the waiver is another one"
    if (row.level, row.severity, row.blocks) != (found.level, found.severity, found.blocks):
        return "level, severity or blocking differ from the result"
    bad = {line.verdict for line in found.reason} & {"fail", "unknown", "error"}
    if found.verdict == "pass" and (bad or not found.reason):
        return f"it is told as `pass`, and {'a line of its reason is not' if bad else 'no reason is given'}"
    if found.verdict == "not_applicable" and not found.reason:
        return "it does not apply, and no reason is given"
    return ""


def _run(document: Document, root: Root) -> Iterator[Said]:
    """What is wrong with the run that the results tell of."""
    same = (document.as_of, document.fail_on, document.engine.version)
    if same != (root.as_of, root.fail_on, root.engine.version):
        yield fail("RW4064", "the results are of another day, engine or level than the root")
    told = [(item.id, item.name, item.version) for item in document.products]
    if told != [(item.id, item.name, item.version) for item in root.products]:
        yield fail("RW4064", "the results are about other products than the root names")
    if {item.sha256 for item in document.inputs} != {item.sha256 for item in root.inputs}:
        yield fail("RW4064", "the results were made of other documents than the root says")
    if {item.sha256 for item in document.policies} != {item.sha256 for item in root.policies}:
        yield fail("RW4064", "the results were made by other policies than the root says")
    if _contradictions(document) != _of_root(root):
        yield fail("RW4064", "the contradictions of the results are not those of the root")


_Found = tuple[int, tuple[str, ...], list[tuple[str, tuple[str, ...], tuple[str, ...]]]]


def _contradictions(document: Document) -> _Found | None:
    """The contradictions that results stand in, each once, sorted; nothing where nobody looked."""
    if document.analysed is None:
        return None
    found = {
        (clash.id, tuple(sorted({item.requirement, *clash.others})), tuple(sorted(clash.facts)))
        for item in document.results
        for clash in item.conflicts
    }
    return document.analysed.complete_up_to, document.analysed.left, sorted(found)


def _of_root(root: Root) -> _Found | None:
    """The contradictions of the root in the same form."""
    if root.conflicts is None:
        return None
    found = [(item.id, item.requirements, item.facts) for item in root.conflicts.found]
    return root.conflicts.complete_up_to, root.conflicts.left, found


def _name(row: Row) -> str:
    return f"{row.requirement} of {row.product}"
