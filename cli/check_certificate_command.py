"""`rulewright check-certificate`: does a certificate hold for these policies?

Guarantees: what decides is `engine.analysis.check_certificate` alone, on the policies as they are compiled here; no solver is
loaded.  Exit code 0 only where every step holds.
"""

from __future__ import annotations

import sys

import msgspec

from rulewright.cli import exits
from rulewright.cli.check import deliver
from rulewright.cli.days import text as day_text
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse
from rulewright.cli.rule_sets import rule_set
from rulewright.cli.streams import paint_for, paint_for_file
from rulewright.cli.text import clean, pad, wrap
from rulewright.diagnostics import Diagnostic
from rulewright.engine.analysis import check_certificate as checker

MOST_BYTES = 256 * 1024 * 1024
"""A larger file is refused unread."""


def run(request: Request) -> int:
    """Check, and tell each step; return the exit code."""
    path, *words = request.arguments
    if not words:
        hint = "name them after the certificate, as they were named for `certify`"
        return refuse([problem("RW0005", "no policy is named to check the certificate against", hint)])
    data = _bytes(path)
    if isinstance(data, Diagnostic):
        return refuse([data])
    try:
        certificate = checker.read(data)
        as_of = checker.day(certificate)
    except checker.RefusedError as refused:
        return refuse([problem("RW0005", f"`{path}`: {refused}")])
    rules = rule_set(request, words, day_text(as_of))
    if isinstance(rules, int):
        return rules
    steps = checker.check(data, rules.programs, rules.vocabulary)
    held = all(step.ok for step in steps)
    return _shown(request, certificate, steps, held=held) or (exits.OK if held else exits.BLOCKED)


def _bytes(path: str) -> bytes | Diagnostic:
    """The certificate's bytes; `-` reads stdin."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(MOST_BYTES)
        with open(path, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        return problem("RW0006", f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}")
    return data if len(data) <= MOST_BYTES else problem("RW0006", f"`{path}` is larger than a certificate may be")


def _shown(request: Request, certificate: checker.Certificate, steps: tuple[checker.Step, ...], *, held: bool) -> int:
    """Render and deliver."""
    path, form = request.one("output"), request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        told = {
            "format": "rulewright-certificate-check/1",
            "held": held,
            "steps": [{"step": step.name, "ok": step.ok, "text": step.text} for step in steps],
            "claim": certificate.claim,
            "as_of": certificate.as_of,
            "context": certificate.context,
            "left_out": certificate.left_out,
        }
        return deliver(msgspec.json.encode(told).decode() + "\n", path, utf8=True)
    paint = paint_for_file() if path else paint_for(sys.stdout)
    lines = [] if "quiet" in request.flags else _lines(certificate, steps, paint)
    last = "the certificate holds" if held else "the certificate does not hold"
    lines.append(paint(last, Ink.GOOD if held else Ink.FAIL))
    return deliver("\n".join(lines) + "\n", path, utf8=False)


def _lines(certificate: checker.Certificate, steps: tuple[checker.Step, ...], paint: Paint) -> list[str]:
    """A line per step, and what the claim leaves out."""
    lines = []
    for step in steps:
        mark = paint(paint.symbols.tick, Ink.GOOD) if step.ok else paint(paint.symbols.cross, Ink.FAIL)
        rows = wrap(clean(step.text), paint.columns - 16) or [""]
        lines.append(f"{mark} {pad(step.name, 12)}  {rows[0]}")
        lines += [" " * 16 + row for row in rows[1:]]
    lines.append(f"  from {clean(certificate.as_of)} on")
    lines += [f"  where {clean(name)} = {clean(_value(value))}" for name, value in certificate.context.items()]
    lines += [f"  left out: {clean(item.requirement)}, {clean(item.because)}" for item in certificate.left_out]
    return lines


def _value(value: checker.Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)
