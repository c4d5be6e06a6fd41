"""A verification for a person on a terminal: a line per check, then two answers: is it genuine, and does the product comply.

Guarantees: every line fits the paint's width; no word of a bundle can move the cursor; what an attestation says of a product is never
shown as an answer where it is not genuine.  Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from rulewright.attest.disclose import absent, check, complete
from rulewright.attest.model import Root, RootStatement, Row, Tally
from rulewright.attest.verification import Check, Outcome, Verification
from rulewright.attest.verify import Examined
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, cut, pad, plural, width, wrap

_NAME, _WORD = 13, 6
_MOST, _SHOWN, _LONG = 6, 20, 12
"""How many rows that block are listed, and how many standards; how many that are disclosed; how long a level is."""
_INK: Mapping[Outcome, Ink] = MappingProxyType(
    {"ok": Ink.GOOD, "fail": Ink.FAIL, "unsure": Ink.WARN, "note": Ink.DIM, "skip": Ink.DIM}
)
_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "RW4021": "get the signer's trust policy or public key by another way than this file, and give it with --trust or --key",
        "RW4052": "get the status list, and give it with --status",
        "RW4051": "get the current status list; --grace DAYS lets an old one count",
        "RW4104": "pip install 'rulewright[attest,signers]'",
        "RW4014": "ask for the attestation of this very file",
        "RW4041": "ask for a new attestation",
        "RW4001": "ask for the file again: something on its way may have changed it",
    }
)


def terminal(found: Examined, paint: Paint, disclosures: Sequence[bytes] = (), *, quiet: bool = False) -> str:
    """The verification as text; `disclosures` are those that were given to the verifier."""
    told = found.verification
    listed = [item for item in told.checks if told.verdict != "unreadable" or item.outcome != "skip"]
    checks = [] if quiet else [line for item in listed for line in _line(item, paint)]
    lines = [*checks, *([""] if checks else []), *_genuine(found, paint)]
    if not quiet:
        lines += _complies(found, disclosures, paint)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def mark(outcome: Outcome, paint: Paint) -> str:
    """The sign of an outcome, in its colour."""
    symbols = paint.symbols
    marks = {
        "ok": symbols.tick,
        "fail": symbols.cross,
        "unsure": symbols.question,
        "note": symbols.dot,
        "skip": symbols.dash,
    }
    return paint(marks[outcome], _INK[outcome])


def _line(found: Check, paint: Paint) -> list[str]:
    """One check; what failed or is in doubt is told whole, the rest in a line."""
    ink = _INK[found.outcome]
    head = f"{mark(found.outcome, paint)} {pad(found.name, _NAME)} {paint(pad(found.outcome, _WORD), ink)} "
    room = paint.columns - _NAME - _WORD - 4
    text = clean(f"{found.code}: {found.text}" if found.code else found.text)
    if found.outcome not in {"fail", "unsure"}:
        return [head + cut(text, room, paint.symbols.ellipsis)]
    first, *rest = wrap(text, room)[:3]
    return [head + first, *(" " * (_NAME + _WORD + 4) + line for line in rest)]


def _genuine(found: Examined, paint: Paint) -> list[str]:
    """The first answer: whether it is genuine."""
    told = found.verification
    symbols = paint.symbols
    match told.verdict:
        case "valid":
            return _said(
                symbols.tick, Ink.GOOD, "valid: the attestation is genuine, and it holds", _signers(found), paint
            )
        case "invalid":
            return _said(symbols.cross, Ink.FAIL, "invalid: do not rely on this attestation", _why(told), paint)
        case "unreadable":
            return _said(symbols.cross, Ink.FAIL, "unreadable: this is no attestation", _why(told), paint)
        case "undecided":
            return _said(
                symbols.question, Ink.WARN, "undecided: it cannot be told whether it is genuine", _why(told), paint
            )


def _said(mark: str, ink: Ink, answer: str, more: Iterable[str], paint: Paint) -> list[str]:
    first, *rest = wrap(answer, paint.columns - 2)
    lines = [paint(f"{mark} {first}", ink), *(f"  {line}" for line in rest)]
    return lines + [f"  {line}" for text in more for line in wrap(clean(text), paint.columns - 2)]


def _signers(found: Examined) -> list[str]:
    """Who signed, and what it is about."""
    check = next(line for line in found.verification.checks if line.name == "signatures")
    return [check.text, f"checked for {found.verification.day}"]


def _why(told: Verification) -> list[str]:
    """The check that decided, and what to do about it."""
    outcome = "unsure" if told.verdict == "undecided" else "fail"
    check = next(line for line in told.checks if line.outcome == outcome)
    hint = _HINTS.get(check.code)
    lines = [f"{check.code}: {check.text}"]
    return [*lines, f"hint: {hint}"] if hint else lines


def _complies(found: Examined, disclosures: Sequence[bytes], paint: Paint) -> list[str]:
    """The second answer: what it says of the product."""
    if found.statement is None:
        return []
    verdict, root = found.verification.verdict, found.statement.predicate
    if _only_gate(found.verification):
        verdict = "valid"
    if verdict in {"invalid", "unreadable"}:
        return ["", *wrap("What it says of the product is not to be relied on, and not shown.", paint.columns)]
    answer = _gate(root, found.rows or (), paint)
    lines = ["", *answer] if verdict == "valid" else ["", "If it is genuine, it says:", *answer]
    if found.rows is None:
        lines += wrap("  The rows are not enclosed: these counts are the signer's word.", paint.columns)
    lines += [line for tally in root.verdicts[:_MOST] for line in _tally(tally, paint)]
    if len(root.verdicts) > _MOST:
        lines.append(f"  and {plural(len(root.verdicts) - _MOST, 'more standard')}")
    lines += _blocking(found.rows or (), paint)
    if root.conflicts is not None and root.conflicts.found:
        lines.append(f"  {plural(len(root.conflicts.found), 'contradiction')} among the requirements")
    shown = (line for data in disclosures for line in _disclosed(data, found.verification.root, found.statement, paint))
    return [*lines, *shown]


def _disclosed(data: bytes, digest: str, root: RootStatement, paint: Paint) -> list[str]:
    """What a disclosure shows."""
    shown = check(data, digest, root)
    if isinstance(shown, str):
        return []
    gone = absent(data)
    lines = [] if gone is None else [f"there is no {gone[0]} for {gone[1]}"]
    lines += complete(shown, root)
    told = [line for text in lines for line in wrap(clean(text), paint.columns - 2)]
    listed = [item.row for item in shown if item.row is not None]
    rows = [_row(row, paint) for row in listed[:_SHOWN]]
    if len(listed) > _SHOWN:
        rows.append(f"  {paint.symbols.ellipsis} and {plural(len(listed) - _SHOWN, 'more row')}")
    return ["", paint("disclosed", Ink.BOLD), *rows, *(f"  {line}" for line in told)]


def _only_gate(told: Verification) -> bool:
    """Whether nothing but the gate failed, so that what is said of the product is genuine."""
    return all(check.outcome not in {"fail", "unsure"} or check.name == "gate" for check in told.checks)


def _gate(root: Root, rows: Sequence[Row], paint: Paint) -> list[str]:
    """Whether the product complies: a tick only where something passed, and nothing is failed, waived, unknown or in error."""
    named = root.products[0]
    who = cut(
        clean(" ".join(filter(None, (named.name or named.id, named.version)))),
        paint.columns // 3,
        paint.symbols.ellipsis,
    )
    who += f" and {len(root.products) - 1:,} more" if len(root.products) > 1 else ""
    mark, ink, text = _answer(root, rows, paint)
    first, *rest = wrap(f"{who} {text}", paint.columns - 2)
    return [paint(f"{mark} {first}", ink), *(paint(f"  {line}", ink) for line in rest)]


def _answer(root: Root, rows: Sequence[Row], paint: Paint) -> tuple[str, Ink, str]:
    """The answer: its mark, its colour, and what is said of the product; the page says the same (`page/view.js`, compliance)."""
    symbols = paint.symbols
    open_ = [(tally.fail, tally.unknown, tally.error, tally.waived) for tally in root.verdicts]
    counts = zip(
        (sum(column) for column in zip(*open_, strict=True)), ("not met", "unknown", "in error", "waived"), strict=True
    )
    told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    if root.gate == "fail":
        blocking = sum(tally.blocking for tally in root.verdicts)
        failed = any(row.blocks and row.status == "fail" for row in rows)
        what = "does not comply" if failed else "is not shown to comply"
        blocks = f"{plural(blocking, 'requirement')} {'blocks' if blocking == 1 else 'block'}"
        return symbols.cross, Ink.FAIL, f"{what}: {blocks}{_measure(root)}"
    if not any(tally.passed for tally in root.verdicts):
        text = f"is not shown to comply: no requirement is met{f' ({told})' if told else ''}"
        return symbols.question, Ink.WARN, text
    if told:
        return symbols.question, Ink.WARN, f"does not comply altogether: nothing blocks{_measure(root)}, but {told}"
    count = plural(root.results.leaves, "requirement")
    return symbols.tick, Ink.GOOD, f"complies: {'all ' if root.results.leaves > 1 else ''}{count} met or not applicable"


def _measure(root: Root) -> str:
    """By which measure something blocks."""
    levels = {"shall": "", "should": " (shall and should)", "never": " (the run was told that nothing may block)"}
    return levels[root.fail_on]


def _tally(tally: Tally, paint: Paint) -> list[str]:
    """The counts of one standard, on a line of their own where they do not fit beside it."""
    counts = (
        ("pass", tally.passed), ("fail", tally.fail), ("waived", tally.waived), ("unknown", tally.unknown),
        ("error", tally.error), ("not applicable", tally.not_applicable),
    )  # fmt: skip
    told = f" {paint.symbols.dot} ".join(f"{count:,} {word}" for word, count in counts if count)
    name = cut(clean(tally.standard), paint.columns - 2, paint.symbols.ellipsis)
    if width(name) + width(told) + 4 <= paint.columns:
        return [f"  {paint(name, Ink.NAME)}  {told}"]
    return [f"  {paint(name, Ink.NAME)}", *(f"    {line}" for line in wrap(told, paint.columns - 4))]


def _blocking(rows: Iterable[Row], paint: Paint) -> list[str]:
    """The rows that block, and how many are waived."""
    listed = [row for row in rows if row.blocks]
    lines = [_row(row, paint) for row in listed[:_MOST]]
    if len(listed) > _MOST:
        lines.append(f"  {paint.symbols.ellipsis} and {plural(len(listed) - _MOST, 'more requirement')} that block")
    return lines


def _row(row: Row, paint: Paint) -> str:
    """One row."""
    symbols = paint.symbols
    marks = {"pass": symbols.tick, "unknown": symbols.question, "not_applicable": symbols.dash}
    inks = {"pass": Ink.GOOD, "unknown": Ink.WARN, "waived": Ink.WARN, "not_applicable": Ink.DIM}
    status = f"waived {row.of}" if row.of is not None else row.status.replace("_", " ")
    weight = f" {symbols.dot} ".join((status, clean(row.level)[:_LONG], clean(row.severity)[:_LONG]))
    name = cut(clean(row.requirement), max(paint.columns - width(weight) - 6, 20), symbols.ellipsis)
    return f"  {paint(marks.get(row.status, symbols.cross), inks.get(row.status, Ink.FAIL))} {paint(name, Ink.NAME)}  {weight}"
